import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const operandi = fileURLToPath(new URL('../operandi.cjs', import.meta.url));

/** What a command left behind. */
export interface Outcome {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * `operandi …` as it is typed in a folder, in a process of its own that has nothing of this one's environment but where
 * compiled code is kept.
 */
export function runOperandi(folder: string, ...args: readonly string[]): Outcome {
  const { PATH, NODE_COMPILE_CACHE } = process.env;
  const { status, stdout, stderr } = spawnSync(process.execPath, [operandi, ...args], {
    ...{ cwd: folder, encoding: 'utf8' },
    env: { PATH, NODE_COMPILE_CACHE, NO_COLOR: '1' },
  });
  return { status, stdout, stderr };
}
