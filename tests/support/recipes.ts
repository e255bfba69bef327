import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';

import { installApart } from './packages-apart.ts';

const run = promisify(execFile);
const root = resolve(import.meta.dirname, '../..');

/** A folder with the recipes of a page as files, and the packages that they import. */
export interface Recipes extends AsyncDisposable {
  readonly folder: string;
  readonly files: readonly string[];
  /** Runs a program of the packages there. */
  run(program: string, ...args: readonly string[]): Promise<string>;
}

/** A block ```` ```LANGUAGE FILE ```` of the page is a file. */
export async function openRecipes(page: string): Promise<Recipes> {
  const clients = await installApart('tests/clients');
  await using stack = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'operandi-recipes-'));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  const files = recipesOf(await readFile(join(root, page), 'utf8'));
  for (const [name, text] of files) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  await linkPackages(clients, join(folder, 'node_modules'));
  const opened = stack.move();
  return {
    folder,
    files: [...files.keys()],
    async run(program, ...args) {
      const file = join(folder, 'node_modules/.bin', program);
      const { stdout } = await run(file, args, { cwd: folder, env: process.env });
      return stdout;
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

function recipesOf(page: string): Map<string, string> {
  const fences = page.matchAll(/^```(?:ts|json) (\S+)\n([\s\S]*?)^```$/gm);
  return new Map([...fences].map(([, name = '', text = '']) => [name, text]));
}

/** The packages of the clients beside the product's own, as they stand in a project that has both. */
async function linkPackages(clients: string, packages: string): Promise<void> {
  await mkdir(join(packages, 'operandi'), { recursive: true });
  await symlink(join(root, 'schema'), join(packages, 'operandi/schema'));
  for (const name of await readdir(clients))
    await symlink(join(clients, name), join(packages, name));
}
