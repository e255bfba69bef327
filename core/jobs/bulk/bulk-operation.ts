import { z } from 'zod';

import type { Actor } from '../../access/actor.ts';
import { words } from '../names.ts';
import { jobFilter } from '../job-filter.ts';

export const bulkActs = ['CANCEL', 'PAUSE', 'RESUME', 'REDRIVE'] as const;
export const bulkStates = ['RUNNING', 'FINISHED', 'CANCELLED'] as const;

/** What is done to each job. */
export type BulkAct = (typeof bulkActs)[number];

export type BulkState = (typeof bulkStates)[number];

/** Jobs that one operation may act upon, and how many unless more are allowed. */
const maxMatched = 100_000;
const defaultMax = 10_000;

const isNamed = (value: unknown): boolean => value !== null && value !== undefined;

/** A filter of which something is said: all jobs of a tenant are never meant by mistake. */
const bulkFilter = jobFilter.refine(
  (filter) => Object.values(filter).some(isNamed),
  'say which jobs are meant, e.g. by states',
);

const common = {
  filter: bulkFilter,
  max: z
    .int()
    .min(1)
    .max(maxMatched)
    .nullish()
    .transform((max) => max ?? defaultMax),
  dryRun: z
    .boolean()
    .nullish()
    .transform((dryRun) => dryRun ?? false),
};

/** What each act is told besides. */
export const bulkInputs = {
  CANCEL: z.strictObject({ ...common, reason: words(1_000) }),
  PAUSE: z.strictObject(common),
  RESUME: z.strictObject(common),
  REDRIVE: z.strictObject({ ...common, from: z.enum(['FAILURE', 'START']).nullish() }),
} as const;

/** Of what is said besides, what an operation keeps. */
export const bulkOptions = z.strictObject({
  reason: z.string().optional(),
  from: z.enum(['FAILURE', 'START']).optional(),
});

/** As the audit log names it. */
export const actionOfAct = {
  CANCEL: 'jobs.cancel',
  PAUSE: 'jobs.pause',
  RESUME: 'jobs.resume',
  REDRIVE: 'jobs.redrive',
} as const satisfies Record<BulkAct, string>;

/** Rings when an operation of the tenant has moved. */
export function bulkChannel(tenantId: Actor['tenantId']): string {
  return `jobs.bulk:${tenantId}`;
}

/** All acts of an operation carry this as their request: the audit log and a worker that goes on with it find them by it. */
export function requestOfBulk(id: string): string {
  return `bulk:${id}`;
}
