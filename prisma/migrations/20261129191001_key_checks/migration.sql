-- A known text sealed by each master key that was the newest once: a process that holds another key under the same id is
-- refused at its start. It belongs to no tenant.
create table access.key_check (
  key_id text primary key,
  sealed jsonb not null,
  created_at timestamptz not null default now()
);
alter table access.key_check enable row level security;
alter table access.key_check force row level security;
create policy worker on access.key_check to operandi_worker using (true) with check (true);
create policy owner on access.key_check to current_user using (true) with check (true);
grant select, insert on access.key_check to operandi_worker;

-- Sealed values go to the newest master key in place; only their wrapped data keys change.
grant update (sealed) on jobs.secret to operandi_worker;
grant update (sealed) on integrations.credential to operandi_worker;
grant update (sealed_headers) on integrations.integration to operandi_worker;
