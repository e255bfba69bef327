import { AppError } from '../../../kernel/errors.ts';
import { roomOf } from '../../../kernel/fair-share.ts';
import type { GuardedTransport } from './guarded-transport.ts';
import type { SubgraphRequest } from './port.ts';

/** How callers share the connections to one subgraph. */
export interface SharingOptions {
  readonly name: string;
  /** Connections of all callers. */
  readonly places: number;
  /** Longest wait, milliseconds. */
  readonly timeoutMs: number;
}

const anybody = 'anybody';

/**
 * Puts the requests of each caller in a queue of its own for the connections of a subgraph: requests that are long in
 * coming back hold no more of them than they leave free. Waiting says nothing about the health of the subgraph.
 */
export function createSharedTransport(
  inner: GuardedTransport,
  options: SharingOptions,
): GuardedTransport {
  const places = createPlaces(options);
  return {
    get isCircuitOpen() {
      return inner.isCircuitOpen;
    },
    async execute(request) {
      const owner = request.owner ?? anybody;
      await places.enter(owner, request.signal);
      try {
        return await inner.execute(request);
      } finally {
        places.leave(owner);
      }
    },
    subscribe: (request) => inner.subscribe(request),
    close: () => inner.close(),
  };
}

interface Places {
  enter(owner: string, signal: SubgraphRequest['signal']): Promise<void>;
  leave(owner: string): void;
}

function createPlaces(options: SharingOptions): Places {
  const held = new Map<string, number>();
  // Owners in the order of their turns.
  const waiting = new Map<string, Set<() => void>>();
  let free = options.places;

  const hasRoom = (owner: string): boolean => roomOf(free, held.get(owner) ?? 0) > 0;

  function take(owner: string): void {
    free -= 1;
    held.set(owner, (held.get(owner) ?? 0) + 1);
  }

  function letIn(): void {
    for (let next = nextInLine(); next !== undefined; next = nextInLine()) {
      const [owner, queue] = next;
      // Behind all others for its next one.
      waiting.delete(owner);
      waiting.set(owner, queue);
      take(owner);
      const [first] = queue;
      first?.();
    }
  }

  function nextInLine(): [string, Set<() => void>] | undefined {
    return waiting.entries().find(([owner, queue]) => queue.size > 0 && hasRoom(owner));
  }

  return {
    async enter(owner, signal) {
      const queue = waiting.get(owner) ?? new Set();
      if (queue.size === 0 && hasRoom(owner)) {
        take(owner);
        return;
      }
      waiting.set(owner, queue);
      await turnIn(queue, signal, options).finally(() => {
        if (queue.size === 0 && waiting.get(owner) === queue) waiting.delete(owner);
      });
    },
    leave(owner) {
      free += 1;
      const left = (held.get(owner) ?? 0) - 1;
      if (left > 0) held.set(owner, left);
      else held.delete(owner);
      letIn();
    },
  };
}

function turnIn(
  queue: Set<() => void>,
  signal: AbortSignal,
  options: SharingOptions,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = (settle: () => void): void => {
      queue.delete(enter);
      clearTimeout(timer);
      signal.removeEventListener('abort', abandon);
      settle();
    };
    const enter = (): void => end(resolve);
    const abandon = (): void => end(() => reject(new Error('The request was abandoned')));
    const timer = setTimeout(() => end(() => reject(tooMany(options))), options.timeoutMs);
    signal.addEventListener('abort', abandon, { once: true });
    queue.add(enter);
    if (signal.aborted) abandon();
  });
}

function tooMany({ name }: SharingOptions): AppError {
  const message = `You have too many requests to subgraph "${name}" under way`;
  return new AppError('RATE_LIMITED', message, { retryAfterMs: 1_000 });
}
