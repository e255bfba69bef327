-- A key that another one was rotated into is the same credential: `origin` is the first of the line.
alter table access.api_key add column origin uuid;

-- Who answered for a job before its submitter does: who resumes or redrives it takes over.
alter table jobs.job add column earlier_submitters text[] not null default '{}';

-- Who may decide an approval stands in its own row. Without `required` it is unknown, and nobody may.
alter table jobs.approval
  add column role text,
  add column approvers text[] not null default '{}',
  add column required smallint check (required > 0),
  add column four_eyes boolean not null default false,
  add column submitters text[] not null default '{}';

-- One decision of one credential; `decider` is `<kind>:<id>`, of a rotated key with the id of the first of the line.
create table jobs.approval_decision (
  tenant_id uuid not null,
  approval_id uuid not null,
  decider text not null,
  actor_kind text not null,
  actor_id text not null,
  actor_name text not null,
  is_approval boolean not null,
  comment text,
  decided_at timestamptz not null default now(),
  primary key (tenant_id, approval_id, decider),
  foreign key (tenant_id, approval_id) references jobs.approval (tenant_id, id) on delete cascade
);

alter table jobs.approval_decision enable row level security;
alter table jobs.approval_decision force row level security;
create policy tenant on jobs.approval_decision to operandi_app
  using (tenant_id = access.current_tenant()) with check (tenant_id = access.current_tenant());
create policy worker on jobs.approval_decision to operandi_worker using (true) with check (true);
create policy owner on jobs.approval_decision to current_user using (true) with check (true);
grant select, insert on jobs.approval_decision to operandi_app;
grant select on jobs.approval_decision to operandi_worker;

-- Questions from before are decided as they were asked: what stands in their wait as a display name becomes the id of the
-- one member or key that has it. A name that several have, or nobody, stays as it is and opens nothing.
update jobs.approval set required = 1;

update jobs.approval set
  role = wait.spec ->> 'role',
  submitters = array_remove(array[job.submitter], null),
  approvers = case jsonb_typeof(wait.spec -> 'approvers')
    when 'array' then (
      select coalesce(array_agg(coalesce(known.id, named.name)), array[''])
      from jsonb_array_elements_text(wait.spec -> 'approvers') as named (name) left join lateral (
        select min(id) as id from (
          select id::text, name from access.api_key where tenant_id = approval.tenant_id and revoked_at is null
          union all
          select id::text, name from access.member where tenant_id = approval.tenant_id and removed_at is null
        ) as bearer
        where bearer.name = named.name having count(*) = 1
      ) as known on true
    ) else case when wait.spec ? 'approvers' then array[wait.spec ->> 'approvers'] else '{}' end end
from jobs.wait join jobs.job on job.id = wait.job_id
where wait.job_id = approval.job_id and wait.key = approval.key and approval.state = 'PENDING';
