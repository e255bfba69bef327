// After an install. It may run under an older Node.js than the project's own, so that it is plain JavaScript.
const { rmSync } = require('node:fs');
const { join } = require('node:path');

// What the package `node` was made from, headers of 67 MB with it; its program stands beside. npm itself removes it when it
// installs another package.
rmSync(join(__dirname, '../node_modules/node/node_modules'), { recursive: true, force: true });

// Only where what bundles it is installed, and read as it is otherwise.
import('./bundle-platform.ts').catch(() => {});
