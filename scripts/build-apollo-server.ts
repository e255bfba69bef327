// Builds the package @operandi/gateway: the gateway as one bundle with its planning thread and process, and types.
// node scripts/build-apollo-server.ts [FOLDER]: where to, apollo-server/dist without it.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import { isOfPackage, target, writeStacks } from './bundle/older-node.ts';
import { places } from './bundle/places.ts';

const root = fileURLToPath(new URL('../', import.meta.url));
const folder = resolve(process.argv[2] ?? join(root, 'apollo-server', 'dist'));

rmSync(folder, { recursive: true, force: true });
await bundle();
declareTypes();

/** Packages stay outside; the thread and the process get files of their own. */
async function bundle(): Promise<void> {
  const build = await rolldown({
    input: { index: join(root, 'apollo-server/src/index.ts') },
    platform: 'node',
    plugins: [places({ root, extension: 'js', holdsPackages: false }, new Set())],
    external: isOfPackage,
    transform: { target },
  });
  await build.write({
    ...{ dir: folder, format: 'esm', chunkFileNames: '[name]-[hash].js' },
    // What is imported first is loaded first.
    banner: ({ isEntry }) => (isEntry ? "import './stacks.js';" : ''),
  });
  await writeStacks(join(folder, 'stacks.js'), 'esm');
}

/** The public files name nothing of the gateway's inside, so that theirs are enough. */
function declareTypes(): void {
  const emitted = mkdtempSync(join(tmpdir(), 'apollo-server-types-'));
  const tsc = join(root, 'node_modules/typescript-7/bin/tsc');
  const project = join(root, 'apollo-server/tsconfig.build.json');
  execFileSync(process.execPath, [tsc, '-p', project, '--outDir', emitted], { stdio: 'inherit' });
  copyTypes('index', join(emitted, 'apollo-server/src'), new Set());
  rmSync(emitted, { recursive: true });
}

/** A file and those that it names. */
function copyTypes(name: string, from: string, copied: Set<string>): void {
  if (copied.has(name)) return;
  copied.add(name);
  const text = readFileSync(join(from, `${name}.d.ts`), 'utf8');
  writeFileSync(join(folder, `${name}.d.ts`), text.replaceAll(/(from '\.[^']*)\.ts'/g, "$1.js'"));
  for (const [, other = ''] of text.matchAll(/from '\.\/([^']*)\.ts'/g)) {
    copyTypes(other, from, copied);
  }
}
