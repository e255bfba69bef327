import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from '../tests/support/process.ts';

/** A build of the platform: a folder with its source and what it needs. */
export interface Build extends AsyncDisposable {
  readonly name: string;
  readonly folder: string;
}

/** How a build's command is started: as users start it, from its bundle where it makes one. */
export function commandOf({ folder }: Build): string {
  const quick = join(folder, 'cli', 'operandi.cjs');
  return existsSync(quick) ? quick : join(folder, 'cli', 'main.ts');
}

const here = fileURLToPath(new URL('../', import.meta.url));

/** The source as it is in this folder. */
export function thisBuild(): Build {
  return { name: 'this build', folder: here, [Symbol.asyncDispose]: () => Promise.resolve() };
}

/** The source of an earlier revision, checked out beside, with the packages that it asks for; or a folder that has both. */
export async function earlierBuild(revision: string): Promise<Build> {
  if (existsSync(join(revision, 'package.json')))
    return { ...thisBuild(), name: 'earlier build', folder: resolve(revision) };
  const parent = await mkdtemp(join(tmpdir(), 'operandi-bench-'));
  const folder = join(parent, 'build');
  await run(['git', '-C', here, 'worktree', 'add', '--detach', folder, revision]);
  await run(['npm', '--prefix', folder, 'ci', '--ignore-scripts']);
  return {
    name: revision,
    folder,
    async [Symbol.asyncDispose]() {
      await run(['git', '-C', here, 'worktree', 'remove', '--force', folder]);
      await rm(parent, { recursive: true, force: true });
    },
  };
}
