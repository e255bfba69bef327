-- Links by which one member decides one approval without signing in. Of the secret only a hash is kept.
create table jobs.decision_link (
  tenant_id uuid not null,
  id uuid not null,
  approval_id uuid not null,
  -- Who decides by it, and the name as it was then.
  member_id uuid not null,
  member_name text not null,
  secret_hash bytea not null,
  -- `user:ID` or `api_key:ID`.
  created_by text not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  used_at timestamptz,
  -- When somebody took it back, the member was removed, or the job was started again and asks anew.
  revoked_at timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, approval_id) references jobs.approval (tenant_id, id) on delete cascade
);
create index decision_link_by_approval on jobs.decision_link (tenant_id, approval_id, id);
create index decision_link_by_member on jobs.decision_link (tenant_id, member_id)
  where used_at is null and revoked_at is null;
alter table jobs.decision_link enable row level security;
alter table jobs.decision_link force row level security;
create policy tenant on jobs.decision_link to operandi_app
  using (tenant_id = access.current_tenant()) with check (tenant_id = access.current_tenant());
create policy worker on jobs.decision_link to operandi_worker using (true) with check (true);
create policy owner on jobs.decision_link to current_user using (true) with check (true);
create policy reach on jobs.decision_link as restrictive for select to operandi_app
  using (coalesce(current_setting('app.reach', true), '') = ''
    or access.reaches_approval(access.reach(), approval_id));
grant select, insert, delete on jobs.decision_link to operandi_app;
grant update (used_at, revoked_at) on jobs.decision_link to operandi_app;
grant select, update (revoked_at) on jobs.decision_link to operandi_worker;

-- However a membership ends, its links end with it, and stay so when the member comes back.
create function access.revoke_decision_links() returns trigger
language plpgsql security definer set search_path = pg_catalog as $$
begin
  update jobs.decision_link set revoked_at = now()
  where tenant_id = new.tenant_id and member_id = new.id and used_at is null and revoked_at is null;
  return null;
end $$;
revoke all on function access.revoke_decision_links() from public;
create trigger revoke_decision_links after update of removed_at on access.member for each row
  when (old.removed_at is null and new.removed_at is not null) execute function access.revoke_decision_links();
