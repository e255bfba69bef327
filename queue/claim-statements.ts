import { isAnyGateDue } from './gates.ts';
import type { Statement } from './statement.ts';
import { againLane, leads, noTurn, sqlArray } from './turns.ts';

/**
 * Jobs of one claim at most. The planner takes a limit that it is handed for a tenth of what there is. A tenth of all jobs
 * looks so dear that it would plan each claim anew for its limit, which takes as long as a third of the claim.
 */
export const mostClaimed = 256;

/** Jobs that come back are given their turns in waves: how many by one statement at most. */
const wave = 256;

/** How many times the jobs that are wanted are looked at in the order of claims before each tenant is. */
const fronts = 4;

const zeros = sqlArray(leads.map(() => 0));

const isReady = `state = 'QUEUED' and shard = 0 and losses < 2 and claim_key > ${noTurn}`;
const isDue = `state = 'WAITING' and run_at <= now() and losses < 2`;
const isBack = `state = 'QUEUED' and shard = 0 and losses < 2 and claim_key = ${noTurn}`;

const hasReturned = `exists (select from jobs.job where ${isDue}) or exists (
    select from jobs.job where ${isBack}) as has_returned, ${isAnyGateDue} as has_gates`;

const rooms = 'unnest($4::uuid[], $5::int[]) as rooms(tenant_id, room)';

const moveTime = `(
    select setval('jobs.virtual_time', max(claim_key)) from claimed
    having max(claim_key) > (select last_value from jobs.virtual_time)) as time`;

// Rows are locked one by one, as the outer limit asks for them.
export const claim = claiming(
  'queue-claim',
  `taken as materialized (
  select id, claim_key from (
    select id, claim_key from jobs.job where ${isReady} order by claim_key, id limit ${mostClaimed} for update skip locked
  ) as first limit $1
)`,
  `${hasReturned}, ${moveTime}`,
);

/*
 * Where tenants are near their share. As a rule the front of the order holds enough that may be taken. If backlogs that
 * may not fill it, the statement steps by the index to the head of each tenant: a backlog costs one step, however long.
 * What is taken is found by its key, row by row: a planner that expects few ready jobs would compare each with each.
 */
export const claimShared = claiming(
  'queue-claim-shared',
  `front as materialized (
  select *, row_number() over (partition by tenant_id order by claim_key, id) as place
  from (
    select * from (
      select id, tenant_id, claim_key from jobs.job where ${isReady} order by claim_key, id limit ${fronts * mostClaimed}
    ) as first limit ${fronts} * $1::int
  ) as nearest
), fitting as materialized (
  select id from front left join ${rooms} using (tenant_id)
  where place <= coalesce(rooms.room, $1) order by claim_key, id limit $1
), waiting as (
  (select tenant_id, claim_key from jobs.job
  where ${isReady} and (select count(*) from fitting) < $1 and (select count(*) from front) = ${fronts} * $1::int
  order by tenant_id, claim_key, id limit 1)
  union all
  select next.tenant_id, next.claim_key from waiting cross join lateral (
    select tenant_id, claim_key from jobs.job as job where ${isReady} and job.tenant_id > waiting.tenant_id
    order by job.tenant_id, job.claim_key, job.id limit 1
  ) as next
), served as materialized (
  select tenant_id, coalesce(rooms.room, $1) as room from waiting left join ${rooms} using (tenant_id)
  where coalesce(rooms.room, $1) > 0 order by claim_key limit $1
), behind as materialized (
  select own.id from served cross join lateral (
    select id, claim_key from jobs.job as job where ${isReady} and job.tenant_id = served.tenant_id
    order by job.tenant_id, job.claim_key, job.id limit served.room
  ) as own order by own.claim_key, own.id limit $1
), taken as materialized (
  select job.id, job.claim_key from (select id from fitting union select id from behind) as wanted cross join lateral (
    select * from jobs.job where id = wanted.id limit 1 for update skip locked
  ) as job
  where ${isReady} limit $1
)`,
  `${hasReturned}, ${moveTime}`,
);

/*
 * Gives the jobs that have come back their turns: the first are taken if there are slots left, the others queue. A clock
 * that somebody else is booking is read as it stood and not moved: a claim waits for nobody.
 */
