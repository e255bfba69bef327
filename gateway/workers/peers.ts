import cluster from 'node:cluster';

import { StopRequest } from '../../kernel/stop-request.ts';
import { type Answers, answerWithinMs, readToWorker, type ToPrimary, within } from './messages.ts';

/** The other workers of a gateway, from inside of one. */
export interface Peers {
  /** Aborted when all workers are to stop. */
  readonly stopping: AbortSignal;
  tell(topic: string, value: unknown): Promise<void>;
  /** Asks all others and the process that holds them. */
  ask(topic: string, value?: unknown): Promise<Answers>;
  /** What others tell or ask goes to the handler, and what that says back to who asked. */
  on(topic: string, handler: (value: unknown) => unknown): void;
  /** Leaves the others, so that this process can end. */
  leave(): void;
}

/** A worker says this when it listens: `{ url }`. */
export const readyTopic = 'ready';

/** Undefined where this process is no worker. */
export function openPeers(): Peers | undefined {
  const { worker } = cluster;
  return worker === undefined ? undefined : connectPeers(worker);
}

type Worker = NonNullable<typeof cluster.worker>;

function connectPeers(worker: Worker): Peers {
  const handlers = new Map<string, (value: unknown) => unknown>();
  const asked = new Map<number, (answers: Answers) => void>();
  const stopping = new AbortController();
  let lastId = 0;
  const send = (message: ToPrimary): Promise<void> =>
    new Promise((resolve) => {
      // Who holds the others may be gone, and this process with it.
      if (worker.isConnected()) worker.send(message, () => resolve());
      else resolve();
    });
  const answer = async (topic: string, value: unknown): Promise<unknown> =>
    (await handlers.get(topic)?.(value)) ?? null;
  worker.on('message', (raw: unknown) => {
    const message = readToWorker(raw);
    switch (message?.operandi) {
      case 'told':
        void answer(message.topic, message.value).catch(() => undefined);
        return;
      case 'asked': {
        const { id, topic, value } = message;
        // Without an answer who asks waits until it is missed.
        answer(topic, value).then(
          (said) => send({ operandi: 'answer', id, value: said }),
          () => undefined,
        );
        return;
      }
      case 'answers':
        asked.get(message.id)?.(message.answers);
        return;
      case 'stop':
        stopping.abort(new StopRequest('all workers stop'));
        return;
      case undefined:
    }
  });
  return {
    stopping: stopping.signal,
    tell: (topic, value) => send({ operandi: 'tell', topic, value }),
    ask: async (topic, value = null) => {
      const id = ++lastId;
      const { promise, resolve } = Promise.withResolvers<Answers>();
      asked.set(id, resolve);
      await send({ operandi: 'ask', id, topic, value });
      // Twice the time of the others: then there is nobody left who would count who is missing.
      const answers = await within(promise, 2 * answerWithinMs);
      asked.delete(id);
      return answers ?? { values: [], missing: 1 };
    },
    on: (topic, handler) => void handlers.set(topic, handler),
    leave: () => void worker.disconnect(),
  };
}
