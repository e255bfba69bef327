import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';

import { buildSdk } from './build-sdk.ts';

const root = resolve(import.meta.dirname, '../..');

/** A page of the documents that a test follows word for word, in a folder with its files and the packages it installs. */
export interface TypedPage extends AsyncDisposable {
  readonly folder: string;
  /** Its blocks of commands, in their order, with the addresses of this test. */
  readonly commands: readonly string[];
  /** What is typed there finds: the programs, an address and a key. */
  readonly envOf: (apiKey: string) => NodeJS.ProcessEnv;
  /** Types commands and answers what they print. */
  readonly type: (commands: string, env: NodeJS.ProcessEnv) => Promise<string>;
}

/**
 * Opens a page below docs/. Each block that begins with a name as a comment is a file.
 * @param addresses those of the page, by what this test has in their place
 */
export async function openTypedPage(
  page: string,
  url: string,
  addresses: Readonly<Record<string, string>>,
): Promise<TypedPage> {
  const text = await readFile(join(root, 'docs', page), 'utf8');
  const replaced = (given: string) =>
    Object.entries(addresses).reduce((all, [of, by]) => all.replaceAll(of, by), given);
  await using stack = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'operandi-page-'));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  for (const [, block = ''] of text.matchAll(/^```(?:js|json|tsx|html)\n(.*?)```/gms)) {
    const [, name = ''] = /^(?:\/\/|<!--) (\S+)/.exec(block) ?? [];
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), replaced(block));
  }
  // What `npm install @operandi/sdk` brings, and the command of who runs the platform.
  await buildSdk(join(folder, 'node_modules'));
  const operandi = join(folder, 'operandi');
  const cli = join(root, 'cli/operandi.cjs');
  await writeFile(operandi, `#!/bin/sh\nexec "${process.execPath}" "${cli}" "$@"\n`);
  await chmod(operandi, 0o755);
  const opened = stack.move();
  return {
    folder,
    commands: [...replaced(text).matchAll(/^```sh\n(.*?)```/gms)].map(([, block = '']) => block),
    envOf: (apiKey) => ({
      PATH: [folder, dirname(process.execPath), process.env['PATH']].join(':'),
      HOME: folder,
      OPERANDI_URL: url,
      OPERANDI_API_KEY: apiKey,
    }),
    async type(commands, env) {
      // Compilers tell what is wrong on the way of what they make.
      const words = ['-ec', `exec 2>&1\n${commands}`];
      const typed = promisify(execFile)('sh', words, { cwd: folder, env });
      const { stdout } = await typed.catch((error: unknown) => {
        throw new Error((error as { readonly stdout: string }).stdout);
      });
      return stdout.trim();
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}
