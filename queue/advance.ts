import { AppError } from '../kernel/errors.ts';
import { entryColumns, eventColumns, incomingColumns, type OfMember } from './advance-columns.ts';
import { advanceStatement } from './advance-statement.ts';
import type { Advance, Checkpoint } from './advance-draft.ts';
import type { JobState } from './job.ts';
import { packEvents } from './pack-events.ts';
import { valuesOf, type RunStatement } from './statement.ts';

/** Where a write left the job. */
export interface AdvanceResult {
  readonly tenantId: string;
  /** RUNNING: still held. Anything else: the holder is done with it. */
  readonly state: JobState;
  /** Events written; those of known keys are not counted. */
  readonly events: number;
  /** True when the journal had one of the results already: the holder's view of the job is not to be trusted. */
  readonly isSuperseded: boolean;
}

interface AdvancedRow {
  readonly member: number;
  readonly tenant_id: string;
  readonly state: JobState;
  readonly events: number;
  readonly is_superseded: boolean;
}

/**
 * Everything a lease holder writes, for many jobs by one statement: journal rows, events, waits and the next state.
 * Members that hold their job no more change nothing and get `STALE_LEASE`. Two writes of one job must not be under way
 * at the same time, or their events may change places.
 */
export async function advanceJobs(
  run: RunStatement,
  members: readonly Advance[],
): Promise<readonly (AdvanceResult | AppError)[]> {
  const waits = flatten(members, (write) => write.waits);
  const rows = await run<AdvancedRow>(advanceStatement(waits.length > 0), [
    ...valuesOf(
      incomingColumns,
      members.map((item, member) => ({ item, member, position: 0 })),
    ),
    ...valuesOf(
      entryColumns,
      ofMembers(members, ({ journal = [] }) => journal),
    ),
    ...valuesOf(
      eventColumns,
      ofMembers(members, ({ events = [] }) => packEvents(events)),
    ),
    ...(waits.length === 0 ? [] : [JSON.stringify(waits)]),
  ]);
  const byMember = new Map(rows.map((row) => [row.member, row]));
  return members.map(({ held: { jobId, epoch } }, index) => {
    const row = byMember.get(index);
    if (row === undefined)
      return new AppError('STALE_LEASE', `job ${jobId} is not held in epoch ${epoch}`);
    const { tenant_id: tenantId, state, events, is_superseded: isSuperseded } = row;
    return { tenantId, state, events, isSuperseded };
  });
}

function ofMembers<Item>(
  members: readonly Advance[],
  pick: (write: Checkpoint) => readonly Item[],
): readonly OfMember<Item>[] {
  return members.flatMap(({ write }, member) =>
    pick(write).map((item, position) => ({ item, member, position })),
  );
}

function flatten<Item extends object>(
  members: readonly Advance[],
  pick: (write: Checkpoint) => readonly Item[] | undefined,
) {
  return members.flatMap(({ write }, member) =>
    (pick(write) ?? []).map((item, position) => ({ ...item, member, position })),
  );
}
