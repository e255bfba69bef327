import { AppError } from './errors.ts';

/** What a batcher needs. */
export interface BatcherOptions<In, Out> {
  /** Does the work of many at once: answers in the order of the items; an `AppError` rejects only its own member. */
  readonly flush: (items: readonly In[]) => Promise<readonly (Out | AppError)[]>;
  /** Most items of one flush. */
  readonly maxItems: number;
  /** How much an item adds to its flush. @default nothing */
  readonly weigh?: (item: In) => number;
  /** Most of that in one flush; an item that is more goes alone. @default Infinity */
  readonly maxWeight?: number;
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
  const { flush, parallel = 1 } = options;
  const drained: (() => void)[] = [];
  let queue: Member<In, Out>[] = [];
  let inFlight = 0;
  let isGathering = false;

  function pump(): void {
    isGathering = false;
    while (inFlight < parallel && queue.length > 0) {
      const size = sizeOfFlush(queue, options);
      const batch = queue.slice(0, size);
      queue = queue.slice(size);
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

/** How many of those who wait go together: as many as the limits allow, and at least one. */
function sizeOfFlush<In, Out>(
  queue: readonly Member<In, Out>[],
  { maxItems, weigh, maxWeight = Infinity }: BatcherOptions<In, Out>,
): number {
  const most = Math.min(queue.length, maxItems);
  if (weigh === undefined) return most;
  let weight = 0;
  for (const [at, { item }] of queue.slice(0, most).entries()) {
    weight += weigh(item);
    if (at > 0 && weight > maxWeight) return at;
  }
  return most;
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
