import { z } from 'zod';

/** What a worker sends to the process that holds all, which passes it on. */
export type ToPrimary =
  | { readonly operandi: 'tell'; readonly topic: string; readonly value: unknown }
  | {
      readonly operandi: 'ask';
      readonly id: number;
      readonly topic: string;
      readonly value: unknown;
    }
  | { readonly operandi: 'answer'; readonly id: number; readonly value: unknown };

/** What that process sends to a worker. */
export type ToWorker =
  | { readonly operandi: 'told'; readonly topic: string; readonly value: unknown }
  | {
      readonly operandi: 'asked';
      readonly id: number;
      readonly topic: string;
      readonly value: unknown;
    }
  | { readonly operandi: 'answers'; readonly id: number; readonly answers: Answers }
  | { readonly operandi: 'stop' };

/** What all others say. */
export interface Answers {
  readonly values: readonly unknown[];
  /** How many did not answer in time. */
  readonly missing: number;
}

/** How long others may take to answer, milliseconds. */
export const answerWithinMs = 2_000;

const value = z.unknown();
const id = z.number();
const topic = z.string();

// Other messages pass through the same channel, of node:cluster and of libraries.
const toPrimary = z.discriminatedUnion('operandi', [
  z.object({ operandi: z.literal('tell'), topic, value }),
  z.object({ operandi: z.literal('ask'), id, topic, value }),
  z.object({ operandi: z.literal('answer'), id, value }),
]);
const answers = z.object({ values: z.array(value), missing: z.number() });
const toWorker = z.discriminatedUnion('operandi', [
  z.object({ operandi: z.literal('told'), topic, value }),
  z.object({ operandi: z.literal('asked'), id, topic, value }),
  z.object({ operandi: z.literal('answers'), id, answers }),
  z.object({ operandi: z.literal('stop') }),
]);

/** Undefined for messages of others. */
export function readToPrimary(message: unknown): ToPrimary | undefined {
  return isOurs(message) ? toPrimary.safeParse(message).data : undefined;
}

/** Undefined for messages of others. */
export function readToWorker(message: unknown): ToWorker | undefined {
  return isOurs(message) ? toWorker.safeParse(message).data : undefined;
}

function isOurs(message: unknown): boolean {
  return typeof message === 'object' && message !== null && 'operandi' in message;
}

/** Waits for a thing or until the time is up. */
export function within<T>(promise: Promise<T>, ms: number): Promise<T | undefined> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(undefined), ms);
    const settle = (found: T | undefined): void => {
      clearTimeout(timer);
      resolve(found);
    };
    promise.then(settle, () => settle(undefined));
  });
}
