import { z } from 'zod';

import { parseAddress } from './agent-address.ts';
import { labelKey, labelValue } from './labels.ts';
import { jobPriorities, jobStates } from './names.ts';
import { callerKey } from './platform-key.ts';

const maxLabels = 8;
const moment = z.iso.datetime({ offset: true });

/** Which jobs a list or a stream shows. */
export const jobFilter = z
  .strictObject({
    agent: z.string().max(200).nullish(),
    version: z.int().min(1).nullish(),
    states: z.array(z.enum(jobStates)).max(jobStates.length).nullish(),
    priorities: z.array(z.enum(jobPriorities)).max(jobPriorities.length).nullish(),
    parentId: z.uuid().nullish(),
    batchId: z.uuid().nullish(),
    labels: z
      .array(z.strictObject({ key: labelKey, value: labelValue }))
      .max(maxLabels)
      .nullish(),
    createdFrom: moment.nullish(),
    createdBefore: moment.nullish(),
    finishedFrom: moment.nullish(),
    finishedBefore: moment.nullish(),
    idempotencyKey: callerKey.nullish(),
    idPrefix: z
      .string()
      .regex(/^[0-9A-Fa-f-]{4,36}$/, 'give the first 4 to 36 characters of an id')
      .nullish(),
    submitter: z.string().min(1).max(200).nullish(),
  })
  .refine(({ version, agent }) => typeof version !== 'number' || typeof agent === 'string', {
    message: 'a version is of an agent: name it as well',
    path: ['version'],
  });

export type JobFilter = z.infer<typeof jobFilter>;

/** What of a job a filter looks at. */
export interface FilteredJob {
  readonly id: string;
  readonly state: (typeof jobStates)[number];
  /** Its place in the list of names. */
  readonly priority: number;
  readonly parentId: string | null;
  readonly idempotencyKey: string | null;
  readonly submitter: string | null;
  readonly createdAt: Date;
  readonly finishedAt: Date | null;
  readonly agent: { readonly namespace: string; readonly name: string } | undefined;
  readonly version: number | undefined;
  readonly labels: ReadonlyMap<string, string>;
  /** That it is a member of the batch of the filter. */
  readonly isInBatch: boolean;
}

/** True when a job is one of those that a filter shows; the same as `jobConditions` tells the database. */
export function isShown(job: FilteredJob, filter: JobFilter): boolean {
  const {
    labels = [],
    states = [...jobStates],
    priorities = [...jobPriorities],
  } = definite(filter);
  const tests = [
    isOf(job.agent, filter.agent),
    equals(job.version, filter.version),
    states.includes(job.state),
    priorities.some((name) => jobPriorities.indexOf(name) === job.priority),
    equals(job.parentId, filter.parentId?.toLowerCase()),
    !filter.batchId || job.isInBatch,
    equals(job.idempotencyKey, filter.idempotencyKey),
    equals(job.submitter, filter.submitter),
    labels.every(({ key, value }) => job.labels.get(key) === value),
    isWithin(job.createdAt, filter.createdFrom, filter.createdBefore),
    isWithin(job.finishedAt, filter.finishedFrom, filter.finishedBefore),
    isBetween(job.id, filter.idPrefix),
  ];
  return tests.every(Boolean);
}

function definite({ labels, states, priorities }: JobFilter) {
  return {
    ...(labels ? { labels } : {}),
    ...(states ? { states } : {}),
    ...(priorities ? { priorities } : {}),
  };
}

/** The least and the greatest id that begins with a text; dashes may be left out. */
export function idRange(prefix: string): readonly [low: string, high: string] {
  const digits = prefix.replaceAll('-', '').toLowerCase().slice(0, 32);
  return [dashed(digits.padEnd(32, '0')), dashed(digits.padEnd(32, 'f'))];
}

function dashed(digits: string): string {
  const parts = [digits.slice(0, 8), digits.slice(8, 12), digits.slice(12, 16)];
  return [...parts, digits.slice(16, 20), digits.slice(20)].join('-');
}

function equals<Value>(value: Value, wanted: Value | null | undefined): boolean {
  return wanted === null || wanted === undefined || value === wanted;
}

function isOf(agent: FilteredJob['agent'], wanted: string | null | undefined): boolean {
  if (typeof wanted !== 'string') return true;
  const { namespace, name } = parseAddress(wanted);
  return agent?.name === name && equals(agent.namespace, namespace);
}

function isWithin(
  time: Date | null,
  from: string | null | undefined,
  before: string | null | undefined,
): boolean {
  if (!from && !before) return true;
  return (
    time !== null &&
    (!from || time.getTime() >= Date.parse(from)) &&
    (!before || time.getTime() < Date.parse(before))
  );
}

function isBetween(id: string, prefix: string | null | undefined): boolean {
  if (!prefix) return true;
  const [low, high] = idRange(prefix);
  return id >= low && id <= high;
}
