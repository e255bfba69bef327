import type { Consumption } from '../../engine/events.ts';
import {
  keepsMatches,
  matchKeysOf,
  type MatchPlace,
  type ScheduleArrival,
} from '../../engine/schedule-events.ts';
import type { Transaction } from '../../kernel/database/database.ts';
import { AppError } from '../../kernel/errors.ts';
import { parseJson } from '../../kernel/json.ts';
import type { TriggerRow } from './scheduled-job.ts';
import { recordSkip } from './schedules/skip.ts';

/** Events that a trigger has collected and that wait for those that belong to them. */
export interface OpenMatch {
  readonly id: string;
  readonly state: Consumption;
  /** Who sent them, as `<kind>:<id>`. */
  readonly senders: readonly string[];
}

/** Open matches of one trigger. */
export const maxMatches = 10_000;
/** Events of all open matches of one trigger, as JSON. */
const maxMatchesBytes = 67_108_864;
/** Events of one open match, as JSON. */
const maxMatchBytes = 4_194_304;

/** The open matches that an event may belong to, oldest first; of those that wait for the same only the oldest. */
export async function findMatches(
  tx: Transaction,
  { tenantId, id }: TriggerRow,
  arrival: ScheduleArrival,
): Promise<readonly OpenMatch[]> {
  if (!keepsMatches(arrival.strategy)) return [];
  const rows = await tx.$queryRaw<
    readonly { id: string; state: string; senders: readonly string[] | null }[]
  >`
    select id::text, state::text, senders from (
      select distinct on (match_key, match_group) id, state, senders from jobs.schedule_match
      where tenant_id = ${tenantId}::uuid and schedule_id = ${id}::uuid
        and (match_key = any(${matchKeysOf(arrival)}::text[]) or match_key is null)
      order by match_key, match_group, id
    ) as oldest
    order by oldest.id`;
  // Only `keepMatch` writes there.
  return rows.map(({ id: match, state, senders }) => ({
    id: match,
    state: parseJson(state) as unknown as Consumption,
    senders: senders ?? [],
  }));
}

/** What a match has come to by an event. */
interface Kept {
  /** Of the tick, for the record. */
  readonly name: string;
  /** Undefined: it is new. */
  readonly match: OpenMatch | undefined;
  readonly state: Consumption;
  readonly place: MatchPlace;
  readonly senders: readonly string[];
}

/** Keeps a match until the next event; where there are too many the oldest make room, which is put on record. */
export async function keepMatch(
  tx: Transaction,
  trigger: TriggerRow,
  { name, match, state, place, senders }: Kept,
): Promise<void> {
  const { tenantId, id } = trigger;
  const text = JSON.stringify(state);
  const bytes = Buffer.byteLength(text);
  if (bytes > maxMatchBytes) {
    if (match !== undefined) await removeMatch(tx, match);
    return recordExpiry(tx, trigger, name);
  }
  if (match === undefined)
    await tx.$executeRaw`
      insert into jobs.schedule_match (tenant_id, schedule_id, match_key, match_group, state, bytes, senders)
      values (${tenantId}::uuid, ${id}::uuid, ${place.key}, ${place.group}, ${text}::json, ${bytes}, ${senders}::text[])`;
  else
    await tx.$executeRaw`
      update jobs.schedule_match
      set match_key = ${place.key}, match_group = ${place.group}, state = ${text}::json, bytes = ${bytes}, senders = ${senders}::text[]
      where id = ${match.id}::bigint`;
  while (await isCrowded(tx, trigger)) {
    await tx.$executeRaw`
      delete from jobs.schedule_match where id = (
        select min(id) from jobs.schedule_match where tenant_id = ${tenantId}::uuid and schedule_id = ${id}::uuid)`;
    await recordExpiry(tx, trigger, name);
  }
}

/** The match is over. */
export async function removeMatch(tx: Transaction, { id }: OpenMatch): Promise<void> {
  await tx.$executeRaw`delete from jobs.schedule_match where id = ${id}::bigint`;
}

async function isCrowded(tx: Transaction, { tenantId, id }: TriggerRow): Promise<boolean> {
  const [row] = await tx.$queryRaw<readonly { isCrowded: boolean }[]>`
    select count(*) > ${maxMatches} or coalesce(sum(bytes), 0) > ${maxMatchesBytes} as "isCrowded"
    from jobs.schedule_match where tenant_id = ${tenantId}::uuid and schedule_id = ${id}::uuid`;
  return row?.isCrowded === true;
}

async function recordExpiry(tx: Transaction, trigger: TriggerRow, name: string): Promise<void> {
  const reason = 'too many events wait for those that belong to them; the oldest have expired';
  await recordSkip(tx, trigger, { name, error: new AppError('LIMIT_EXCEEDED', reason) });
}