export const claimReturned = claiming(
  'queue-claim-returned',
  `due as materialized (
  select id, tenant_id, priority, epoch, gate from jobs.job
  where ${isDue}
  order by run_at limit ${wave} for update skip locked
), parked as (
  update jobs.job as job set state = 'QUEUED', claim_key = ${noTurn} from due where job.id = due.id and due.gate is not null
), back as materialized (
  select id, tenant_id, priority, epoch from jobs.job
  where ${isBack}
  order by id limit ${wave} for update skip locked
), come as materialized (
  select id, tenant_id, case when epoch = 0 then priority else ${againLane} end as lane
  from (select id, tenant_id, priority, epoch from due where gate is null union all select * from back) as each
), wanted as materialized (
  select tenant_id, array[${leads.map((_, lane) => `count(*) filter (where lane >= ${lane})`).join(', ')}] as booked
  from come group by tenant_id
), clock as materialized (
  select wanted.tenant_id, virtual_time.last_value as at, wanted.booked, turn.tenant_id is null as is_new,
    jobs.booked(coalesce(turn.clocks, ${zeros}), virtual_time.last_value, ${zeros}) as starts
  from wanted cross join jobs.virtual_time left join jobs.turn as turn on turn.tenant_id = wanted.tenant_id
), free as materialized (
  select turn.tenant_id from jobs.turn as turn join clock using (tenant_id) for update of turn skip locked
), booked as (
  insert into jobs.turn as turn (tenant_id, at, clocks)
  select tenant_id, at, jobs.booked(starts, at, booked) from clock
  where is_new or tenant_id in (select tenant_id from free) order by tenant_id
  on conflict (tenant_id) do update set at = excluded.at, clocks = jobs.booked(turn.clocks, excluded.at,
    (select booked from clock where clock.tenant_id = excluded.tenant_id))
), stamped as materialized (
  select come.id, come.tenant_id, clock.starts[lane + 1] - (${sqlArray(leads)})[lane + 1] - 1
    + row_number() over (partition by come.tenant_id, lane order by come.id) as claim_key
  from come join clock using (tenant_id)
), taken as materialized (
  select id, claim_key from (
    select *, row_number() over (partition by tenant_id order by claim_key, id) as place from stamped
  ) as placed left join ${rooms} using (tenant_id)
  where place <= coalesce(rooms.room, $1) order by claim_key, id limit $1
), queued as (
  update jobs.job as job set state = 'QUEUED', claim_key = stamped.claim_key
  from stamped where job.id = stamped.id and not exists (select from taken where taken.id = stamped.id)
)`,
  `false as has_returned, false as has_gates, ${moveTime}`,
);

/*
 * A tenant whose quarantined job runs waits: its others would hold the few processes there are. Those that have not been
 * blamed yet come first: most of them only stood beside the culprit.
 */
const isQuarantined = `losses >= 2 and state in ('QUEUED', 'WAITING') and (state = 'QUEUED' or run_at <= now()) and (gate is null or shard = 0)
  and tenant_id not in (select tenant_id from jobs.job where state = 'RUNNING' and losses >= 2)`;

export const claimQuarantined = claiming(
  'queue-claim-quarantined',
  `taken as materialized (
  select id, claim_key from jobs.job where ${isQuarantined}
  order by attempt, claim_key, id limit $1 for update skip locked
)`,
  'false as has_returned, false as has_gates',
);

export const findQuarantined: Statement = {
  name: 'queue-has-quarantined',
  text: `
select exists (select from jobs.job where ${isQuarantined}) as "hasAny"`,
};

// Answers one row without a job when there is none.
function claiming(name: string, taken: string, also: string): Statement {
  return {
    name,
    text: `
with recursive ${taken}, claimed as (
  update jobs.job as job
  set state = 'RUNNING', owner = $2, epoch = job.epoch + 1, lease_until = now() + $3::int * interval '1 ms',
    started_at = coalesce(job.started_at, now()), claim_key = taken.claim_key
  from taken where job.id = taken.id
  returning job.id, job.tenant_id, job.agent_id, job.agent_version_id, job.parent_id, job.depth, job.epoch, job.attempt, job.wakes,
    job.started_at, job.run_at, job.claim_key
)
select claimed.*, job_io.input, job_io.data_key_id, job_io.traceparent, now() as claimed_at, ${also}
from (select) as once left join (claimed join jobs.job_io on job_io.job_id = claimed.id) on true
order by claimed.claim_key, claimed.id`,
  };
}
