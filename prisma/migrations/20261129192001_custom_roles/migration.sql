-- A role that a tenant makes for itself: members who have one may do what it says, and nothing of their built-in role.
create table access.custom_role (
  tenant_id uuid not null references access.tenant (id),
  id uuid not null,
  name text not null,
  permissions text[] not null,
  created_at timestamptz not null default now(),
  deleted_at timestamptz,
  primary key (tenant_id, id)
);
create unique index custom_role_name_key on access.custom_role (tenant_id, lower(name)) where deleted_at is null;

alter table access.member add column custom_role_id uuid;
alter table access.member add constraint member_custom_role_fkey
  foreign key (tenant_id, custom_role_id) references access.custom_role (tenant_id, id);
create index member_by_custom_role on access.member (tenant_id, custom_role_id) where custom_role_id is not null;

-- Each tenant sees its own.
alter table access.custom_role enable row level security;
alter table access.custom_role force row level security;
create policy tenant on access.custom_role to operandi_app
  using (tenant_id = access.current_tenant()) with check (tenant_id = access.current_tenant());
create policy owner on access.custom_role to current_user using (true) with check (true);
grant select, insert, update on access.custom_role to operandi_app;
