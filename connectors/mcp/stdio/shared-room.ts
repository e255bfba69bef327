import { abortReason } from '../../egress/abort.ts';

/** One of the places that all tenants share. */
export interface Place {
  /** Nobody needs it now: it may be taken away by `onTaken`. */
  readonly rest: () => void;
  /** It is needed again. */
  readonly busy: () => void;
  readonly leave: () => void;
}

export interface SharedRoom {
  /** Resolves when there is a place; `onTaken` is told when it goes to somebody else while it rests. */
  enter(tenantId: string, onTaken: () => void, signal: AbortSignal): Promise<Place>;
}

interface Held {
  readonly tenantId: string;
  readonly onTaken: () => void;
  isResting: boolean;
}

/** So many places, of which one tenant holds a quarter at most: it waits while others need not. */
export function createSharedRoom(size: number): SharedRoom {
  const share = Math.max(1, Math.floor(size / 4));
  const held = new Set<Held>();
  const waiting = new Map<() => void, string>();

  const hasRoom = (tenantId: string): boolean =>
    held.size < size &&
    Array.from(held).filter((each) => each.tenantId === tenantId).length < share;

  /** Takes a place that rests: of the tenant itself where it has its share, else the one that has rested longest. */
  function free(tenantId: string): boolean {
    const own = Array.from(held).filter((each) => each.tenantId === tenantId);
    const from = own.length < share ? Array.from(held) : own;
    const resting = from.find(({ isResting }) => isResting);
    if (resting === undefined) return false;
    held.delete(resting);
    resting.onTaken();
    return true;
  }

  function letIn(): void {
    for (const [go, tenantId] of waiting) if (hasRoom(tenantId) || free(tenantId)) go();
  }

  function take(tenantId: string, onTaken: () => void): Place {
    const own: Held = { tenantId, onTaken, isResting: false };
    held.add(own);
    return {
      rest() {
        if (!held.delete(own)) return;
        own.isResting = true;
        held.add(own);
        letIn();
      },
      busy() {
        own.isResting = false;
      },
      leave() {
        if (held.delete(own)) letIn();
      },
    };
  }

  return {
    enter(tenantId, onTaken, signal) {
      if (signal.aborted) return Promise.reject(abortReason(signal));
      if (hasRoom(tenantId) || free(tenantId)) return Promise.resolve(take(tenantId, onTaken));
      return new Promise((resolve, reject) => {
        const giveUp = (): void => {
          waiting.delete(go);
          reject(abortReason(signal));
        };
        const go = (): void => {
          waiting.delete(go);
          signal.removeEventListener('abort', giveUp);
          resolve(take(tenantId, onTaken));
        };
        waiting.set(go, tenantId);
        signal.addEventListener('abort', giveUp, { once: true });
      });
    },
  };
}
