/** What a time of faults left behind: what was promised, what the tables say, and what the outside system counted. */
export interface History {
  readonly acknowledged: readonly Acknowledged[];
  readonly jobs: readonly JobRecord[];
  readonly journal: readonly JournalRecord[];
  readonly events: readonly EventRecord[];
  readonly deliveries: readonly Delivery[];
  readonly seals: readonly SealRecord[];
  readonly audited: readonly AuditRecord[];
}

/** An answer to a submit. */
export interface Acknowledged {
  readonly idempotencyKey: string;
  readonly jobId: string;
}

/** A job as it stands in the end. */
export interface JobRecord {
  readonly id: string;
  /** Null for a child. */
  readonly idempotencyKey: string | null;
  readonly agent: string;
  readonly state: string;
  readonly epoch: number;
  readonly eventSeq: number;
  /** JSON. */
  readonly output: string | null;
}

/** A row of a job's journal. */
export interface JournalRecord {
  readonly jobId: string;
  readonly key: string;
  readonly epoch: number;
  /** JSON. */
  readonly value: string;
}

/** An event of a job. */
export interface EventRecord {
  readonly jobId: string;
  readonly seq: number;
  readonly type: string;
  readonly key: string | null;
}

/** A request that reached the outside system; each gets a receipt of its own. */
export interface Delivery {
  /** Of the form `<job id>:<key of the journal>`. */
  readonly idempotencyKey: string;
  readonly receipt: string;
}

/** A place in the sealed log. */
export interface SealRecord {
  readonly seq: number;
  readonly eventId: string;
}

/** A row of the audit log. */
export interface AuditRecord {
  readonly id: string;
  readonly action: string;
  readonly jobId: string | null;
}

/** What the jobs of an agent are to have left behind when all went well. */
export interface Expected {
  /** How many requests to the outside one job makes. */
  readonly effects: number;
  /** Most of these that are under way at once. */
  readonly width: number;
}
