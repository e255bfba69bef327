import type { Identity } from '../identity.ts';

/** A finished answer as bytes. */
export interface SharedAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly bytes: Buffer;
  readonly cost: number | undefined;
}

interface Running {
  readonly answer: Promise<SharedAnswer>;
  readonly controller: AbortController;
  /** Nobody finds it any more. */
  readonly hide: () => void;
  waiting: number;
}

/** Single flight for clients: equal queries of one identity that overlap are answered by one execution. */
export interface SharedAnswers {
  find(key: string): Running | undefined;
  /** Starts an execution that others may join. */
  start(key: string, run: (signal: AbortSignal) => Promise<SharedAnswer>): Running;
  /** Waits with the others; the execution ends early only when the last of them has gone. */
  join(running: Running, signal: AbortSignal): Promise<SharedAnswer>;
  /** After a mutation nobody may join an older read: who writes must see what was written. */
  forget(): void;
}

export function createSharedAnswers(): SharedAnswers {
  const running = new Map<string, Running>();
  return {
    find: (key) => running.get(key),
    start: (key, run) => {
      const controller = new AbortController();
      const hide = (): void => {
        if (running.get(key) === started) running.delete(key);
      };
      const started: Running = { answer: run(controller.signal), controller, hide, waiting: 0 };
      running.set(key, started);
      started.answer.then(hide, hide);
      return started;
    },
    join: async (joined, signal) => {
      joined.waiting++;
      const leave = (): void => {
        if (--joined.waiting > 0) return;
        joined.hide();
        joined.controller.abort();
      };
      signal.addEventListener('abort', leave, { once: true });
      try {
        return await joined.answer;
      } finally {
        signal.removeEventListener('abort', leave);
      }
    },
    forget: () => running.clear(),
  };
}

/** Everything that may make two equal bodies mean different things. */
export function sharingKey(parts: {
  readonly identity: Identity;
  readonly body: string;
  readonly type: string;
  /** Client headers, where rules or plugins look at them. */
  readonly headers: Readonly<Record<string, string>> | undefined;
}): string {
  const headers = parts.headers === undefined ? '' : JSON.stringify(parts.headers);
  return `${parts.identity.key}\n${parts.type}\n${headers}\n${parts.body}`;
}
