-- Limits of agents, see docs/adr/0013. A job whose version states any stands at a gate: parked (shard 1, out of sight of every
-- claim) until a place is free, and parked again whenever it has left RUNNING. Other jobs have no gate and cost nothing more.
alter table jobs.job add column gate text;

-- What an agent's current version allows. The row is also the lock under which its jobs are let through.
create table jobs.gatekeeper (
  tenant_id uuid not null,
  agent_id uuid not null,
  concurrency int check (concurrency > 0),
  rate int check (rate > 0),
  rate_period_ms bigint check (rate_period_ms > 0),
  -- When the rate lets the next one through.
  wake_at timestamptz,
  -- Up to which gate a look at all of them has come; null before its begin.
  walked text,
  -- When all gates were looked at for safety's sake.
  swept_at timestamptz not null default now(),
  primary key (tenant_id, agent_id),
  foreign key (tenant_id, agent_id) references jobs.agent (tenant_id, id),
  check ((rate is null) = (rate_period_ms is null))
);
create index gatekeeper_wake on jobs.gatekeeper (wake_at) where wake_at is not null;
create index gatekeeper_sweep on jobs.gatekeeper (swept_at);

-- A gate that should be looked at: a job came to it or left it. Only ever inserted and taken, so that nobody waits for anybody.
-- Without a gate it means all of the agent.
create table jobs.gate_signal (
  id bigint generated always as identity primary key,
  tenant_id uuid not null,
  agent_id uuid not null,
  gate text
);
create index gate_signal_by_agent on jobs.gate_signal (tenant_id, agent_id, id);

-- When jobs of an agent with a rate have begun. Forgotten once the period is over.
create table jobs.gate_start (
  id bigint generated always as identity primary key,
  tenant_id uuid not null,
  agent_id uuid not null,
  at timestamptz not null
);
create index gate_start_by_time on jobs.gate_start (tenant_id, agent_id, at);

-- Who is through a gate (shard 0: it runs, or waits for a worker), and who is parked before it (shard 1), in order.
create index job_at_gate on jobs.job (tenant_id, agent_id, shard, gate, claim_key, id)
  where gate is not null and state in ('QUEUED', 'RUNNING');

do $$
declare
  item text;
begin
  foreach item in array array['gatekeeper', 'gate_signal', 'gate_start'] loop
    execute format('alter table jobs.%I enable row level security', item);
    execute format('alter table jobs.%I force row level security', item);
    execute format('create policy tenant on jobs.%I to operandi_app using (tenant_id = access.current_tenant()) with check (tenant_id = access.current_tenant())', item);
    execute format('create policy worker on jobs.%I to operandi_worker using (true) with check (true)', item);
    execute format('create policy owner on jobs.%I to current_user using (true) with check (true)', item);
  end loop;
end $$;
grant select, insert, update on jobs.gatekeeper to operandi_app;
grant insert on jobs.gate_signal to operandi_app;
grant select on jobs.gate_start to operandi_app;
grant select, update on jobs.gatekeeper to operandi_worker;
grant select, insert, delete on jobs.gate_signal, jobs.gate_start to operandi_worker;

-- Whoever changes the state of a job with a gate: it keeps no place but while it runs or is about to, one that has begun goes
-- before those that have not (by the least claim_key), its gate is looked at, and where there is a rate its first start is kept.
create function jobs.pass_gate() returns trigger
  language plpgsql
  as $$
    begin
      if new.state <> 'RUNNING' then
        if new.shard = 0 then
          update jobs.job set shard = 1, claim_key = case when started_at is null then claim_key else -9007199254740991 end
          where id = new.id;
        end if;
        insert into jobs.gate_signal (tenant_id, agent_id, gate) values (new.tenant_id, new.agent_id, new.gate);
      elsif old.started_at is null then
        insert into jobs.gate_start (tenant_id, agent_id, at)
        select tenant_id, agent_id, new.started_at from jobs.gatekeeper
        where tenant_id = new.tenant_id and agent_id = new.agent_id and rate is not null;
      end if;
      return null;
    end
  $$;
create trigger pass_gate after update of state on jobs.job for each row
  when (new.gate is not null and new.state is distinct from old.state)
  execute function jobs.pass_gate();

-- How many jobs of an agent have begun in the time before now, or have been let through and are about to.
create function jobs.begun(tenant uuid, agent uuid, period_ms bigint) returns int
  language sql volatile
  as $$
    select (
      select count(*) from jobs.gate_start
      where tenant_id = tenant and agent_id = agent and at > now() - period_ms * interval '1 ms'
    )::int + (
      select count(*) from jobs.job
      where tenant_id = tenant and agent_id = agent and gate is not null and state in ('QUEUED', 'RUNNING') and shard = 0
        and state = 'QUEUED' and started_at is null
    )::int
  $$;

