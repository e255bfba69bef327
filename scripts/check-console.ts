// Checks the console: that what is served was built from its sources and, where its own packages are there, types, lint and layers.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { indexOf } from '../gateway/listen/http/pages/file-bundle.ts';
import { consoleBundle } from '../gateway/operandi/console/console-bundle.ts';
import { consoleSources } from './console-sources.ts';

const cwd = fileURLToPath(new URL('../', import.meta.url));
const bin = (path: string): string => `${cwd}node_modules/${path}`;

if (indexOf(readFileSync(consoleBundle)).sources !== consoleSources()) {
  console.error('The built console is not that of its sources: npm run codegen:console');
  process.exitCode = 1;
}
if (existsSync(`${cwd}console/node_modules`)) {
  run([bin('typescript-7/bin/tsc'), '--noEmit', '-p', 'console']);
  run([
    bin('oxlint/bin/oxlint'),
    '-c',
    'console/oxlint.json',
    '--type-aware',
    '--deny-warnings',
    'console',
  ]);
  run([
    bin('dependency-cruiser/bin/dependency-cruiser.mjs'),
    '--config',
    '.dependency-cruiser.cjs',
    '--output-type',
    'err-long',
    'console/src',
  ]);
} else {
  console.log('Types, lint and layers of the console were left out: npm --prefix console ci');
}

function run(args: readonly string[]): void {
  const { status } = spawnSync(process.execPath, args, { cwd, stdio: 'inherit' });
  if (status !== 0) process.exitCode = 1;
}
