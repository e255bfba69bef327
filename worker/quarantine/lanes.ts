import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Config } from '../../kernel/config/config.ts';
import { newId } from '../../kernel/ids.ts';
import type { Logger } from '../../kernel/logger.ts';
import { exponentialBackoff } from '../../kernel/retry/backoff.ts';
import { retry } from '../../kernel/retry/retry.ts';
import type { Queue } from '../../queue/queue.ts';
import { quarantinePrefix } from '../../queue/spend-attempt.ts';
import { startMonitor } from './monitor.ts';
import { workerDied } from './worker-died.ts';

/** What a lane is told when it starts. */
export interface LaneOrder {
  readonly config: Config;
  /** Under which name it claims. */
  readonly owner: string;
}

/** The processes in which quarantined jobs run, one job each; disposing drains them. */
export interface Lanes extends AsyncDisposable {
  /** Starts those that are missing; each ends by itself when it finds nothing to do. */
  open(): void;
}

interface LanesOptions {
  readonly config: Config;
  /** Where the lanes find the database of this process. */
  readonly databaseUrl: string;
  readonly queue: Pick<Queue, 'surrender'>;
  readonly log: Logger;
  /** What a lane runs. @default the one beside this file */
  readonly entry?: URL;
}

const ownEntry = new URL('main.ts', import.meta.url);
/** Connections of a lane: one job, its heartbeats, and one to spare. */
const poolSize = 3;
const patience = {
  backoff: exponentialBackoff({ firstMs: 100, maxMs: 2_000 }),
  attempts: 30,
  isRetryable: () => true,
};

/** No lane is open yet. */
export function createLanes(options: LanesOptions): Lanes {
  const { config, queue, log } = options;
  const open = new Map<ChildProcess, Promise<void>>();
  let isClosed = false;

  async function follow(child: ChildProcess, owner: string): Promise<void> {
    const cause = await startMonitor(child, config.poison);
    open.delete(child);
    if (cause === undefined) return;
    log.error({ owner, pid: child.pid, cause }, 'a quarantined job ended what ran it');
    const gone = { owner, error: workerDied(cause), others: 'LOSS' } as const;
    // Where this fails for too long the lease runs out, and the reaper counts the attempt without its cause.
    await retry(() => queue.surrender(gone), patience).catch((error: unknown) =>
      log.warn({ err: error, owner }, 'could not tell of the end of a lane'),
    );
  }

  return {
    open() {
      while (!isClosed && open.size < config.poison.processes) {
        const owner = `${quarantinePrefix}${newId()}`;
        const child = startLane(options, owner);
        open.set(child, follow(child, owner));
      }
    },
    async [Symbol.asyncDispose]() {
      isClosed = true;
      const endings = [...open.values()];
      for (const child of open.keys()) child.send('stop', () => undefined);
      await Promise.all(endings);
    },
  };
}

function startLane(
  { config, databaseUrl, entry = ownEntry }: LanesOptions,
  owner: string,
): ChildProcess {
  const child = fork(fileURLToPath(entry), [], {
    // The second as in cli/operandi.cjs: a lane goes on as long as quarantined jobs wait.
    execArgv: [`--max-old-space-size=${config.poison.memoryMb}`, '--no-wasm-code-gc'],
    serialization: 'advanced',
    stdio: ['ignore', 'inherit', 'pipe', 'ipc'],
  });
  const order: LaneOrder = {
    owner,
    config: {
      ...config,
      databaseUrl,
      databasePoolSize: poolSize,
      worker: { ...config.worker, concurrency: 1 },
    },
  };
  child.on('error', () => undefined);
  child.send(order, () => undefined);
  return child;
}
