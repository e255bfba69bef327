-- For how long a tenant keeps jobs that are over, and what became of that; without a row, and without days, for ever.
create table jobs.retention (
  tenant_id uuid primary key,
  days int check (days between 1 and 36500),
  forgotten bigint not null default 0,
  forgotten_at timestamptz,
  updated_at timestamptz not null default now()
);
-- Who copies what happened to jobs somewhere else, and up to when; of the tenants in `behind` less is copied. Who has not been seen
-- for a week follows no more.
create table jobs.history_copier (
  name text primary key,
  copied_at timestamptz not null,
  behind uuid[] not null default '{}',
  seen_at timestamptz not null default now()
);
do $$
declare
  name text;
begin
  foreach name in array array['retention', 'history_copier'] loop
    execute format('alter table jobs.%I enable row level security', name);
    execute format('alter table jobs.%I force row level security', name);
    execute format('create policy worker on jobs.%I to operandi_worker using (true) with check (true)', name);
    execute format('create policy owner on jobs.%I to current_user using (true) with check (true)', name);
  end loop;
end $$;
create policy tenant on jobs.retention to operandi_app
  using (tenant_id = access.current_tenant()) with check (tenant_id = access.current_tenant());
grant select on jobs.retention to operandi_app, operandi_worker;
grant insert (tenant_id, days), update (days, updated_at) on jobs.retention to operandi_app;
grant select, insert, update on jobs.history_copier to operandi_worker;

-- Before when a job of the tenant has to be over, so that it may go; null where none may. A copier that is at work has to have what
-- happened by then, with an hour for what was under way.
create function jobs.forgettable_before(tenant uuid) returns timestamptz
  language sql stable set search_path = pg_catalog
  as $$
    select least(now() - make_interval(days => r.days), (
        select min(c.copied_at) - interval '1 hour' from jobs.history_copier c where c.seen_at > now() - interval '7 days'))
    from jobs.retention r
    where r.tenant_id = tenant and r.days is not null
      and not exists (select from audit.hold h where h.tenant_id = tenant and h.released_at is null)
      and not exists (
        select from jobs.history_copier c where c.seen_at > now() - interval '7 days' and tenant = any(c.behind))
  $$;

-- What keeps a job: it is not over, not for long enough, or its parent goes on.
create function jobs.is_forgettable(job jobs.job, before timestamptz) returns boolean
  language sql stable set search_path = pg_catalog
  as $$
    select job.finished_at < before and job.state in ('SUCCEEDED', 'FAILED', 'CANCELLED', 'DEAD') and not exists (
      select from jobs.job as parent
      where parent.id = job.parent_id and parent.state in ('QUEUED', 'RUNNING', 'WAITING', 'PAUSED'))
  $$;

-- The first id that is kept whatever has become of it: policies count from the end of a month.
create function jobs.kept_from(before timestamptz) returns uuid
  language sql stable set search_path = pg_catalog
  as $$ select jobs.first_id(jobs.month_of(before)) $$;

-- No role may delete jobs. This deletes some of a tenant's with all that belongs to them, and holds the conditions whoever calls it.
-- Answers how many.
create function jobs.forget_jobs(tenant uuid, most int) returns int
language plpgsql security definer set search_path = pg_catalog as $$
declare
  before timestamptz;
  gone uuid[];
begin
  perform pg_advisory_xact_lock(8114203, hashtext(tenant::text));
  before := jobs.forgettable_before(tenant);
  if before is null then
    return 0;
  end if;
  gone := array(
    select job.id from jobs.job as job
    where job.tenant_id = tenant and job.id < jobs.kept_from(before) and jobs.is_forgettable(job, before)
    order by job.id desc limit most for update skip locked);
  if cardinality(gone) = 0 then
    return 0;
  end if;
  delete from jobs.job_label where tenant_id = tenant and job_id = any(gone);
  delete from jobs.batch_member where tenant_id = tenant and job_id = any(gone);
  delete from jobs.wait where job_id = any(gone);
  delete from jobs.approval where job_id = any(gone);
  delete from integrations.call where tenant_id = tenant and job_id = any(gone);
  delete from jobs.journal where job_id = any(gone);
  delete from jobs.event where job_id = any(gone);
  delete from jobs.job_io where job_id = any(gone);
  delete from jobs.job where id = any(gone);
  update jobs.retention set forgotten = forgotten + cardinality(gone), forgotten_at = now() where tenant_id = tenant;
  return cardinality(gone);
