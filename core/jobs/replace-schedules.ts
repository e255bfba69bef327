import type { ScheduleModel } from '../../engine/dsl/document.ts';
import { hintsOf, matchesOf, type EventMatch } from '../../engine/event-hints.ts';
import { nextRun, timeTriggers } from '../../engine/schedule.ts';
import type { Transaction } from '../../kernel/database/database.ts';
import { newId } from '../../kernel/ids.ts';
import type { JsonObject } from '../../kernel/json.ts';

/** The version whose schedule shall hold from now on. */
export interface Activation {
  readonly tenantId: string;
  readonly agentId: string;
  readonly agentVersionId: string;
  /** Who answers from now on for what it starts, as `<kind>:<id>`. */
  readonly submitter: string;
  /** Undefined: none. */
  readonly schedule: ScheduleModel | undefined;
  readonly now: Date;
}

/**
 * Makes the schedule of a version that of its agent. A trigger that has not changed keeps its place: neither its next
 * tick moves nor are the events forgotten that it has collected. One that could start nothing of late, or that the platform
 * has stopped, begins anew; one that somebody paused stays so.
 */
export async function replaceSchedules(tx: Transaction, activation: Activation): Promise<void> {
  const { tenantId, agentId, agentVersionId, submitter } = activation;
  const triggers = triggersOf(activation);
  const kinds = triggers.map(({ kind }) => kind);
  await tx.schedule.deleteMany({
    where: { tenantId, agentId, name: null, kind: { notIn: kinds } },
  });
  for (const { kind, spec, nextAt, matches } of triggers) {
    await tx.$executeRaw`
      delete from jobs.schedule_match using jobs.schedule as known
      where known.tenant_id = ${tenantId}::uuid and known.agent_id = ${agentId}::uuid and known.name is null
        and known.kind = ${kind}
        and known.spec <> ${JSON.stringify(spec)}::jsonb
        and schedule_match.tenant_id = known.tenant_id and schedule_match.schedule_id = known.id`;
    const [known] = await tx.$queryRaw<readonly { id: string }[]>`
      insert into jobs.schedule as known (tenant_id, id, agent_id, agent_version_id, kind, spec, next_at, submitter)
      values (${tenantId}::uuid, ${newId()}::uuid, ${agentId}::uuid, ${agentVersionId}::uuid, ${kind},
        ${JSON.stringify(spec)}::jsonb, ${nextAt}, ${submitter})
      on conflict (tenant_id, agent_id, kind) where name is null do update
      set agent_version_id = excluded.agent_version_id, spec = excluded.spec, submitter = excluded.submitter,
        next_at = case
          when known.paused_at is not null and known.paused_by is not null then null
          when known.spec = excluded.spec and known.failures = 0 and known.paused_at is null then known.next_at
          else excluded.next_at end,
        tick_at = case when known.spec = excluded.spec and known.failures = 0 and known.paused_at is null
          then known.tick_at end,
        paused_at = case when known.paused_by is not null then known.paused_at end,
        pause_reason = case when known.paused_by is not null then known.pause_reason end,
        failures = 0, updated_at = now()
      returning id::text`;
    if (known !== undefined) await listen(tx, { tenantId, scheduleId: known.id, matches });
  }
}

interface Listening {
  readonly tenantId: string;
  readonly scheduleId: string;
  readonly matches: readonly EventMatch[];
}

async function listen(tx: Transaction, listening: Listening): Promise<void> {
  const { tenantId, scheduleId, matches } = listening;
  await tx.$executeRaw`
    delete from jobs.listener where tenant_id = ${tenantId}::uuid and schedule_id = ${scheduleId}::uuid`;
  await tx.$executeRaw`
    insert into jobs.listener (tenant_id, shape, match_key, schedule_id)
    select ${tenantId}::uuid, shape, match_key, ${scheduleId}::uuid
    from unnest(${matches.map(({ shape }) => shape)}::text[], ${matches.map(({ key }) => key)}::text[])
      as wanted(shape, match_key)`;
}

interface Armed {
  readonly kind: string;
  readonly spec: JsonObject;
  readonly nextAt: Date | null;
  readonly matches: readonly EventMatch[];
}

function triggersOf({ schedule, now }: Activation): readonly Armed[] {
  if (schedule === undefined) return [];
  const timed = timeTriggers(schedule).map((kind) => {
    const due = nextRun(schedule, kind, { since: now.getTime() });
    const spec = { [kind]: schedule[kind] ?? null };
    return { kind, spec, nextAt: due === undefined ? null : new Date(due), matches: [] };
  });
  const { on, read = 'data' } = schedule;
  if (on === undefined) return timed;
  const matches = matchesOf(hintsOf(on));
  return [...timed, { kind: 'on', spec: { on, read }, nextAt: null, matches }];
}
