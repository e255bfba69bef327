// After an install. It may run under an older Node.js than the project's own, so that it is plain JavaScript.
const { readdirSync, rmSync } = require('node:fs');
const { join } = require('node:path');

// What the package `node` was made from, headers of 67 MB with it; its program stands beside. npm itself removes it when it
// installs another package.
rmSync(join(__dirname, '../node_modules/node/node_modules'), { recursive: true, force: true });

// Of the compilers of queries that come with Prisma's client, 54 MB are for other databases than PostgreSQL.
const runtime = join(__dirname, '../node_modules/@prisma/client/runtime');
for (const file of filesIn(runtime))
  if (/\.(?:cockroachdb|mysql|sqlite|sqlserver)\./.test(file)) rmSync(join(runtime, file));

// Only where what bundles it is installed, and read as it is otherwise.
import('./bundle-platform.ts').catch(() => {});

function filesIn(folder) {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
