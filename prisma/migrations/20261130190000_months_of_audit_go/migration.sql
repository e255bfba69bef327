-- Audit events go by whole months where they can: each tenant's stub then ends with its last event of the month, wherever in the
-- tree that is. Of leaves that are in no node yet, fifteen at most, the hash stays in audit.seal.

-- Before when an event of the tenant has to be, so that it may go: policies count by months. Null where none may.
create function audit.forgettable_before(tenant uuid) returns timestamptz
  language sql stable set search_path = pg_catalog
  as $$
    select jobs.month_of(now() - make_interval(days => r.days))
    from audit.retention r
    where r.tenant_id = tenant
      and not exists (select from audit.hold h where h.tenant_id = tenant and h.released_at is null)
  $$;

-- As before, but by months, and after a stub that ends between two nodes.
create or replace function audit.forget_events(tenant uuid, most int) returns bigint
language plpgsql security definer set search_path = pg_catalog as $$
declare
  cutoff timestamptz;
  first bigint;
  last bigint;
begin
  perform pg_advisory_xact_lock_shared(8114205);
  perform pg_advisory_xact_lock(8114203, hashtext(tenant::text));
  cutoff := audit.forgettable_before(tenant);
  if cutoff is null then
    return null;
  end if;
  first := coalesce((select s.size from audit.stub s where s.tenant_id = tenant), 0);
  -- The portion ends before the first event that is too young, and where a node of the tree begins.
  select coalesce(min(p.seq) filter (where p.at >= cutoff) - 1, max(p.seq)) into last from (
    select s.seq, e.at from audit.seal s join audit.event e on e.tenant_id = s.tenant_id and e.id = s.event_id
    where s.tenant_id = tenant and s.seq > first order by s.seq limit most) as p;
  last := least(last, (select max(c.size) from audit.checkpoint c where c.tenant_id = tenant));
  last := last - last % 16;
  if last is null or last <= first then
    return null;
  end if;
  delete from audit.veiled_name v using audit.seal s
  where s.tenant_id = tenant and s.seq > first and s.seq <= last and v.tenant_id = tenant and v.event_id = s.event_id;
  delete from audit.event e using audit.seal s
  where s.tenant_id = tenant and s.seq > first and s.seq <= last and e.tenant_id = tenant and e.id = s.event_id;
  delete from audit.seal s where s.tenant_id = tenant and s.seq > first - first % 16 and s.seq <= last;
  -- What is before the stub can be proved no more; the newest checkpoint always stays.
  delete from audit.checkpoint c where c.tenant_id = tenant and c.size < last;
  insert into audit.stub (tenant_id, size) values (tenant, last)
  on conflict (tenant_id) do update set size = excluded.size, forgotten_at = now();
  return last;
end $$;

-- Whether anybody keeps something of the events in a table of ids below `high`, as far as can be told without reading it: each
-- tenant's policy and holds, and its newest event, which has to be sealed and covered by a checkpoint.
create function audit.is_part_kept(part regclass, high uuid) returns boolean
  language plpgsql stable set search_path = pg_catalog
  as $$
declare
  is_kept boolean;
begin
  -- The tenants one after the other, by an index.
  execute format($query$
    with recursive tenant(id) as (
      (select tenant_id from %1$s order by tenant_id limit 1)
      union all
      select (select e.tenant_id from %1$s e where e.tenant_id > tenant.id order by e.tenant_id limit 1)
      from tenant where tenant.id is not null
    )
    select exists (
      select from tenant
      cross join lateral (select e.id from %1$s e where e.tenant_id = tenant.id order by e.id desc limit 1) as newest
      left join audit.seal s on s.tenant_id = tenant.id and s.event_id = newest.id
      where coalesce(jobs.first_id(audit.forgettable_before(tenant.id)) < $1, true)
        or s.seq > coalesce((select max(c.size) from audit.checkpoint c where c.tenant_id = tenant.id), 0)
        or s.seq is null and not exists (
          select from audit.stray x where x.tenant_id = tenant.id and x.event_id = newest.id))
    $query$, part) into is_kept using high;
  return is_kept;