-- How many jobs are through a gate: they run, or wait for a worker with a place of their own.
create function jobs.through(tenant uuid, agent uuid, wanted text) returns int
  language sql volatile
  as $$
    select count(*)::int from jobs.job
    where tenant_id = tenant and agent_id = agent and gate = wanted and gate is not null
      and state in ('QUEUED', 'RUNNING') and shard = 0
  $$;

-- The next gates of an agent at which jobs are parked, a step of the index each, however long the lines are.
create function jobs.next_gates(keeper jobs.gatekeeper, most int) returns text[]
  language sql volatile
  as $$
    select array(
      with recursive every as (
        (select job.gate from jobs.job as job
        where keeper.walked is null and tenant_id = keeper.tenant_id and agent_id = keeper.agent_id and job.gate is not null
          and state in ('QUEUED', 'RUNNING') and shard = 1
        order by job.gate limit 1)
        union all
        (select job.gate from jobs.job as job
        where tenant_id = keeper.tenant_id and agent_id = keeper.agent_id and job.gate > keeper.walked and job.gate is not null
          and state in ('QUEUED', 'RUNNING') and shard = 1
        order by job.gate limit 1)
        union all
        select next.gate from every cross join lateral (
          select job.gate from jobs.job as job
          where tenant_id = keeper.tenant_id and agent_id = keeper.agent_id and job.gate > every.gate and job.gate is not null
            and state in ('QUEUED', 'RUNNING') and shard = 1
          order by job.gate limit 1
        ) as next
      )
      select gate from every limit most)
  $$;

-- The parked jobs at some gates of an agent that may go now. A job that has begun before needs no place in the rate, of which
-- `fresh` places are left. They are locked; one that somebody else is writing is left alone. Few rows are expected: each is
-- then found by its key.
create function jobs.next_through(keeper jobs.gatekeeper, asked text[], fresh int, most int)
  returns table (id uuid)
  language sql volatile rows 4
  as $$
    with open as materialized (
      select each.gate, least(most, keeper.concurrency - (
        select count(*)::int from jobs.job as job
        where tenant_id = keeper.tenant_id and agent_id = keeper.agent_id and job.gate = each.gate and job.gate is not null
          and state in ('QUEUED', 'RUNNING') and shard = 0)) as places
      from (select distinct unnest(asked) as gate) as each
    ), first as materialized (
      select open.gate, open.places, head.*, false as is_fresh from open cross join lateral (
        select job.id, job.claim_key from jobs.job as job
        where tenant_id = keeper.tenant_id and agent_id = keeper.agent_id and job.gate = open.gate and job.gate is not null
          and state in ('QUEUED', 'RUNNING') and shard = 1 and claim_key = -9007199254740991
        order by job.id limit greatest(open.places, 0) for update skip locked
      ) as head
      union all
      select open.gate, open.places, head.*, true from open cross join lateral (
        select job.id, job.claim_key from jobs.job as job
        where tenant_id = keeper.tenant_id and agent_id = keeper.agent_id and job.gate = open.gate and job.gate is not null
          and state in ('QUEUED', 'RUNNING') and shard = 1 and claim_key > -9007199254740991
        order by claim_key, job.id limit greatest(least(open.places, fresh), 0) for update skip locked
      ) as head
    ), placed as (
      select first.*, row_number() over (partition by gate order by claim_key, first.id) as place_at_gate from first
    ), fitting as (
      select placed.*, row_number() over (partition by is_fresh order by claim_key, placed.id) as place from placed
      where place_at_gate <= places
    )
    select fitting.id from fitting where not is_fresh or place <= fresh order by claim_key, fitting.id limit most
  $$;

