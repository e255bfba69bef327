import type { ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppError } from '../../kernel/errors.ts';
import type { JsonObject } from '../../kernel/json.ts';
import { processCommand } from './process-command.ts';
import type { ProcessSettings } from './settings.ts';
import { startProcess } from './start-process.ts';

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
    const { child, end } = await startProcess(command, { folder, settings });
    child.stdin?.end(command.stdin ?? '');
    return await collect(child, { signal, maxBytes, end });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
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
