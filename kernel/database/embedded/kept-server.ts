import type { Logger } from '../../logger.ts';
import { exponentialBackoff } from '../../retry/backoff.ts';
import { sleep } from '../../retry/sleep.ts';
import { startServer, type RunningServer, type ServeOptions } from './server.ts';

/** Between two starts of a server that ends again and again. */
const backoff = exponentialBackoff({ firstMs: 100, maxMs: 10_000, jitter: 0 });
/** A server that served this long, milliseconds, had started well: the next wait is the first again. */
const WELL_AFTER_MS = 60_000;

/**
 * Starts the server and, whenever it ends by itself, starts it again over the same files at the same place: whoever was
 * connected finds it there, recovered from its log.
 * @param isReady resolves when the first start has gone well; what ends before is at fault, and its last words are thrown
 */
export async function keepServer(
  options: ServeOptions,
  isReady: () => Promise<void>,
): Promise<AsyncDisposable> {
  const stopping = new AbortController();
  let server = await startServer(options);
  try {
    await Promise.race([isReady(), server.ended]);
  } catch (error) {
    await server[Symbol.asyncDispose]();
    throw error;
  }
  const kept = keep();
  return {
    async [Symbol.asyncDispose]() {
      stopping.abort();
      await kept;
      await server[Symbol.asyncDispose]();
    },
  };

  async function keep(): Promise<void> {
    for (let restarts = 1; ; restarts += 1) {
      const servedMs = await untilItEnds(server, stopping.signal, options.log);
      if (servedMs > WELL_AFTER_MS) restarts = 1;
      const waitMs = backoff.delayMs(restarts, () => 0);
      await sleep(waitMs, stopping.signal).catch(() => undefined);
      if (stopping.signal.aborted) return;
      server = await startServer(options);
    }
  }
}

/** How long it served, milliseconds; less if the signal came first. */
async function untilItEnds(
  { ended }: RunningServer,
  signal: AbortSignal,
  log: Logger,
): Promise<number> {
  const startedAt = performance.now();
  const stopped = Promise.withResolvers<undefined>();
  signal.addEventListener('abort', () => {
    stopped.resolve(undefined);
  });
  if (signal.aborted) stopped.resolve(undefined);
  await Promise.race([ended, stopped.promise]).catch((error: unknown) => {
    log.error({ err: error }, 'the embedded database ended; it is started again');
  });
  return performance.now() - startedAt;
}