-- Lets parked jobs through while there are places, at most `most`, and answers how many. Each query of a volatile function sees
-- what is committed by then: what is counted under the lock of the gatekeeper is all that has been let through. Of an agent
-- 500 gates are looked at in a call, and the others in the next ones.
create function jobs.admit(most int) returns int
  language plpgsql volatile
  set jit = off
  as $$
    declare
      keeper jobs.gatekeeper;
      asked text[];
      walking text[];
      is_all boolean;
      fresh int;
      moved int;
      admitted int := 0;
    begin
      for keeper in
        select known.* from (
          select signal.tenant_id, signal.agent_id from (
            select tenant_id, agent_id from jobs.gate_signal order by id limit 500
          ) as signal
          union
          select waking.tenant_id, waking.agent_id from jobs.gatekeeper as waking where waking.wake_at <= now()
        ) as due cross join lateral (
          select * from jobs.gatekeeper as each
          where each.tenant_id = due.tenant_id and each.agent_id = due.agent_id limit 1 for update skip locked
        ) as known
      loop
        exit when admitted >= most;
        with taken as (
          delete from jobs.gate_signal as signal where signal.id = any(array(
            select first.id from jobs.gate_signal as first
            where first.tenant_id = keeper.tenant_id and first.agent_id = keeper.agent_id order by first.id limit 500))
          returning gate
        )
        select coalesce(array_agg(distinct gate) filter (where gate is not null), '{}'), coalesce(bool_or(gate is null), false)
        into asked, is_all from taken;
        is_all := is_all or coalesce(keeper.wake_at <= now(), false);
        walking := '{}';
        if is_all then
          walking := jobs.next_gates(keeper, 500);
          keeper.walked := case when cardinality(walking) = 500 then walking[500] end;
          update jobs.gatekeeper as known set walked = keeper.walked
          where known.tenant_id = keeper.tenant_id and known.agent_id = keeper.agent_id and known.walked is distinct from keeper.walked;
        end if;
        fresh := most - admitted;
        if keeper.rate is not null then
          fresh := least(fresh, keeper.rate - jobs.begun(keeper.tenant_id, keeper.agent_id, keeper.rate_period_ms));
        end if;
        with passed as (
          update jobs.job as job set shard = 0, claim_key = -9007199254740991
          from jobs.next_through(keeper, asked || walking, fresh, most - admitted) as next where job.id = next.id
          returning job.id
        )
        select count(*) into moved from passed;
        admitted := admitted + moved;
        if admitted >= most or keeper.walked is not null then
          insert into jobs.gate_signal (tenant_id, agent_id) values (keeper.tenant_id, keeper.agent_id);
        end if;
        if keeper.rate is not null or keeper.wake_at is not null then
          delete from jobs.gate_start as start
          where start.tenant_id = keeper.tenant_id and start.agent_id = keeper.agent_id
            and start.at <= now() - coalesce(keeper.rate_period_ms, 0) * interval '1 ms';
          perform jobs.set_alarm(keeper);
        end if;
      end loop;
      return admitted;
    end
  $$;

-- The gatekeeper wakes when the job that began first in its period has left it; without parked jobs it sleeps.
create function jobs.set_alarm(keeper jobs.gatekeeper) returns void
  language sql volatile
  as $$
    update jobs.gatekeeper as known
    set wake_at = case when keeper.rate is not null and exists (
        select from jobs.job
        where tenant_id = keeper.tenant_id and agent_id = keeper.agent_id and gate is not null and state in ('QUEUED', 'RUNNING') and shard = 1
      ) then coalesce((
        select min(at) from jobs.gate_start
        where tenant_id = keeper.tenant_id and agent_id = keeper.agent_id and at > now() - keeper.rate_period_ms * interval '1 ms'
      ) + keeper.rate_period_ms * interval '1 ms', now() + least(keeper.rate_period_ms, 1000) * interval '1 ms') end
    where known.tenant_id = keeper.tenant_id and known.agent_id = keeper.agent_id
  $$;

-- For what got lost between two looks: once in a while an agent with parked jobs is looked at whole, and those in quarantine that
-- are due queue up. Answers how many agents there were.
create function jobs.sweep_gates(every_seconds int) returns int
  language sql volatile
  set jit = off
  as $$
    with due as (
      update jobs.job set state = 'QUEUED', claim_key = -9007199254740991
      where gate is not null and state in ('QUEUED', 'WAITING') and losses >= 2 and state = 'WAITING' and run_at <= now()
    ), late as materialized (
      select tenant_id, agent_id from jobs.gatekeeper
      where swept_at <= now() - every_seconds * interval '1 s'
      order by swept_at limit 100 for update skip locked
    ), swept as (
      update jobs.gatekeeper as known set swept_at = now() from late
      where known.tenant_id = late.tenant_id and known.agent_id = late.agent_id
      returning known.tenant_id, known.agent_id
    ), signalled as (
      insert into jobs.gate_signal (tenant_id, agent_id)
      select tenant_id, agent_id from swept where exists (
        select from jobs.job as job
        where job.tenant_id = swept.tenant_id and job.agent_id = swept.agent_id and job.gate is not null
          and job.state in ('QUEUED', 'RUNNING') and job.shard = 1 and job.state = 'QUEUED')
      returning 1
    )
    select count(*)::int from signalled
  $$;
