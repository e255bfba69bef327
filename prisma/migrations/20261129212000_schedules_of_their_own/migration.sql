-- Schedules besides those that stand in the documents of agents: one table, one ticker. Those have a name, and may say more.
alter table jobs.schedule
  -- Null: it stands in the document of its agent, as its trigger of this kind.
  add column name text,
  add column description text,
  -- True: jobs run the version that stands in `agent_version_id`. False, with a name: the agent's current one.
  add column is_pinned boolean not null default false,
  -- Null: {}.
  add column input json,
  -- The property of the input that says which tick it is.
  add column tick_as text,
  add column priority text,
  add column labels jsonb not null default '[]',
  -- What becomes of a tick while the last job is not over: ALLOW, SKIP, BUFFER_ONE, CANCEL.
  add column overlap text not null default 'ALLOW',
  -- What becomes of ticks that were missed: NONE, LAST, ALL; of all, those of this time, in a row at most so many.
  add column catch_up text not null default 'LAST',
  add column catch_up_ms bigint not null default 86400000,
  add column caught_up int not null default 0,
  add column jitter_ms int not null default 0,
  -- Which tick is due at `next_at`, which may be a little later; null: that very moment.
  add column tick_at timestamptz,
  -- A tick that waits for the end of the last job.
  add column waiting_at timestamptz,
  add column paused_at timestamptz,
  add column pause_reason text,
  -- Who paused it; null: the platform.
  add column paused_by text,
  -- The last tick that started nothing: {tick, at, code, reason}.
  add column last_skip jsonb,
  -- Groups that their identity provider said the submitter was in.
  add column submitter_groups uuid[] not null default '{}',
  add column updated_at timestamptz not null default now();

drop index jobs.schedule_trigger;
create unique index schedule_trigger on jobs.schedule (tenant_id, agent_id, kind) where name is null;
create unique index schedule_name on jobs.schedule (tenant_id, name) where name is not null;

-- What waits for the end of its last job; the condition of the query has to say the same.
drop index jobs.schedule_after;
create index schedule_waiting on jobs.schedule (last_job_id)
  where paused_at is null and (waiting_at is not null or (kind = 'after' and next_at is null));

-- A tick asks what its submitter may do at that time.
do $$
declare
  item text;
begin
  foreach item in array array['custom_role', 'member_group', 'group_membership'] loop
    execute format('create policy worker on access.%I for select to operandi_worker using (true)', item);
  end loop;
end $$;
grant select on access.custom_role, access.member_group, access.group_membership to operandi_worker;
