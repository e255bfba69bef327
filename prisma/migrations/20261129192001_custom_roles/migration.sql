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

-- The same borders as around API keys, whatever the roles of this database are called.
do $$
declare
  item record;
begin
  alter table access.custom_role enable row level security;
  alter table access.custom_role force row level security;
  for item in select policyname, roles, qual, with_check from pg_policies where schemaname = 'access' and tablename = 'api_key' loop
    execute format('create policy %I on access.custom_role to %s using (%s) with check (%s)', item.policyname,
      (select string_agg(quote_ident(role), ', ') from unnest(item.roles) as role), item.qual, item.with_check);
  end loop;
  for item in
    select acl.grantee::regrole as grantee, acl.privilege_type as privilege
    from pg_class, aclexplode(relacl) as acl
    where oid = 'access.api_key'::regclass and acl.grantee not in (0, relowner)
  loop
    execute format('grant %s on access.custom_role to %s', item.privilege, item.grantee);
  end loop;
end $$;
