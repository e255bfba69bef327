import type { Worker } from 'node:cluster';

import { type Answers, readToPrimary, type ToPrimary, type ToWorker } from './messages.ts';
import { createQuestions, sendTo } from './questions.ts';

/** What the process that holds the workers says itself; `from` is the id of a worker. */
export type Handler = (value: unknown, from: number) => unknown;

/** Passes on what workers say to each other. */
export interface Switchboard {
  join(worker: Worker): void;
  leave(worker: Worker): void;
  /** Takes part in what workers say. */
  on(topic: string, handler: Handler): void;
  /** Asks all workers; answers come with the id of who gave it. */
  ask(topic: string): Promise<readonly { readonly id: number; readonly value: unknown }[]>;
  /** Tells each worker. */
  broadcast(message: ToWorker): void;
}

export function createSwitchboard(): Switchboard {
  const workers = new Set<Worker>();
  // Who has not said anything yet is starting: it has nothing to tell, and could not hear.
  const talking = new Set<Worker>();
  const handlers = new Map<string, Handler>();
  const questions = createQuestions();
  const others = (from: Worker): Worker[] => [...talking].filter((one) => one !== from);

  const ask = async (from: Worker, topic: string, value: unknown): Promise<Answers> => {
    const [said, ...all] = await Promise.all([
      sayHere(handlers.get(topic), value, from),
      ...others(from).map((worker) => questions.ask(worker, topic, value)),
    ]);
    const values = all.filter((one) => one !== undefined);
    const missing = all.length - values.length;
    return { values: said === undefined ? values : [said, ...values], missing };
  };
  const hear = (from: Worker, message: ToPrimary): void => {
    switch (message.operandi) {
      case 'tell': {
        const { topic, value } = message;
        void sayHere(handlers.get(topic), value, from);
        for (const worker of others(from)) sendTo(worker, { operandi: 'told', topic, value });
        return;
      }
      case 'ask':
        void ask(from, message.topic, message.value).then((answers) =>
          sendTo(from, { operandi: 'answers', id: message.id, answers }),
        );
        return;
      case 'answer':
        questions.answer(from, message.id, message.value);
    }
  };
  return {
    join: (worker) => {
      workers.add(worker);
      listenTo(worker, (message) => {
        talking.add(worker);
        hear(worker, message);
      });
    },
    leave: (worker) => {
      workers.delete(worker);
      talking.delete(worker);
      questions.forget(worker);
    },
    on: (topic, handler) => void handlers.set(topic, handler),
    ask: async (topic) => {
      const asked = [...talking].map(async (worker) => ({
        id: worker.id,
        value: await questions.ask(worker, topic, null),
      }));
      return (await Promise.all(asked)).filter(
        ({ value }) => value !== undefined && value !== null,
      );
    },
    broadcast: (message) => {
      for (const worker of workers) sendTo(worker, message);
    },
  };
}

/** What one worker says may not end the process that holds all. */
async function sayHere(
  handler: Handler | undefined,
  value: unknown,
  from: Worker,
): Promise<unknown> {
  try {
    return await handler?.(value, from.id);
  } catch {
    return undefined;
  }
}

function listenTo(worker: Worker, hear: (message: ToPrimary) => void): void {
  worker.on('message', (raw: unknown) => {
    const message = readToPrimary(raw);
    if (message !== undefined) hear(message);
  });
  // What is sent to one that has just died is an error of that worker, not of this process.
  worker.on('error', () => undefined);
}
