// Checks what the documents claim: paths and scripts they name exist, dependencies are all explained, sizes hold,
// and the drawn rooms import each other as they may and do.
import { existsSync, globSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

import { allowedArrows, drawnArrows, faultsOfDrawing, takenArrows } from './room-graph.ts';

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly scripts?: Readonly<Record<string, string>>;
}

const root = new URL('../', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, root), 'utf8');

// package.json is our own file; its shape is what npm demands.
const manifest = JSON.parse(read('package.json')) as Manifest;
const documents = [
  'README.md',
  'CONTRIBUTING.md',
  ...globSync('docs/**/*.md', { cwd: root.pathname }),
];
const folders = [
  'kernel',
  'engine',
  'queue',
  'connectors',
  'core',
  'subgraphs',
  'gateway',
  'worker',
  'cli',
  'sdk',
  'console',
];
const faults: string[] = [];

function lineCount(path: string): number {
  return read(path).trimEnd().split('\n').length;
}

function checkLinks(path: string): void {
  for (const [, target] of read(path).matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)[^)]*\)/g)) {
    if (target !== undefined && !existsSync(new URL(target, new URL(path, root)))) {
      faults.push(`${path} links to ${target}, which does not exist`);
    }
  }
}

function checkPaths(path: string): void {
  const known =
    /`((?:kernel|engine|queue|connectors|core|subgraphs|gateway|worker|cli|sdk|console|schema|prisma|tests|scripts|bench|examples|docs)\/[\w./-]*)`/g;
  for (const [, target] of read(path).matchAll(known)) {
    if (target !== undefined && !existsSync(new URL(target, root))) {
      faults.push(`${path} names ${target}, which does not exist`);
    }
  }
}

function checkScripts(path: string): void {
  for (const [, name] of read(path).matchAll(/npm run ([\w:]+)/g)) {
    if (name !== undefined && manifest.scripts?.[name] === undefined) {
      faults.push(`${path} names the script ${name}, which package.json does not have`);
    }
  }
}

function checkDependencies(): void {
  const text = read('docs/dependencies.md');
  const names = Object.keys({ ...manifest.dependencies, ...manifest.devDependencies });
  for (const name of names) {
    if (!text.includes(`\`${name}\``)) faults.push(`docs/dependencies.md does not explain ${name}`);
  }
}

function checkFolderNotes(): void {
  for (const folder of folders) {
    const path = `${folder}/README.md`;
    if (!existsSync(new URL(path, root))) faults.push(`${path} is missing`);
    else if (folder !== 'sdk' && lineCount(path) > 10)
      faults.push(`${path} is longer than 10 lines`);
  }
}

function checkDrawing(): void {
  const page = 'docs/architecture.md';
  const allowed = allowedArrows(createRequire(import.meta.url)('../.dependency-cruiser.cjs'));
  const taken = takenArrows(root.pathname, allowed);
  for (const fault of faultsOfDrawing(drawnArrows(read(page)), allowed, taken)) {
    faults.push(`${page} ${fault}`);
  }
}

for (const path of documents) {
  checkLinks(path);
  checkPaths(path);
  checkScripts(path);
}
if (lineCount('README.md') > 150) faults.push('README.md is longer than 150 lines');
checkDependencies();
checkFolderNotes();
checkDrawing();
for (const fault of faults) console.error(fault);
process.exitCode = faults.length === 0 ? 0 : 1;
