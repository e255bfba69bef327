import type { SendEventInput } from './_generated/documents.ts';
import { SendEventOperation } from './_generated/operations.ts';
import type { CallOptions } from './calls.ts';
import { callsOver, type Transport } from './transport.ts';

/** An event from outside, by CloudEvents 1.0. */
export interface OutsideEvent extends Omit<SendEventInput, 'id' | 'source'> {
  /** Identifies it together with `source`; the platform takes a known pair once. @default a random one */
  readonly id?: string;
  /** Where it came from, a URI reference. @default `urn:operandi:sdk` */
  readonly source?: string;
}

/** What an event has done. */
export interface SentEvent {
  /** False when it was known. */
  readonly isNew: boolean;
  /** Jobs that got it. */
  readonly wokenJobs: number;
  /** Jobs that schedules have started with it. */
  readonly startedJobs: number;
}

/** Hands an event to the jobs and schedules that listen for it; throws `RefusedError`. A lost answer is asked for again. */
export async function sendEvent(
  transport: Transport,
  event: OutsideEvent,
  options: CallOptions = {},
): Promise<SentEvent> {
  const input = {
    ...event,
    id: event.id ?? crypto.randomUUID(),
    source: event.source ?? 'urn:operandi:sdk',
  };
  const sent = await callsOver(transport).mutate(SendEventOperation, input, {
    ...options,
    isRepeatable: true,
  });
  const { isNew, wokenJobs, startedJobs } = sent;
  return { isNew, wokenJobs, startedJobs };
}
