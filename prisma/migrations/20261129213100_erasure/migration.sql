-- Names of people leave the events and are kept under keys of their own: who erases such a key erases the person, and the
-- commitment stays, so that the event can still be proved.
create table audit.veiled_name (
  tenant_id uuid not null,
  event_id uuid not null,
  -- In jobs.data_key; null for a name that was erased before it was veiled.
  key_id uuid,
  -- The salt and the name, by that key.
  sealed text,
  -- What the leaf of the event has in the place of the name.
  commitment bytea not null,
  primary key (tenant_id, event_id),
  check ((key_id is null) = (sealed is null))
);
create index event_with_name on audit.event (tenant_id, id) where actor_kind = 'user' and actor_name <> '';

-- While one is placed and not released, nothing of the tenant is erased or forgotten.
create table audit.hold (
  tenant_id uuid not null,
  id uuid not null,
  name text not null,
  reason text not null,
  placed_by text not null,
  placed_at timestamptz not null default now(),
  released_at timestamptz,
  primary key (tenant_id, id)
);
create unique index hold_name on audit.hold (tenant_id, name) where released_at is null;

do $$
declare
  name text;
begin
  foreach name in array array['veiled_name', 'hold'] loop
    execute format('alter table audit.%I enable row level security', name);
    execute format('alter table audit.%I force row level security', name);
    execute format(
      'create policy tenant on audit.%I to operandi_app using (tenant_id = access.current_tenant()) with check (tenant_id = access.current_tenant())',
      name);
    execute format('create policy worker on audit.%I to operandi_worker using (true) with check (true)', name);
    execute format('create policy owner on audit.%I to current_user using (true) with check (true)', name);
  end loop;
end $$;
grant select on audit.veiled_name, audit.hold to operandi_app, operandi_worker;
grant insert on audit.hold to operandi_app;
grant update (released_at) on audit.hold to operandi_app;
-- To erase a key takes its bytes away and nothing else.
grant update (sealed, erased_at) on jobs.data_key to operandi_app;
do $$
declare
  sealer text := 'operandi_worker';
begin
  if exists (select from pg_roles where rolname = 'operandi_sealer') then
    sealer := 'operandi_sealer';
    grant usage on schema jobs, access to operandi_sealer;
    create policy sealer on audit.veiled_name to operandi_sealer using (true) with check (true);
    create policy sealer_veils on audit.event for update to operandi_sealer using (true) with check (true);
    create policy sealer on jobs.data_key to operandi_sealer using (true) with check (true);
    grant select, insert on jobs.data_key to operandi_sealer;
  end if;
  execute format('grant select, insert on audit.veiled_name to %I', sealer);
  execute format('grant update (actor_name) on audit.event to %I', sealer);
  execute format('grant update (salts) on audit.seal to %I', sealer);
end $$;

-- Who could do everything goes on doing so: what takes all permissions, such as trusting an issuer, would be out of their reach.
update access.api_key set permissions = permissions || '{AUDIT_MANAGE}'
where revoked_at is null and not 'AUDIT_MANAGE' = any(permissions) and permissions @> '{JOBS_READ,JOBS_SUBMIT,JOBS_OPERATE,
  JOBS_SENSITIVE_READ,AGENTS_PUBLISH,APPROVALS_DECIDE,INTEGRATIONS_READ,INTEGRATIONS_MANAGE,INTEGRATIONS_INVOKE,AUDIT_READ,ACCESS_READ,ACCESS_MANAGE,ACCESS_PROVISION}';

update access.custom_role set permissions = permissions || '{AUDIT_MANAGE}'
where deleted_at is null and not 'AUDIT_MANAGE' = any(permissions) and permissions @> '{JOBS_READ,JOBS_SUBMIT,JOBS_OPERATE,
  JOBS_SENSITIVE_READ,AGENTS_PUBLISH,APPROVALS_DECIDE,INTEGRATIONS_READ,INTEGRATIONS_MANAGE,INTEGRATIONS_INVOKE,AUDIT_READ,ACCESS_READ,ACCESS_MANAGE,ACCESS_PROVISION}';
