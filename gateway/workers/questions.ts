import type { Worker } from 'node:cluster';

import { answerWithinMs, type ToWorker, within } from './messages.ts';

/** Questions to workers that wait for their answers. */
export interface Questions {
  /** Undefined: no answer in time. */
  ask(worker: Worker, topic: string, value: unknown): Promise<unknown>;
  /** A worker has answered. */
  answer(worker: Worker, id: number, value: unknown): void;
  /** A worker will not answer any more. */
  forget(worker: Worker): void;
}

interface Question {
  readonly worker: number;
  readonly resolve: (value: unknown) => void;
}

export function createQuestions(): Questions {
  const open = new Map<number, Question>();
  let lastId = 0;
  return {
    ask: (worker, topic, value) => {
      const id = ++lastId;
      const { promise, resolve } = Promise.withResolvers<unknown>();
      open.set(id, { worker: worker.id, resolve });
      sendTo(worker, { operandi: 'asked', id, topic, value });
      return within(promise, answerWithinMs).finally(() => open.delete(id));
    },
    answer: (worker, id, value) => {
      const question = open.get(id);
      if (question?.worker === worker.id) question.resolve(value);
    },
    forget: (worker) => {
      for (const { worker: id, resolve } of open.values()) if (id === worker.id) resolve(undefined);
    },
  };
}

/** To one that is there. */
export function sendTo(worker: Worker, message: ToWorker): void {
  if (worker.isConnected()) worker.send(message);
}
