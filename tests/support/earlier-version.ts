import { execFile, execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = fileURLToPath(new URL('../../', import.meta.url));
const run = promisify(execFile);

/**
 * The version from which docs/operate.md promises a rolling upgrade, as long as none is published: with 62 migrations, before
 * history went into tables of months. It needs no package that the present one does not bring.
 */
export const earliest = {
  commit: '84d80107fbce3c7a6de2646c869875b1558f0fbb',
  day: '2026-11-30',
} as const;

/** What a test says it upgrades from; undefined where the clone has no history, or there is no git. */
export const earlierVersion: string | undefined = hasCommit()
  ? `${earliest.commit.slice(0, 8)} of ${earliest.day}`
  : undefined;
if (earlierVersion === undefined)
  process.stderr.write('no earlier version found in this clone: left out is an upgrade from it\n');

function hasCommit(): boolean {
  try {
    execFileSync('git', ['-C', root, 'cat-file', '-e', `${earliest.commit}^{commit}`], {
      stdio: 'ignore',
    });
    return true;
  } catch {
    return false;
  }
}

/** Unpacks the earlier version, with its bundle, into a folder that is removed when disposed. */
export async function unpackEarlier(): Promise<AsyncDisposable & { readonly program: string }> {
  await using stack = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'operandi-earlier-'));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  const [archive, sources] = [join(folder, 'sources.tar'), join(folder, 'sources')];
  await run('git', ['-C', root, 'archive', `--output=${archive}`, earliest.commit]);
  await mkdir(sources);
  await run('tar', ['-xf', archive, '-C', sources]);
  await symlink(join(root, 'node_modules'), join(sources, 'node_modules'));
  // As `npm ci` does it: twelve starts from the sources would take a minute.
  await run(process.execPath, [join(sources, 'scripts/bundle-platform.ts')]);
  const unpacked = stack.move();
  return {
    program: join(sources, 'cli/operandi.cjs'),
    [Symbol.asyncDispose]: () => unpacked.disposeAsync(),
  };
}