end $$;

-- Up to which event each tenant's log is forgotten when a table goes: `first` is its stub now, `top` its last event in there. Null
-- where something in there has to stay. `gap` counts events up to `top` that stand elsewhere.
create function audit.plan_of_part(part regclass) returns table (tenant uuid, first bigint, top bigint, gap bigint)
  language plpgsql stable set search_path = pg_catalog
  as $$
begin
  return query execute format($query$
    with month as (
      select e.tenant_id, coalesce(min(t.size), 0) as first, max(s.seq) as top, max(e.at) as latest,
        count(*) filter (where s.seq > coalesce(t.size, 0)) as sealed,
        bool_or(s.seq is null and x.event_id is null) as is_open
      from %s e
      left join audit.stub t on t.tenant_id = e.tenant_id
      left join audit.seal s on s.tenant_id = e.tenant_id and s.event_id = e.id
      left join audit.stray x on x.tenant_id = e.tenant_id and x.event_id = e.id
      group by e.tenant_id
    )
    select m.tenant_id, m.first, greatest(m.top, m.first), greatest(m.top, m.first) - m.first - m.sealed
    from month m
    where not exists (
      select from month k
      where k.is_open or coalesce(k.latest >= audit.forgettable_before(k.tenant_id), true)
        or k.top > coalesce((select max(c.size) from audit.checkpoint c where c.tenant_id = k.tenant_id), 0))
    $query$, part);
end $$;

-- Drops the table of a month of which nobody keeps anything, with a stub for each tenant that ends with its last event in there. Names
-- it, or null. Its rows are read while all go on but whoever would write into a month that is past. Who holds or sets a policy
-- waits for what follows (8114205), everybody else for the taking away alone, and this for nobody.
create function audit.drop_month() returns text
language plpgsql security definer set search_path = pg_catalog set lock_timeout = '200ms' as $$
declare
  month record;
  plan jsonb;
  rest jsonb;
  most_elsewhere constant int := 10000;
begin
  if not pg_try_advisory_xact_lock(8114206) then
    return null;
  end if;
  for month in
    select part, part::text as name, high from jobs.history_parts('audit.event')
    where high <= jobs.first_id(jobs.month_of(now())) and (low is not null or pg_relation_size(part) > 0) order by high limit 3
  loop
    continue when audit.is_part_kept(month.part, month.high);
    execute format('lock table %s in share mode', month.part);
    select jsonb_agg(p) into plan from audit.plan_of_part(month.part) as p;
    continue when plan is null;
    -- Before and after a month transactions end in another order than ids are made. More than that goes in portions first.
    continue when (select sum(p.gap) from jsonb_to_recordset(plan) as p(gap bigint)) > most_elsewhere;
    select coalesce(jsonb_agg(jsonb_build_object('tenant', e.tenant_id, 'id', e.id, 'at', e.at)), '[]') into rest
    from jsonb_to_recordset(plan) as p(tenant uuid, first bigint, top bigint, gap bigint)
    join audit.seal s on s.tenant_id = p.tenant and s.seq > p.first and s.seq <= p.top
    join audit.event e on e.tenant_id = s.tenant_id and e.id = s.event_id
    where p.gap > 0 and e.tableoid <> month.part;
    continue when exists (
      select from jsonb_to_recordset(rest) as r(tenant uuid, at timestamptz)
      where r.at >= audit.forgettable_before(r.tenant));

    if not pg_try_advisory_xact_lock(8114205) then
      return null;
    end if;
    continue when exists (
      select from jsonb_to_recordset(plan) as p(tenant uuid, first bigint)
      where coalesce(jobs.first_id(audit.forgettable_before(p.tenant)) < month.high, true)
        or p.first <> coalesce((select t.size from audit.stub t where t.tenant_id = p.tenant), 0));
    perform audit.forget_up_to(plan, rest);
    execute 'lock table audit.event in access exclusive mode';
    perform jobs.drop_parts(array[month.part]);
    return month.name;
  end loop;
  return null;
