-- The migrator reads `operandi_app` and its like as this database's own names for these roles. What the roles that all
-- databases of a server once shared may do here goes to them; the shared ones are left with nothing.
do $$
declare
  kind text;
  old text;
  new text;
  item record;
begin
  for kind, new in values ('app', 'operandi_app'), ('worker', 'operandi_worker') loop
    old := 'operandi' || '_' || kind;
    continue when old = new or not exists (select from pg_roles where rolname = old);
    for item in
      select schemaname, tablename, policyname from pg_policies
      where schemaname in ('access', 'jobs', 'integrations', 'audit') and old::name = any(roles)
    loop
      execute format('alter policy %I on %I.%I to %I', item.policyname, item.schemaname, item.tablename, new);
    end loop;
    for item in
      select held.privilege_type as privilege, 'schema ' || quote_ident(spaces.nspname) as target
      from pg_namespace as spaces, aclexplode(spaces.nspacl) as held
      where held.grantee = old::regrole
      union all
      select held.privilege_type,
        case when things.relkind = 'S' then 'sequence ' else 'table ' end || things.oid::regclass::text
      from pg_class as things, aclexplode(things.relacl) as held
      where held.grantee = old::regrole
      union all
      select held.privilege_type || ' (' || quote_ident(columns.attname) || ')', 'table ' || columns.attrelid::regclass::text
      from pg_attribute as columns, aclexplode(columns.attacl) as held
      where held.grantee = old::regrole
    loop
      execute format('grant %s on %s to %I', item.privilege, item.target, new);
      execute format('revoke %s on %s from %I', item.privilege, item.target, old);
    end loop;
  end loop;
end $$;

-- Order and time of audit events are the database's: nobody but it writes these columns.
revoke insert on audit.event from operandi_app, operandi_worker;
grant insert (tenant_id, id, action, actor_kind, actor_id, actor_name, target_kind, target_id, job_id, request_id, data)
  on audit.event to operandi_app, operandi_worker;

-- Who seals the log does nothing else, and nobody else seals it.
revoke insert on audit.seal from operandi_worker;
revoke insert, update, delete on audit.unsealed from operandi_worker;
grant usage on schema audit to operandi_sealer;
grant select on audit.event to operandi_sealer;
grant select on audit.seal to operandi_sealer;
grant insert (tenant_id, seq, event_id, previous_hash, hash, tx, position) on audit.seal to operandi_sealer;
grant select, insert, update, delete on audit.unsealed to operandi_sealer;
create policy sealer on audit.event for select to operandi_sealer using (true);
create policy sealer on audit.seal to operandi_sealer using (true) with check (true);
create policy sealer on audit.unsealed to operandi_sealer using (true) with check (true);

-- The journal of a job is forgotten when it begins again, which only one that has ended does.
create policy ended on jobs.journal as restrictive for delete to operandi_app using (exists (
  select from jobs.job where job.id = journal.job_id and job.state in ('DEAD', 'FAILED', 'CANCELLED')));

-- The gateway looks keys up by their public ids and can write nothing itself.
grant usage on schema access to operandi_gateway;
grant select on access.api_key to operandi_gateway;
grant select (id, suspended_at) on access.tenant to operandi_gateway;
create policy gateway on access.api_key for select to operandi_gateway using (true);
create policy gateway on access.tenant for select to operandi_gateway using (true);

-- The two things it has to tell, each done by the owner for it.
create function access.note_key_use(wanted_tenant uuid, wanted uuid, minute timestamptz) returns void
  language sql security definer set search_path = pg_catalog, pg_temp
  as $$
    update access.api_key set last_used_at = minute
    where tenant_id = wanted_tenant and id = wanted and (last_used_at is null or last_used_at < minute)
  $$;
create function access.note_lock_out(wanted_tenant uuid, wanted uuid, event_id uuid, address text) returns void
  language sql security definer set search_path = pg_catalog, pg_temp
  as $$
    insert into audit.event
      (tenant_id, id, action, actor_kind, actor_id, actor_name, target_kind, target_id, request_id, data)
    select tenant_id, event_id, 'api_key.lock_out', 'system', 'operandi', 'operandi', 'api_key', id::text, 'lock-out',
      jsonb_build_object('address', left(address, 100))
    from access.api_key where tenant_id = wanted_tenant and id = wanted
  $$;
revoke execute on function access.note_key_use, access.note_lock_out from public;
grant execute on function access.note_key_use, access.note_lock_out to operandi_gateway;
