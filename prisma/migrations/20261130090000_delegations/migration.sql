-- Whoever may decide approvals lets somebody else decide in their place for a time.
create table jobs.delegation (
  tenant_id uuid not null,
  id uuid not null,
  -- `<kind>:<id>`, of a rotated key with the id of the first of the line; names as they were then.
  delegator text not null,
  delegator_name text not null,
  delegate text not null,
  delegate_name text not null,
  -- The one approval that it is for; null: all that the delegator may decide.
  approval_id uuid,
  comment text,
  created_at timestamptz not null default now(),
  starts_at timestamptz not null,
  ends_at timestamptz not null check (ends_at > starts_at),
  -- When somebody ended it before its time, and who: `<kind>:<id>`.
  ended_at timestamptz,
  ended_by text,
  primary key (tenant_id, id),
  foreign key (tenant_id, approval_id) references jobs.approval (tenant_id, id) on delete cascade
);
create index delegation_by_delegate on jobs.delegation (tenant_id, delegate, ends_at);
create index delegation_by_delegator on jobs.delegation (tenant_id, delegator, ends_at);
create index delegation_by_approval on jobs.delegation (tenant_id, approval_id) where approval_id is not null;
alter table jobs.delegation enable row level security;
alter table jobs.delegation force row level security;
create policy tenant on jobs.delegation to operandi_app
  using (tenant_id = access.current_tenant()) with check (tenant_id = access.current_tenant());
create policy worker on jobs.delegation to operandi_worker using (true) with check (true);
create policy owner on jobs.delegation to current_user using (true) with check (true);
create policy reach on jobs.delegation as restrictive for select to operandi_app
  using (coalesce(current_setting('app.reach', true), '') = '' or approval_id is null
    or access.reaches_approval(access.reach(), approval_id));
grant select, insert, delete on jobs.delegation to operandi_app;
grant update (ended_at, ended_by) on jobs.delegation to operandi_app;

-- Who has spoken where that is not whose decision it counts as, as `decider`; and the name of the latter.
alter table jobs.approval_decision
  add column hand text,
  add column delegator_name text;
