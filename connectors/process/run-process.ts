import { type ChildProcess, spawn } from 'node:child_process';
import { chown, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppError } from '../../kernel/errors.ts';
import type { JsonObject } from '../../kernel/json.ts';
import { processCommand, type ProcessCommand } from './process-command.ts';
import { sandboxed, type Spawnable } from './sandbox.ts';
import { nobody, type ProcessSettings } from './settings.ts';

/** How a process ended. */
export type ProcessResult = {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
};

interface ProcessOptions {
  readonly signal: AbortSignal;
  readonly settings: ProcessSettings;
  /** Largest output of each stream, bytes. @default 1 MiB */
  readonly maxBytes?: number;
}

/**
 * Runs what `run` of a definition names, in folders of its own and with no variable of this process. All that it starts ends
 * with it, and with the signal. The operator must have allowed the kind.
 */
export async function runProcess(
  given: JsonObject,
  { signal, settings, maxBytes = 1_048_576 }: ProcessOptions,
): Promise<ProcessResult> {
  signal.throwIfAborted();
  const folder = await mkdtemp(join(tmpdir(), 'operandi-run-'));
  try {
    const command = await processCommand(given, { folder, settings });
    const isSandboxed = settings.isolation === 'bubblewrap' && command.containerName === undefined;
    const user = isSandboxed ? otherUser() : undefined;
    if (user !== undefined) await chown(folder, user.uid, user.gid);
    const spawnable = isSandboxed
      ? await sandboxed(command, settings)
      : asItIs(command, { folder, settings });
    const child = start(spawnable, { folder, settings, user, stdin: command.stdin });
    const end = (): void => endAll(child, command, settings);
    return await collect(child, { signal, maxBytes, end });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

interface User {
  readonly uid: number;
  readonly gid: number;
}

/** Nobody, where this process may become another; else it stays who it is, which the namespaces hide. */
function otherUser(): User | undefined {
  return process.getuid?.() === 0 ? { uid: nobody, gid: nobody } : undefined;
}

interface Around {
  readonly folder: string;
  readonly settings: ProcessSettings;
}

function asItIs(command: ProcessCommand, { folder, settings }: Around): Spawnable {
  const { file, arguments: args, environment } = command;
  const base = { PATH: settings.path, HOME: folder, LANG: 'C.UTF-8' };
  return { file, arguments: args, environment: { ...base, ...environment } };
}

interface Start extends Around {
  readonly user: User | undefined;
  readonly stdin: string | undefined;
}

function start(spawnable: Spawnable, { folder, settings, user, stdin }: Start): ChildProcess {
  const { file, arguments: args, environment, options } = spawnable;
  const child = spawn(file, args, {
    ...user,
    cwd: folder,
    env: { PATH: settings.path, ...environment },
    stdio: ['pipe', 'pipe', 'pipe', ...(options === undefined ? [] : (['pipe'] as const))],
    // A group of its own, so that what it starts ends with it.
    detached: true,
  });
  const told = child.stdio[3];
  for (const [stream, text] of [
    [child.stdin, stdin],
    [told, options],
  ] as const) {
    if (stream === null || stream === undefined || !('end' in stream)) continue;
    stream.on('error', () => undefined);
    stream.end(text ?? '');
  }
  return child;
}

interface Collecting {
  readonly signal: AbortSignal;
  readonly maxBytes: number;
  readonly end: () => void;
}

function collect(
  child: ChildProcess,
  { signal, maxBytes, end }: Collecting,
): Promise<ProcessResult> {
  return new Promise((resolve, reject) => {
    const stop = (reason: unknown): void => {
      end();
      reject(reason instanceof Error ? reason : new Error('the process was stopped'));
    };
    const abort = (): void => stop(signal.reason);
    const tooLong = (): void => {
      stop(new AppError('PAYLOAD_TOO_LARGE', `the process wrote more than ${maxBytes} bytes`));
    };
    const stdout = gather(child.stdout, maxBytes, tooLong);
    const stderr = gather(child.stderr, maxBytes, tooLong);
    signal.addEventListener('abort', abort, { once: true });
    if (signal.aborted) abort();
    child.once('error', (cause) => {
      signal.removeEventListener('abort', abort);
      reject(new AppError('INTEGRATION_FAILED', 'the program cannot be started', { cause }));
    });
    // What it has started holds its streams open: it ends with it.
    child.once('exit', end);
    child.once('close', (code) => {
      signal.removeEventListener('abort', abort);
      resolve({ code: code ?? 137, stdout: stdout(), stderr: stderr() });
    });
  });
}

function gather(
  stream: NodeJS.ReadableStream | null,
  maxBytes: number,
  onTooLong: () => void,
): () => string {
  const chunks: Buffer[] = [];
  let bytes = 0;
  stream?.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > maxBytes) onTooLong();
    else chunks.push(chunk);
  });
  return () => Buffer.concat(chunks).toString('utf8');
}

function endAll(child: ChildProcess, command: ProcessCommand, { path }: ProcessSettings): void {
  if (child.pid !== undefined) killGroup(child.pid);
  // A container is a child of its engine: ending the command line does not end it.
  if (command.containerName === undefined || child.exitCode !== null) return;
  const ender = spawn(command.file, ['kill', command.containerName], {
    env: { PATH: path },
    stdio: 'ignore',
  });
  ender.on('error', () => undefined);
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It is gone already.
  }
}
