import type { ChildProcess } from 'node:child_process';
import process from 'node:process';
import type { Config } from '../../kernel/config/config.ts';

/** How often a lane says that it lives, milliseconds. */
export const beatMs = 500;
const keptBytes = 8_192;
/** How many times as long a lane may take to start: it loads its code, on a machine that may be busy, and holds no job yet. */
const startFactor = 12;

/**
 * Watches a lane until it has ended: undefined if in good order, else the cause. One whose thread stands still is
 * ended. Its error output goes to that of this process.
 */
export async function startMonitor(
  child: ChildProcess,
  { muteMs, memoryMb }: Pick<Config['poison'], 'muteMs' | 'memoryMb'>,
): Promise<string | undefined> {
  let tail = '';
  let silentTurns = 0;
  let mostMs = muteMs * startFactor;
  let cause: string | undefined;
  child.stderr?.on('data', (data: Buffer) => {
    process.stderr.write(data);
    tail = (tail + data.toString()).slice(-keptBytes);
  });
  child.on('message', () => {
    silentTurns = 0;
    mostMs = muteMs;
  });
  // Counted in turns of this timer: while this process stands still, nobody else is called mute.
  const timer = setInterval(() => {
    silentTurns += 1;
    if (silentTurns * beatMs <= mostMs) return;
    cause = `its thread stood still for ${mostMs} ms`;
    child.kill('SIGKILL');
  }, beatMs);
  const end = await new Promise<{ code: number | null; signal: string | null }>((resolve) => {
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
  clearInterval(timer);
  if (cause !== undefined) return cause;
  if (end.code === 0) return undefined;
  if (tail.includes('heap out of memory'))
    return `out of memory, its heap may hold ${memoryMb} MiB`;
  return end.signal === null ? `exit code ${end.code ?? 'unknown'}` : `signal ${end.signal}`;
}
