-- A key may have a role of the tenant's own, which then says what it may do; its own permissions are none.
alter table access.api_key add column custom_role_id uuid;
alter table access.api_key add constraint api_key_custom_role_fkey
  foreign key (tenant_id, custom_role_id) references access.custom_role (tenant_id, id);
alter table access.api_key add constraint api_key_one_source
  check (custom_role_id is null or permissions = '{}');
create index api_key_by_custom_role on access.api_key (tenant_id, custom_role_id) where custom_role_id is not null;

-- For which labels a role's permissions count: {permission: [{label: [value, …], …}, …]}, one of the alternatives has to fit.
alter table access.custom_role add column conditions jsonb not null default '{}';
grant select (conditions, deleted_at) on access.custom_role to operandi_gateway;

-- What conditions are about, each a text by its name: an agent's are those of its current version.
alter table jobs.agent add column labels jsonb not null default '{}';
alter table integrations.integration add column labels jsonb not null default '{}';

-- Whether labels fit all needs; each is a list of alternatives, an alternative names the values that each of its labels may have.
create function access.fits(labels jsonb, needs jsonb) returns boolean
  language sql immutable
  as $$
    select not exists (
      select from jsonb_array_elements(needs) as need (alternatives)
      where not exists (
        select from jsonb_array_elements(need.alternatives) as alternative (wanted)
        where not exists (
          select from jsonb_each(alternative.wanted) as label (name, choices)
          where not coalesce(label.choices ? (labels ->> label.name), false))))
  $$;

-- `access.reach()` has two more members: `agents` and `integrations`, the needs of their labels.
create or replace function access.reaches_agent(reach jsonb, wanted uuid) returns boolean
  language sql stable security definer set search_path = pg_catalog, pg_temp
  as $$
    select (not reach ? 'agent' or wanted = (reach ->> 'agent')::uuid)
      and (not reach ? 'agents' or exists (
        select from jobs.agent
        where tenant_id = access.current_tenant() and id = wanted and access.fits(labels, reach -> 'agents')))
  $$;
create function access.reaches_integration(reach jsonb, wanted uuid) returns boolean
  language sql stable security definer set search_path = pg_catalog, pg_temp
  as $$
    select not reach ? 'integrations' or exists (
      select from integrations.integration
      where tenant_id = access.current_tenant() and id = wanted and access.fits(labels, reach -> 'integrations'))
  $$;
revoke execute on function access.reaches_integration from public;
grant execute on function access.reaches_integration to operandi_app;
create policy reach on integrations.integration as restrictive for select to operandi_app
  using ((select access.reach()) is null or access.reaches_integration((select access.reach()), id));
create policy reach on integrations.credential as restrictive for select to operandi_app
  using ((select access.reach()) is null or access.reaches_integration((select access.reach()), integration_id));
create policy reach on integrations.call as restrictive for select to operandi_app
  using ((select access.reach()) is null or access.reaches_integration((select access.reach()), integration_id));