end $$;

-- Drops what jobs of one month left, where none of them is kept by anybody: then nothing is deleted row by row but the rows of
-- the jobs themselves, which `forget_jobs` takes. Names the month, or null. Who redrives, holds or sets a policy waits for the look at
-- the jobs (8114205), everybody else for the taking away alone, and this for nobody.
create function jobs.drop_month() returns text
language plpgsql security definer set search_path = pg_catalog set lock_timeout = '200ms' as $$
declare
  month record;
  tables regclass[];
  names text;
  copied timestamptz := (
    select min(copied_at) - interval '1 hour' from jobs.history_copier where seen_at > now() - interval '7 days');
begin
  if not pg_try_advisory_xact_lock(8114205) then
    return null;
  end if;
  for month in
    select low, high from jobs.history_parts('jobs.job_io')
    where high <= jobs.first_id(jobs.month_of(now())) and (low is not null or pg_relation_size(part) > 0) order by high limit 3
  loop
    -- The tenants one after the other, by an index.
    continue when exists (
      with recursive tenant(id) as (
        (select tenant_id from jobs.job order by tenant_id limit 1)
        union all
        select (select job.tenant_id from jobs.job where job.tenant_id > tenant.id order by job.tenant_id limit 1)
        from tenant where tenant.id is not null
      )
      select from tenant cross join lateral jobs.forgettable_before(tenant.id) as before
      where tenant.id is not null and (before is null or month.high > jobs.kept_from(before)) and exists (
        select from jobs.job where job.tenant_id = tenant.id and job.id < month.high and (month.low is null or job.id >= month.low)));
    continue when exists (
      select from jobs.job as job join jobs.retention on retention.tenant_id = job.tenant_id
      where job.id < month.high and (month.low is null or job.id >= month.low)
        and not jobs.is_forgettable(job, least(now() - make_interval(days => retention.days), copied)));
    tables := array(
      select part.part from jobs.history_tables() cross join lateral jobs.history_parts(place) as part
      where key = 'job_id' and part.high = month.high);
    names := array_to_string(tables, ', ');
    perform jobs.drop_parts(tables);
    return names;
  end loop;
  return null;
exception
  when lock_not_available or deadlock_detected then return null;
end $$;

-- Drops a table of a month that is past and in which no row is left. Names it, or null. What is before all months stays where
-- nothing ever was in it: imports may come.
create function jobs.drop_empty_month() returns text
language plpgsql security definer set search_path = pg_catalog set lock_timeout = '200ms' as $$
declare
  item record;
  is_empty boolean;
begin
  for item in
    select place, part.part, part.part::text as name from jobs.history_tables() cross join lateral jobs.history_parts(place) as part
    where part.high <= jobs.first_id(jobs.month_of(now())) and (part.low is not null or pg_relation_size(part.part) > 0)
  loop
    execute format('select not exists (select from %s)', item.part) into is_empty;
    continue when not is_empty;
    -- Alone from here on, so that no row comes in between; what comes later stands in no month.
    execute format('lock table %s in access exclusive mode', item.place);
    execute format('select not exists (select from %s)', item.part) into is_empty;
    continue when not is_empty;
    perform jobs.drop_parts(array[item.part]);
    return item.name;
  end loop;
  return null;
exception
  when lock_not_available or deadlock_detected then return null;
end $$;

create function jobs.drop_parts(parts regclass[]) returns void
  language plpgsql set search_path = pg_catalog
  as $$
declare
  part regclass;
begin
  foreach part in array parts loop
    execute format('drop table %s', part);
  end loop;
end $$;

revoke execute on function jobs.forget_jobs, jobs.drop_month, jobs.drop_empty_month, jobs.drop_parts from public;
grant execute on function jobs.forget_jobs, jobs.drop_month, jobs.drop_empty_month to operandi_worker;
