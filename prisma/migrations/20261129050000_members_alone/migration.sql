-- Idempotency keys of the platform's own submits begin with a character that callers cannot write.
update jobs.job set idempotency_key = E'\x01' || idempotency_key
where (parent_id is not null and idempotency_key like 'child:%')
   or (created_by = 'schedule' and idempotency_key like 'schedule:%');

-- Ticks in a row that started nothing; the next one comes later with each.
alter table jobs.schedule add column failures int not null default 0;

-- Tenants whose events could not be sealed, with the first one: they are tried again apart from the others.
create table audit.unsealed (
  tenant_id uuid primary key,
  tx xid8 not null,
  position bigint not null,
  failures int not null default 1,
  retry_at timestamptz not null
);
alter table audit.unsealed enable row level security;
alter table audit.unsealed force row level security;
create policy tenant on audit.unsealed to operandi_app
  using (tenant_id = access.current_tenant()) with check (tenant_id = access.current_tenant());
create policy worker on audit.unsealed to operandi_worker using (true) with check (true);
create policy owner on audit.unsealed to current_user using (true) with check (true);
grant select on audit.unsealed to operandi_app;
grant select, insert, update, delete on audit.unsealed to operandi_worker;
