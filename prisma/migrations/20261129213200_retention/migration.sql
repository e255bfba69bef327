-- For how long a tenant keeps audit events; without a row, for ever.
create table audit.retention (
  tenant_id uuid primary key,
  days int not null check (days between 1 and 36500),
  updated_at timestamptz not null default now()
);
-- What is left of events that were forgotten: their tree up to a size that is a multiple of 16 is in audit.node.
create table audit.stub (
  tenant_id uuid primary key,
  size bigint not null,
  forgotten_at timestamptz not null default now()
);
do $$
declare
  name text;
begin
  foreach name in array array['retention', 'stub'] loop
    execute format('alter table audit.%I enable row level security', name);
    execute format('alter table audit.%I force row level security', name);
    execute format(
      'create policy tenant on audit.%I to operandi_app using (tenant_id = access.current_tenant()) with check (tenant_id = access.current_tenant())',
      name);
    execute format('create policy worker on audit.%I to operandi_worker using (true) with check (true)', name);
    execute format('create policy owner on audit.%I to current_user using (true) with check (true)', name);
  end loop;
end $$;
grant select on audit.retention, audit.stub to operandi_app, operandi_worker;
grant insert (tenant_id, days), update (days, updated_at), delete on audit.retention to operandi_app;

-- No role may delete events. This deletes a portion of the oldest, and holds the conditions whoever calls it: a policy, no
-- legal hold, a checkpoint that covers them, and each of them older than the policy says.
create function audit.forget_events(tenant uuid, most int) returns bigint
language plpgsql security definer set search_path = pg_catalog as $$
declare
  cutoff timestamptz;
  first bigint;
  last bigint;
begin
  perform pg_advisory_xact_lock(8114203, hashtext(tenant::text));
  if exists (select from audit.hold h where h.tenant_id = tenant and h.released_at is null) then
    return null;
  end if;
  select now() - make_interval(days => r.days) into cutoff from audit.retention r where r.tenant_id = tenant;
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
  delete from audit.seal s where s.tenant_id = tenant and s.seq > first and s.seq <= last;
  -- What is before the stub can be proved no more; the newest checkpoint always stays.
  delete from audit.checkpoint c where c.tenant_id = tenant and c.size < last;
  insert into audit.stub (tenant_id, size) values (tenant, last)
  on conflict (tenant_id) do update set size = excluded.size, forgotten_at = now();
  return last;
end $$;
revoke execute on function audit.forget_events(uuid, int) from public;
do $$
begin
  if exists (select from pg_roles where rolname = 'operandi_sealer') then
    grant execute on function audit.forget_events(uuid, int) to operandi_sealer;
    grant select on audit.retention to operandi_sealer;
    create policy sealer on audit.retention for select to operandi_sealer using (true);
  else
    grant execute on function audit.forget_events(uuid, int) to operandi_worker;
  end if;
end $$;
