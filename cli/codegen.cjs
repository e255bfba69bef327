'use strict';

// `operandi/codegen` of the package: the plugin of GraphQL Code Generator that writes the inputs and outputs of agents.
const { join } = require('node:path');

exports.plugin = (...given) =>
  require('./bundled.cjs')
    .load(join(__dirname, '..', 'built', 'codegen-plugin.cjs'))
    .plugin(...given);
