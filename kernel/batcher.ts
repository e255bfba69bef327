import { AppError } from './errors.ts';

/** What a batcher needs. */
export interface BatcherOptions<In, Out> {
  /** Does the work of many at once: answers in the order of the items; an `AppError` rejects only its own member. */
  readonly flush: (items: readonly In[]) => Promise<readonly (Out | AppError)[]>;
  /** Most items of one flush. */
  readonly maxItems: number;
  /** Most flushes at the same time. @default 1 */
  readonly parallel?: number;
}

/** Joins what is asked for at about the same time into few flushes. */
export interface Batcher<In, Out> {
  /** Adds an item to the next flush and waits for its own result. */
  add(item: In): Promise<Out>;
  /** Waits until everything added before has its result; never rejects. */
  drain(): Promise<void>;
}

interface Member<In, Out> {
  readonly item: In;
  readonly resolve: (out: Out) => void;
  readonly reject: (reason: unknown) => void;
}

/**
 * Natural group commit: while one flush is in flight the next gathers, so there is no timer and no added latency when
 * idle. `setImmediate` lets all callers of one turn of the event loop share the first flush.
 */
export function createBatcher<In, Out>(options: BatcherOptions<In, Out>): Batcher<In, Out> {
  const { flush, maxItems, parallel = 1 } = options;
  const drained: (() => void)[] = [];
  let queue: Member<In, Out>[] = [];
  let inFlight = 0;
  let isGathering = false;

  function pump(): void {
    isGathering = false;
    while (inFlight < parallel && queue.length > 0) {
      const batch = queue.slice(0, maxItems);
      queue = queue.slice(maxItems);
      inFlight += 1;
      void settle(flush, batch).then(() => {
        inFlight -= 1;
        pump();
      });
    }
    if (inFlight === 0 && queue.length === 0) for (const done of drained.splice(0)) done();
  }

  return {
    add(item) {
      const result = new Promise<Out>((resolve, reject) => {
        queue.push({ item, resolve, reject });
      });
      if (!isGathering && inFlight < parallel) {
        isGathering = true;
        setImmediate(pump);
      }
      return result;
    },
    drain() {
      if (inFlight === 0 && queue.length === 0) return Promise.resolve();
      return new Promise((resolve) => drained.push(resolve));
    },
  };
}

/** Runs one flush and hands out its results; never rejects, as each member carries its own fault. */
async function settle<In, Out>(
  flush: BatcherOptions<In, Out>['flush'],
  batch: readonly Member<In, Out>[],
): Promise<void> {
  try {
    const results = await flush(batch.map((member) => member.item));
    if (results.length !== batch.length) {
      throw new AppError(
        'INTERNAL',
        `a flush of ${batch.length} items gave ${results.length} results`,
      );
    }
    results.forEach((result, index) => {
      if (result instanceof AppError) batch[index]?.reject(result);
      else batch[index]?.resolve(result);
    });
  } catch (error) {
    for (const member of batch) member.reject(error);
  }
}
