'use strict';

// What code here is released with, and Node.js 22 does not have: each is made where it is missing.
require('core-js/actual/suppressed-error');
require('core-js/actual/disposable-stack');
require('core-js/actual/async-disposable-stack');
