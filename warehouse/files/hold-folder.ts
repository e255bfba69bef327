import { mkdir, readFile, rm, stat, utimes } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';

import { AppError } from '../../kernel/errors.ts';
import { newId } from '../../kernel/ids.ts';
import { sleep } from '../../kernel/retry/sleep.ts';
import { isMissing, writeWhole } from './durable.ts';

const holderShape = z.object({ id: z.string(), host: z.string(), pid: z.int() });

const touchMs = 5_000;
/** How long a holder may be silent before it counts as gone, milliseconds. */
const silentMs = 30_000;

/** The folder is this process's alone until it is disposed. */
export interface HeldFolder extends AsyncDisposable {
  /** Throws when somebody else holds it now. */
  check(): Promise<void>;
}

/** Takes the folder for this process; waits for one that may have died, and throws while another lives. */
export async function holdFolder(root: string, signal: AbortSignal): Promise<HeldFolder> {
  await mkdir(root, { recursive: true, mode: 0o700 });
  const path = join(root, '_holder.json');
  const begin = performance.now();
  while (await isHeld(path)) {
    if (performance.now() - begin > silentMs + touchMs)
      throw new AppError(
        'CONFLICT',
        `another warehouse works on ${root}; end it or choose another folder`,
      );
    await sleep(1_000, signal);
  }
  const own = { id: newId(), host: hostname(), pid: process.pid };
  await writeWhole(path, JSON.stringify(own));
  const touch = setInterval(() => {
    const now = new Date();
    utimes(path, now, now).catch(() => undefined);
  }, touchMs);
  touch.unref();
  const check = async (): Promise<void> => {
    const holder = await readHolder(path);
    if (holder?.id !== own.id)
      throw new AppError('CONFLICT', `another warehouse has taken ${root} over`);
  };
  return {
    check,
    async [Symbol.asyncDispose]() {
      clearInterval(touch);
      const isMine = await check().then(
        () => true,
        () => false,
      );
      if (isMine) await rm(path, { force: true });
    },
  };
}

async function isHeld(path: string): Promise<boolean> {
  const holder = await readHolder(path);
  if (holder === undefined) return false;
  // Of this machine it can be told at once whether it lives; the number of the process may be ours after a restart.
  if (holder.host === hostname()) return holder.pid !== process.pid && isAlive(holder.pid);
  const { mtimeMs } = await stat(path);
  return Date.now() - mtimeMs < silentMs;
}

async function readHolder(path: string): Promise<z.infer<typeof holderShape> | undefined> {
  try {
    return holderShape.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (error) {
    if (isMissing(error) || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
