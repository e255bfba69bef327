import { LRUCache } from 'lru-cache';

import { AppError } from '../../../kernel/errors.ts';
import { createKeyedSemaphore } from '../../../kernel/semaphore.ts';
import { createShares } from '../../admit/shares.ts';

/** Messages under way, so many at a time of each endpoint and no more bytes than it may hold; others wait in their order. */
export interface Lanes {
  /** Throws UNAVAILABLE when too much waits already. `isProof` says of a result that the message was genuine. */
  run<T>(message: Message, work: () => Promise<T>, isProof: (result: T) => boolean): Promise<T>;
}

export interface Message {
  readonly endpoint: string;
  readonly bytes: number;
}

const places = 8;
const maxBytes = 64 * 1024 * 1024;
const maxLaneBytes = 8 * 1024 * 1024;
/** What a message costs beside its body. */
const ownBytes = 4_096;
const maxProven = 10_000;
/** Of all endpoints to which nothing genuine has come yet, and of those that there are not. */
const unproven = 'unproven';

/**
 * An endpoint to which a genuine message came lately has a lane of its own; all others share one. So messages to addresses
 * that somebody makes up are in the way of each other alone.
 */
export function createLanes(): Lanes {
  const proven = new LRUCache<string, true>({ max: maxProven });
  const lanes = createKeyedSemaphore(places);
  const shares = createShares({ total: maxBytes, perOwner: maxLaneBytes });
  return {
    async run({ endpoint, bytes }, work, isProof) {
      const name = proven.has(endpoint) ? endpoint : unproven;
      const amount = bytes + ownBytes;
      if (shares.take(name, amount) !== undefined)
        throw new AppError('UNAVAILABLE', 'too many messages wait', { retryAfterMs: 1_000 });
      try {
        const result = await lanes.run(name, work);
        if (isProof(result)) proven.set(endpoint, true);
        return result;
      } finally {
        shares.give(name, amount);
      }
    },
  };
}