exception
  when lock_not_available or deadlock_detected then return null;
end $$;

-- Moves the stubs as planned, deletes the rest of the events, and says so in each tenant's log.
create function audit.forget_up_to(plan jsonb, rest jsonb) returns void
  language plpgsql set search_path = pg_catalog
  as $$
declare
  item record;
begin
  delete from audit.event e using jsonb_to_recordset(rest) as r(tenant uuid, id uuid)
  where e.tenant_id = r.tenant and e.id = r.id;
  for item in
    select * from jsonb_to_recordset(plan) as p(tenant uuid, first bigint, top bigint) where p.top > p.first
  loop
    insert into audit.stub (tenant_id, size) values (item.tenant, item.top)
    on conflict (tenant_id) do update set size = excluded.size, forgotten_at = now();
    -- The hashes in no node yet stay; by the salts somebody could find out what was there.
    delete from audit.veiled_name v using audit.seal s
    where s.tenant_id = item.tenant and s.seq > item.top - item.top % 16 and s.seq <= item.top
      and v.tenant_id = item.tenant and v.event_id = s.event_id;
    update audit.seal s set salts = '' where s.tenant_id = item.tenant and s.seq > item.top - item.top % 16 and s.seq <= item.top;
    delete from audit.checkpoint c where c.tenant_id = item.tenant and c.size >= item.top - item.top % 16 and c.size < item.top;
    insert into audit.event (tenant_id, id, action, actor_kind, actor_id, actor_name, target_kind, target_id, data)
    select item.tenant, audit.new_id(), 'audit.forget', 'system', 'operandi', 'operandi', 'tenant', item.tenant::text,
      jsonb_build_object('upTo', item.top::text, 'days', r.days)
    from audit.retention r where r.tenant_id = item.tenant;
  end loop;
end $$;

-- Deletes some of what is left of events that went with their month: seals, veiled names and checkpoints. Answers how many seals.
create function audit.clear_forgotten(tenant uuid, most int) returns int
language plpgsql security definer set search_path = pg_catalog as $$
declare
  stub bigint;
  last bigint;
  gone int;
begin
  perform pg_advisory_xact_lock(8114203, hashtext(tenant::text));
  stub := (select t.size from audit.stub t where t.tenant_id = tenant);
  last := (
    select max(p.seq) from (
      select s.seq from audit.seal s where s.tenant_id = tenant and s.seq <= stub - stub % 16 order by s.seq limit most) as p);
  if last is null then
    return 0;
  end if;
  delete from audit.veiled_name v using audit.seal s
  where s.tenant_id = tenant and s.seq <= last and v.tenant_id = tenant and v.event_id = s.event_id;
  delete from audit.checkpoint c where c.tenant_id = tenant and c.size <= last and c.size < stub;
  delete from audit.seal s where s.tenant_id = tenant and s.seq <= last;
  get diagnostics gone = row_count;
  return gone;
end $$;

revoke execute on function audit.forgettable_before, audit.is_part_kept, audit.plan_of_part, audit.drop_month, audit.forget_up_to,
  audit.clear_forgotten from public;
do $$
declare
  sealer name := case when exists (select from pg_roles where rolname = 'operandi_sealer') then 'operandi_sealer' else 'operandi_worker' end;
begin
  execute format('grant execute on function audit.drop_month(), audit.clear_forgotten(uuid, int) to %I', sealer);
  execute format('grant select on audit.stub to %I', sealer);
  if sealer = 'operandi_sealer' then
    create policy sealer on audit.stub for select to operandi_sealer using (true);
  end if;
end $$;
