import { AppError, RateLimitedError } from '../errors.ts';
import { createFairQueue, type FairQueue } from './fair-queue.ts';
import { createWarmThread, type WarmThread, type WorkBudget } from './warm-thread.ts';

/** How a pool is made. */
export interface ThreadPoolOptions {
  /** A module that calls `serveThread`. */
  readonly entry: URL;
  /** Most threads; they start when first needed and stay. */
  readonly size: number;
  /** Heap of each thread, megabytes. */
  readonly maxMemoryMb: number;
  /** Requests of one tenant that may wait. @default 50 */
  readonly maxWaitingOfTenant?: number;
  /** Requests of all tenants that may wait. @default 1_000 */
  readonly maxWaiting?: number;
}

/** One request to a pool. */
export interface PoolBudget extends WorkBudget {
  /** Whose request it is: tenants take turns. */
  readonly tenantId: string;
}

/** Threads that answer requests by a pure function; one that hangs or grows is ended and harms no other request. */
export interface ThreadPool<Request, Answer> extends AsyncDisposable {
  /**
   * Rejects with LIMIT_EXCEEDED beyond the time or memory, with RATE_LIMITED when the tenant has too much waiting,
   * with the reason of the signal, or with what the function throws.
   */
  run(request: Request, budget: PoolBudget): Promise<Answer>;
}

interface Waiting {
  readonly tenantId: string;
  readonly start: (thread: WarmThread) => Promise<void>;
  readonly fail: (error: Error) => void;
}

interface State {
  readonly options: ThreadPoolOptions;
  readonly queue: FairQueue<Waiting>;
  readonly idle: WarmThread[];
  readonly busy: Map<WarmThread, string>;
  isDisposed: boolean;
}

const retryAfterMs = 1_000;

/** A pool without threads yet. */
export function createThreadPool<Request, Answer>(
  options: ThreadPoolOptions,
): ThreadPool<Request, Answer> {
  const { maxWaitingOfTenant: ofMember = 50, maxWaiting: ofAll = 1_000 } = options;
  const queue = createFairQueue<Waiting>({ ofMember, ofAll });
  const state: State = { options, queue, idle: [], busy: new Map(), isDisposed: false };
  return {
    async run(request, budget) {
      if (state.isDisposed) throw closed();
      budget.signal?.throwIfAborted();
      // The entry's function decides what comes back; a pool is made for one entry.
      return (await enqueue(state, request, budget)) as Answer;
    },
    async [Symbol.asyncDispose]() {
      state.isDisposed = true;
      for (const waiting of queue.drain()) waiting.fail(closed());
      const threads = [...state.idle, ...state.busy.keys()];
      await Promise.all(threads.map((thread) => thread.stop()));
    },
  };
}

async function enqueue(state: State, request: unknown, budget: PoolBudget): Promise<unknown> {
  const { tenantId, signal } = budget;
  const { promise, resolve, reject } = Promise.withResolvers<unknown>();
  const waiting: Waiting = {
    tenantId,
    start: async (thread) => {
      signal?.removeEventListener('abort', leave);
      await thread.work(request, budget).then(resolve, reject);
    },
    fail: reject,
  };
  function leave(): void {
    state.queue.remove(tenantId, waiting);
    reject(signal?.reason instanceof Error ? signal.reason : new Error('given up'));
  }
  if (!state.queue.push(tenantId, waiting))
    throw new RateLimitedError(retryAfterMs, 'too many documents of this tenant are being read');
  signal?.addEventListener('abort', leave, { once: true });
  dispatch(state);
  return await promise;
}

function dispatch(state: State): void {
  const { queue, busy, options } = state;
  while (!state.isDisposed && busy.size < options.size) {
    const next = queue.take((tenantId) => mayStart(state, tenantId));
    if (next === undefined) return;
    const thread = state.idle.pop() ?? createWarmThread(options.entry, options.maxMemoryMb);
    busy.set(thread, next.tenantId);
    void next.start(thread).then(() => {
      busy.delete(thread);
      if (thread.isAlive) state.idle.push(thread);
      dispatch(state);
    });
  }
}

/** One thread is always left to the others: a tenant whose requests hang makes nobody wait for their deadline. */
function mayStart({ busy, options }: State, tenantId: string): boolean {
  const own = [...busy.values()].filter((id) => id === tenantId).length;
  return own < Math.max(1, options.size - 1);
}

function closed(): AppError {
  return new AppError('UNAVAILABLE', 'the process is stopping');
}
