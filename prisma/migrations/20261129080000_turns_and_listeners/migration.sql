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
