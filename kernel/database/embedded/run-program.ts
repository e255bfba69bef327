import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { basename } from 'node:path';
import process from 'node:process';
import { AppError } from '../../errors.ts';
import type { ServerUser } from './server-user.ts';

/** Runs one of PostgreSQL's programs to its end; throws with what it said if it fails. */
export async function runProgram(command: readonly string[], user: ServerUser): Promise<void> {
  const { file, args, options } = commandAs(command, user);
  const child = spawn(file, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (said += text));
  await once(child, 'close');
  if (child.exitCode === 0) return;
  const program = basename(command[0] ?? '');
  throw new AppError('UNAVAILABLE', `${program} of the embedded database failed: ${said.trim()}`);
}

/**
 * How a command is started for a user, in a folder that everybody may enter, with no setting of the caller's. It is none of
 * the terminal's: a Ctrl+C is for the platform, which needs its database until it has stopped.
 */
export function commandAs(command: readonly string[], { ids, prefix }: ServerUser) {
  const [file = '', ...args] = [...prefix, ...command];
  const env = { LC_ALL: 'C', TZ: 'UTC' };
  // On Windows it would get a window of its own.
  const detached = process.platform !== 'win32';
  return { file, args, options: { cwd: '/', env, detached, ...(prefix.length === 0 ? ids : {}) } };
}
