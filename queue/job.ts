import type { JsonObject, JsonValue } from '../kernel/json.ts';

/** Where a job stands; SUCCEEDED, FAILED and CANCELLED are final, DEAD can be redriven. */
export type JobState =
  'QUEUED' | 'RUNNING' | 'WAITING' | 'PAUSED' | 'SUCCEEDED' | 'FAILED' | 'CANCELLED' | 'DEAD';

/** Lanes of a tenant, in which its jobs queue: see `turns.ts`. */
export const priorities = {
  LOW: { rank: 0 },
  NORMAL: { rank: 1 },
  HIGH: { rank: 2 },
  URGENT: { rank: 3 },
} as const;

/** Name of a priority. */
export type JobPriority = keyof typeof priorities;

/** An event to be written; the queue gives it its sequence number. */
export interface EventDraft {
  /** CloudEvents type, e.g. `dev.operandi.job.queued.v1`. */
  readonly type: string;
  /** Equal on every replay: an event of a known key is not written again. Absent for what happens once by itself. */
  readonly key?: string;
  /** JSON pointer of the task. */
  readonly task?: string;
  readonly data: JsonObject;
  /** ISO time when it happened. @default the database's time of writing */
  readonly at?: string;
}

/** The result of an effect under its journal key. */
export interface JournalDraft {
  readonly key: string;
  readonly value: JsonValue;
}

/** Something besides a timer that a parked job waits for. */
export interface WaitDraft {
  readonly key: string;
  /** `event`, `approval`, `child`, … */
  readonly kind: string;
  readonly spec: JsonObject;
  /** Of an event: nothing is left that came before the wait was known. */
  readonly isLooked?: true;
}

/** An audit row that is written with the change it tells of. */
export interface AuditDraft {
  readonly id: string;
  readonly tenantId: string;
  readonly action: string;
  readonly actorKind: string;
  readonly actorId: string;
  readonly actorName: string;
  readonly targetKind: string;
  readonly targetId: string;
  readonly jobId: string | null;
  readonly requestId: string | null;
  readonly data: JsonObject;
}

/** The right to write a job: every write names it, and changes nothing once another holder has the job. */
export interface Held {
  /** Absent: the job counts as a tenant of its own where tenants are kept apart. */
  readonly tenantId?: string;
  readonly jobId: string;
  readonly epoch: number;
}
