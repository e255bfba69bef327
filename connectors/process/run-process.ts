import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppError } from '../../kernel/errors.ts';
import type { JsonObject } from '../../kernel/json.ts';
import { processCommand, type ProcessCommand } from './process-command.ts';

/** How a process ended. */
export type ProcessResult = {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
};

interface ProcessOptions {
  readonly signal: AbortSignal;
  /** Where programs are looked for, as in PATH. */
  readonly path: string;
  /** Largest output of each stream, bytes. @default 1 MiB */
  readonly maxBytes?: number;
}

/**
 * Runs what `run` of a definition names, in an empty folder of its own and with no variable of this process but PATH.
 * With `await: false` it answers at once and the process goes on. The operator must have allowed the kind.
 */
export async function runProcess(
  given: JsonObject,
  { signal, path, maxBytes = 1_048_576 }: ProcessOptions,
): Promise<ProcessResult> {
  const folder = await mkdtemp(join(tmpdir(), 'operandi-run-'));
  const clean = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    const command = await processCommand(given, folder);
    const ended = collect(start(command, { folder, path }), { signal, maxBytes });
    if (given['await'] === false) {
      void ended.catch(() => undefined).then(clean);
      return { code: 0, stdout: '', stderr: '' };
    }
    const result = await ended;
    await clean();
    return result;
  } catch (error) {
    await clean();
    throw error;
  }
}

function start(
  { file, arguments: args, environment, stdin }: ProcessCommand,
  { folder, path }: { readonly folder: string; readonly path: string },
): ChildProcess {
  const child = spawn(file, args, {
    cwd: folder,
    env: { PATH: path, HOME: folder, LANG: 'C.UTF-8', ...environment },
    stdio: ['pipe', 'pipe', 'pipe'],
    // A group of its own, so that what it starts ends with it.
    detached: true,
  });
  child.stdin.on('error', () => undefined);
  child.stdin.end(stdin ?? '');
  return child;
}

function collect(
  child: ChildProcess,
  { signal, maxBytes }: Pick<Required<ProcessOptions>, 'signal' | 'maxBytes'>,
): Promise<ProcessResult> {
  return new Promise((resolve, reject) => {
    const end = (reason: unknown): void => {
      if (child.pid !== undefined) killGroup(child.pid);
      reject(reason instanceof Error ? reason : new Error('the process was stopped'));
    };
    const abort = (): void => end(signal.reason);
    const tooLong = (): void => {
      end(new AppError('PAYLOAD_TOO_LARGE', `the process wrote more than ${maxBytes} bytes`));
    };
    const stdout = gather(child.stdout, maxBytes, tooLong);
    const stderr = gather(child.stderr, maxBytes, tooLong);
    signal.addEventListener('abort', abort, { once: true });
    if (signal.aborted) abort();
    child.once('error', (cause) => {
      reject(new AppError('INTEGRATION_FAILED', 'the program cannot be started', { cause }));
    });
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

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It is gone already.
  }
}
