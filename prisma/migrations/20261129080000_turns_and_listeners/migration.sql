-- The order of claims is a virtual time, counted in jobs and not in seconds, see docs/adr/0007. It stands at the greatest
-- claim_key that was claimed. A sequence: every process reads and moves it without a row to lock or a version to leave.
create sequence jobs.virtual_time minvalue 0 start 0;

-- Up to where each tenant has taken turns, by lane. Lost in a crash, the clocks begin anew at virtual time.
create unlogged table jobs.turn (
  tenant_id uuid primary key,
  -- Virtual time of the last booking.
  at bigint not null,
  clocks bigint[] not null
) with (fillfactor = 50);

alter table jobs.turn enable row level security;
alter table jobs.turn force row level security;
create policy tenant on jobs.turn to operandi_app using (tenant_id = access.current_tenant());
create policy worker on jobs.turn to operandi_worker using (true) with check (true);
create policy owner on jobs.turn to current_user using (true) with check (true);
grant select, insert, update on jobs.turn to operandi_worker;
grant select, update on sequence jobs.virtual_time to operandi_worker;

-- Clocks after a booking at a virtual time: an idle lane begins there, a busy one where it ends; each moves on by what
-- was booked in it or above it.
create function jobs.booked(clocks bigint[], at bigint, booked bigint[]) returns bigint[]
  language sql immutable
  as $$
    select array_agg(greatest(clock, at) + moved order by lane)
    from unnest(clocks, booked) with ordinality as each(clock, moved, lane)
  $$;

-- Keys were moments of the wall clock. Jobs that are not over keep the order within their tenant, one turn each.
update jobs.job as job
set claim_key = ranked.turn
from (
  select id, row_number() over (partition by tenant_id order by claim_key, id) - 1 as turn
  from jobs.job where state in ('QUEUED', 'RUNNING', 'WAITING', 'PAUSED')
) as ranked
where job.id = ranked.id;

insert into jobs.turn (tenant_id, at, clocks)
select tenant_id, 0, array_fill(count(*), array[5])
from jobs.job where state in ('QUEUED', 'RUNNING', 'WAITING', 'PAUSED') group by tenant_id;

-- Who listens for what: an open wait of a job or a trigger of a schedule, by the places of an event that its filter looks
-- at (shape) and a hash of what it expects there (match_key). An event finds whom it can match by a few equal keys.
create table jobs.listener (
  id bigint generated always as identity primary key,
  tenant_id uuid not null,
  shape text not null,
  match_key text not null,
  job_id uuid,
  wait text,
  schedule_id uuid,
  foreign key (job_id, wait) references jobs.wait (job_id, key) on delete cascade,
  foreign key (tenant_id, schedule_id) references jobs.schedule (tenant_id, id) on delete cascade,
  check ((job_id is null) <> (schedule_id is null))
);
create index listener_match on jobs.listener (tenant_id, shape, match_key);
create unique index listener_of_wait on jobs.listener (job_id, wait, shape, match_key) where job_id is not null;
create unique index listener_of_schedule on jobs.listener (tenant_id, schedule_id, shape, match_key)
  where schedule_id is not null;

alter table jobs.listener enable row level security;
alter table jobs.listener force row level security;
create policy tenant on jobs.listener to operandi_app
  using (tenant_id = access.current_tenant()) with check (tenant_id = access.current_tenant());
create policy worker on jobs.listener to operandi_worker using (true) with check (true);
create policy owner on jobs.listener to current_user using (true) with check (true);
grant select, insert, delete on jobs.listener to operandi_app;
grant select, insert, delete on jobs.listener to operandi_worker;

-- Those that listen already. Their hints are constant attributes.
insert into jobs.listener (tenant_id, shape, match_key, job_id, wait, schedule_id)
select distinct tenant_id, '[' || coalesce(shape, '') || ']',
  encode(sha256(convert_to('[' || coalesce(keys, '') || ']', 'UTF8')), 'hex'), job_id, wait, schedule_id
from (
  select tenant_id, job_id, key as wait, null::uuid as schedule_id, spec from jobs.wait where kind = 'event' and answer is null
  union all
  select tenant_id, null, null, id, spec from jobs.schedule where kind = 'on'
) as listening, jsonb_array_elements(spec -> 'hints') as hint, lateral (
  select string_agg(to_json(name)::text, ',' order by name) as shape, string_agg(to_json(value)::text, ',' order by name) as keys
  from jsonb_each_text(hint) as each(name, value)
) as found;

create index inbound_event_by_type on jobs.inbound_event (tenant_id, type, position);
