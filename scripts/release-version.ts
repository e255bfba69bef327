// Gives the packages the next version, as the notes in .changeset/ ask for it, and moves these into the CHANGELOG.md of each.
// npm --prefix scripts/release ci && node scripts/release-version.ts [FOLDER]: the project's own without it.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

interface Versioned {
  version: string;
  /** Of a lockfile: the packages of the project by their folders. */
  readonly packages?: Readonly<Record<string, { version?: string }>>;
}

const root = resolve(import.meta.dirname, '..');
const folder = resolve(process.argv[2] ?? root);
const changeset = join(root, 'scripts/release/node_modules/@changesets/cli/bin.js');
execFileSync(process.execPath, [changeset, 'version'], { cwd: folder, stdio: 'inherit' });

// Changesets knows packages of workspaces alone; the platform is the root, and all are of one version.
const { version } = read('sdk/package.json');
write('package.json', { ...read('package.json'), version });
const lock = read('package-lock.json');
for (const place of ['', 'sdk', 'apollo-server']) {
  const own = lock.packages?.[place];
  if (own !== undefined) own.version = version;
}
write('package-lock.json', { ...lock, version });
console.log(`the packages are ${version}`);

function read(path: string): Versioned {
  return JSON.parse(readFileSync(join(folder, path), 'utf8')) as Versioned;
}

function write(path: string, value: Versioned): void {
  writeFileSync(join(folder, path), `${JSON.stringify(value, undefined, 2)}\n`);
}
