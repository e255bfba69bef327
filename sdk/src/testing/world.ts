import type {
  ApprovalFieldsFragment,
  JobEventFieldsFragment,
  JobState,
} from '../_generated/documents.ts';
import { OperandiError } from '../errors.ts';
import type { OutsideEvent } from '../events.ts';
import { isOver } from '../jobs.ts';
import type { ListedJob } from '../steering.ts';
import type { AgentScript } from './script.ts';

/** Something that changes in place. */
type Changing<Type> = { -readonly [Key in keyof Type]: Type[Key] };

/** A job, what has happened to it, and who waits for what. */
export interface TestJob {
  readonly shown: Changing<ListedJob>;
  readonly agent: string;
  readonly input: unknown;
  readonly batchId: string | null;
  readonly events: JobEventFieldsFragment[];
  controller: AbortController;
  isPaused: boolean;
}

/** An approval, and what goes on with the decision. */
export interface TestApproval {
  readonly shown: Changing<ApprovalFieldsFragment>;
  readonly decided: () => void;
}

/** Who waits for an event. */
export interface Listener {
  readonly type: string;
  readonly hear: (event: OutsideEvent) => void;
}

/** Everything there is. */
export interface World {
  readonly agents: ReadonlyMap<string, AgentScript>;
  readonly jobs: Map<string, TestJob>;
  readonly approvals: Map<string, TestApproval>;
  readonly listeners: Set<Listener>;
  /** Events that are known, by source and id. */
  readonly known: Set<string>;
  /** Every event of every job, and every change of an approval, in order. */
  readonly changes: { readonly job: TestJob; readonly event: JobEventFieldsFragment }[];
  readonly requests: ApprovalFieldsFragment[];
  readonly now: () => Date;
  newId(): string;
  /** Resolves with the next change. */
  changed(): Promise<void>;
  /** Wakes all who wait for a change. */
  ring(): void;
}

export function createWorld(agents: Readonly<Record<string, AgentScript>>, now: () => Date): World {
  let count = 0;
  let bell = Promise.withResolvers<undefined>();
  return {
    agents: new Map(Object.entries(agents)),
    jobs: new Map(),
    approvals: new Map(),
    listeners: new Set(),
    known: new Set(),
    changes: [],
    requests: [],
    now,
    newId: () => {
      count += 1;
      return `00000000-0000-7000-8000-${String(count).padStart(12, '0')}`;
    },
    changed: async () => {
      await bell.promise;
    },
    ring: () => {
      bell.resolve(undefined);
      bell = Promise.withResolvers();
    },
  };
}

/** Tells an event of a job, and brings it into the state if one is given. */
export function tell(
  world: World,
  job: TestJob,
  { type, data = {}, task = null, state }: Told,
): void {
  const at = world.now().toISOString();
  const { shown } = job;
  if (state !== undefined) {
    shown.state = state;
    if (state === 'RUNNING') shown.startedAt ??= at;
    shown.finishedAt = isOver(state) ? at : null;
  }
  const seq = job.events.length + 1;
  const event = {
    ...{ cursor: `${shown.id}:${String(seq)}`, seq, type, at, task, data },
    job: { id: shown.id, state: shown.state },
  };
  job.events.push(event);
  world.changes.push({ job, event });
  world.ring();
}

interface Told {
  readonly type: string;
  readonly data?: Readonly<Record<string, unknown>> | undefined;
  readonly task?: string | null | undefined;
  readonly state?: JobState | undefined;
}

/** The job of the id; NOT_FOUND otherwise. */
export function jobOf(world: World, id: string): TestJob {
  const job = world.jobs.get(id);
  if (job === undefined) throw new OperandiError('NOT_FOUND', `Job ${id} does not exist`);
  return job;
}
