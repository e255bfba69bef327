import type { JobFilter, JobOrder, JobPriority, JobState } from '../../_generated/documents.ts';

export const jobStates = [
  'QUEUED',
  'RUNNING',
  'WAITING',
  'PAUSED',
  'SUCCEEDED',
  'FAILED',
  'CANCELLED',
  'DEAD',
] as const satisfies readonly JobState[];

export const spans = {
  '1h': 3_600_000,
  '24h': 86_400_000,
  '7d': 604_800_000,
  '30d': 2_592_000_000,
};
export type Span = keyof typeof spans;

export const orders = ['CREATED_DESC', 'CREATED_ASC', 'FINISHED_DESC', 'FINISHED_ASC'] as const;

export const priorities = [
  'URGENT',
  'HIGH',
  'NORMAL',
  'LOW',
] as const satisfies readonly JobPriority[];

/** Which jobs are listed, as the address says it: a link shows the same to everybody. */
export interface JobsSearch {
  readonly states?: readonly JobState[];
  readonly agent?: string;
  /** An id's beginning, an idempotency key, or a label as `key=value`. */
  readonly q?: string;
  readonly priority?: JobPriority;
  readonly since?: Span;
  readonly order?: JobOrder;
}

/** Reads the address; what it cannot mean is left out. */
export function readJobsSearch(search: Record<string, unknown>): JobsSearch {
  const { states, agent, q, priority, since, order } = search;
  const known = jobStates.filter((state) => Array.isArray(states) && states.includes(state));
  const span = (Object.keys(spans) as Span[]).find((one) => one === since);
  const by = orders.find((one) => one === order);
  return {
    ...(known.length > 0 && { states: known }),
    ...(typeof agent === 'string' && agent !== '' && { agent }),
    // The router reads what looks like a number as one.
    ...((typeof q === 'string' || typeof q === 'number') && q !== '' && { q: String(q) }),
    ...priorityIn(priority),
    ...(span !== undefined && { since: span }),
    ...(by !== undefined && by !== 'CREATED_DESC' && { order: by }),
  };
}

function priorityIn(said: unknown): Pick<JobsSearch, 'priority'> {
  const priority = priorities.find((one) => one === said);
  return priority === undefined ? {} : { priority };
}

/** What the platform is asked for. */
export function filterOf(
  { states, agent, q, priority, since }: JobsSearch,
  now: number,
): JobFilter {
  return {
    ...(states !== undefined && { states }),
    ...(agent !== undefined && { agent }),
    ...(q !== undefined && found(q.trim())),
    ...(priority !== undefined && { priorities: [priority] }),
    ...(since !== undefined && { createdFrom: startOf(since, now) }),
  };
}

function found(text: string): JobFilter {
  const [, key, value] = /^([\w./-]{1,63})=(.{1,200})$/u.exec(text) ?? [];
  if (key !== undefined && value !== undefined) return { labels: [{ key, value }] };
  if (/^[\da-f-]{4,36}$/iu.test(text)) return { idPrefix: text };
  return text === '' ? {} : { idempotencyKey: text };
}

// By the minute, so that the same question is the same question for a while.
function startOf(since: Span, now: number): string {
  return new Date(Math.floor((now - spans[since]) / 60_000) * 60_000).toISOString();
}
