'use strict';

// A file of its own, which Node.js itself loads: in a bundle, where packages are required, `import` would be `require` too.
exports.importModule = (url) => import(url);
