import type { Logger } from '../logger.ts';
import type { Doorbell } from './doorbell.ts';

/** A doorbell among the listeners of this process. Rings arrive in a later turn, so that ringing never re-enters. */
export function createLocalDoorbell(log: Logger): Doorbell {
  const listeners = new Map<string, Set<(message: string) => void>>();

  function deliver(channel: string, message: string): void {
    for (const onRing of listeners.get(channel) ?? []) {
      try {
        onRing(message);
      } catch (error) {
        log.error({ err: error, channel }, 'a doorbell listener failed');
      }
    }
  }

  return {
    isHealthy: true,
    ring(channel, message = '') {
      if (listeners.has(channel)) setImmediate(deliver, channel, message);
    },
    listen(channel, onRing) {
      // A wrapper of its own, so that one function may listen twice and leave once.
      const listener = (message: string): void => {
        onRing(message);
      };
      const ofChannel = listeners.get(channel) ?? new Set();
      listeners.set(channel, ofChannel.add(listener));
      return () => {
        ofChannel.delete(listener);
        if (ofChannel.size === 0 && listeners.get(channel) === ofChannel) listeners.delete(channel);
      };
    },
    [Symbol.asyncDispose]() {
      listeners.clear();
      return Promise.resolve();
    },
  };
}
