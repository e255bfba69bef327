import { z } from 'zod';

import { storableText } from '../../kernel/storable.ts';

/** The input of a verb about one job, agent or approval. */
export const idInput = z.strictObject({ id: z.uuid() });

/** A secret is named as definitions declare it in `use.secrets`. */
export const secretName = z
  .string()
  .regex(
    /^[A-Za-z0-9_-]{1,63}$/,
    'must be letters, digits, dashes and underscores, 1 to 63 characters',
  );

export const agentName = z.string().min(1).max(200);

/** Words of a caller for the record; what cannot be kept is replaced. */
export const words = (maxLength: number) =>
  z.string().max(maxLength).transform(storableText).nullish();

export const reason = words(1_000);

export const jobStates = [
  'QUEUED',
  'RUNNING',
  'WAITING',
  'PAUSED',
  'SUCCEEDED',
  'FAILED',
  'CANCELLED',
  'DEAD',
] as const;

export const approvalStates = ['PENDING', 'APPROVED', 'REJECTED', 'EXPIRED', 'WITHDRAWN'] as const;

const finalStates: ReadonlySet<string> = new Set(['SUCCEEDED', 'FAILED', 'CANCELLED', 'DEAD']);

/** True when no worker will touch the job again, unless somebody redrives it. */
export function isOver(state: (typeof jobStates)[number]): boolean {
  return finalStates.has(state);
}

/** From the one that comes last; a job keeps the place of its own in this list. */
export const jobPriorities = ['LOW', 'NORMAL', 'HIGH', 'URGENT'] as const;
