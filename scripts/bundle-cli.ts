// Puts each command that needs no server into one file, which cli/bundled.cjs runs; npm ci does it.
// node scripts/bundle-cli.ts [FOLDER]: where to, .cache/cli without it.
import { mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type OutputChunk, type Plugin, rolldown } from 'rolldown';

const root = fileURLToPath(new URL('../', import.meta.url));
const folder = resolve(process.argv[2] ?? resolve(root, '.cache', 'cli'));
const commands = ['help', 'validate', 'agents', 'jobs', 'approvals'];
/** Stands for the packages. */
const installed = 'package-lock.json';

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
for (const command of commands) {
  const { code, moduleIds } = await bundle(command);
  const own = moduleIds.filter((id) => id.startsWith(root) && !id.includes('node_modules'));
  const sources = [installed, ...own.map((id) => relative(root, id))].map((path) => {
    const { size, mtimeMs } = statSync(resolve(root, path));
    return { path, size, mtimeMs };
  });
  const parameters = 'require, exports, module, __filename';
  writeFileSync(
    resolve(folder, `${command}.cjs`),
    `(function (${parameters}) {${code.replace(/^#!.*/, '')}})`,
  );
  writeFileSync(resolve(folder, `${command}.json`), JSON.stringify(sources));
}

async function bundle(command: string): Promise<OutputChunk> {
  const input = resolve(root, 'cli', 'main.ts');
  const build = await rolldown({ input, platform: 'node', plugins: [without(command)] });
  const { output } = await build.generate({ format: 'cjs', minify: true, codeSplitting: false });
  return output[0];
}

/** Commands other than the one are not even loaded by it. */
function without(command: string): Plugin {
  return {
    name: 'other commands stay outside',
    async resolveId(source, importer, options) {
      if (options.kind !== 'dynamic-import') return null;
      const found = await this.resolve(source, importer, options);
      const [, name] = /\/cli\/commands\/([\w-]+)\.ts$/.exec(found?.id ?? '') ?? [];
      return name === undefined || name === command ? found : { id: source, external: true };
    },
  };
}
