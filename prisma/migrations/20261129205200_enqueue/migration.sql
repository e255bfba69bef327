-- Which database role may queue jobs of which tenant, as which key, for which agents. A role is known by its id as well as its
-- name: one that is dropped and made anew is another one.
create table jobs.enqueue_grant (
  tenant_id uuid not null references access.tenant (id),
  id uuid not null,
  role_name text not null,
  role_id oid not null,
  key_id uuid not null,
  agents text[] not null,
  created_at timestamptz not null default now(),
  revoked_at timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, key_id) references access.api_key (tenant_id, id)
);
create unique index enqueue_grant_role on jobs.enqueue_grant (role_name) where revoked_at is null;

alter table jobs.enqueue_grant enable row level security;
alter table jobs.enqueue_grant force row level security;
create policy tenant on jobs.enqueue_grant to operandi_app
  using (tenant_id = access.current_tenant()) with check (tenant_id = access.current_tenant());
create policy worker on jobs.enqueue_grant to operandi_worker using (true) with check (true);
create policy owner on jobs.enqueue_grant to current_user using (true) with check (true);
grant select on jobs.enqueue_grant to operandi_app, operandi_worker;

-- What is queued so waits in shard 1, which no claim looks at, until a worker has checked its input.
create index job_enqueued on jobs.job (tenant_id, id) where state = 'QUEUED' and shard = 1;

create schema operandi;

create function operandi.enqueue_job(
  agent text,
  input jsonb default '{}',
  priority text default 'NORMAL',
  run_at timestamptz default null,
  idempotency_key text default null,
  version integer default null
) returns uuid language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  grant_row record;
  found_agent record;
  wanted_version uuid;
  priorities constant text[] := array['LOW', 'NORMAL', 'HIGH', 'URGENT'];
  rank integer := array_position(priorities, enqueue_job.priority) - 1;
  hash text;
  job_id uuid := audit.new_id();
  known record;
  idle interval := current_setting('idle_in_transaction_session_timeout')::interval;
begin
  -- `session_user` is who has logged in: no `set role` and no function changes it.
  select g.tenant_id, g.key_id, g.agents, key.name as key_name, tenant.suspended_at into grant_row
  from jobs.enqueue_grant as g
  join access.api_key as key on key.tenant_id = g.tenant_id and key.id = g.key_id
  join access.tenant as tenant on tenant.id = g.tenant_id
  where g.role_name = session_user and g.role_id = (select oid from pg_roles where rolname = session_user)
    and g.revoked_at is null and key.revoked_at is null and (key.expires_at is null or key.expires_at > now())
    and 'JOBS_SUBMIT' = any(key.permissions);
  if not found then
    raise exception 'FORBIDDEN: the role % may queue no jobs, or its key is no longer live', session_user using errcode = '42501';
  end if;
  if grant_row.suspended_at is not null then
    raise exception 'FORBIDDEN: the tenant is suspended' using errcode = '42501';
  end if;

  if agent is null or rank is null or input is null then
    raise exception 'BAD_USER_INPUT: an agent, an input and a priority of % are needed', priorities using errcode = '22023';
  end if;
  if idempotency_key is not null and (length(idempotency_key) not between 1 and 200 or idempotency_key ~ '[\x01-\x1f\x7f-\x9f]') then
    raise exception 'BAD_USER_INPUT: an idempotency key has 1 to 200 characters and no control characters' using errcode = '22023';
  end if;
  if octet_length(input::text) > 16777216 then
    raise exception 'PAYLOAD_TOO_LARGE: the input has more than 16 MiB' using errcode = '54000';
  end if;

  begin
    select each.id, each.namespace, each.name, each.current_version, each.archived_at, each.pause_reason into strict found_agent
    from jobs.agent as each
    where each.tenant_id = grant_row.tenant_id
      and (each.namespace || '/' || each.name = enqueue_job.agent or (each.name = enqueue_job.agent and each.archived_at is null));
  exception
    when no_data_found then raise exception 'NOT_FOUND: agent % does not exist; publish it first', left(agent, 64) using errcode = 'P0002';
    when too_many_rows then raise exception 'CONFLICT: several agents are called %: say namespace/name', left(agent, 64) using errcode = 'P0003';
  end;
  -- An agent that the role may not use and one that there is not get one answer.
  if not (grant_row.agents && array['*', found_agent.namespace || '.*', found_agent.namespace || '.' || found_agent.name]) then
    raise exception 'NOT_FOUND: agent % does not exist; publish it first', left(agent, 64) using errcode = 'P0002';
  end if;
  if found_agent.archived_at is not null or found_agent.pause_reason is not null then
    raise exception 'CONFLICT: agent % takes no jobs', left(agent, 64) using errcode = '55000';
  end if;
  select each.id into wanted_version from jobs.agent_version as each
  where each.tenant_id = grant_row.tenant_id and each.agent_id = found_agent.id
    and each.version = coalesce(enqueue_job.version, found_agent.current_version);
  if wanted_version is null then
    raise exception 'NOT_FOUND: agent % has no version %', left(agent, 64), version using errcode = 'P0002';
  end if;

  hash := 'sql:' || encode(sha256(convert_to(
    jsonb_build_array(found_agent.id, version, input, priority, extract(epoch from run_at))::text, 'UTF8')), 'hex');
  insert into jobs.job (id, tenant_id, agent_id, agent_version_id, priority, run_at, idempotency_key, input_hash, created_by,
    submitter, event_seq, claim_key, shard, state)
  values (job_id, grant_row.tenant_id, found_agent.id, wanted_version, rank, coalesce(enqueue_job.run_at, now()),
    enqueue_job.idempotency_key, hash, grant_row.key_name, 'api_key:' || grant_row.key_id, 1, -9007199254740991, 1, 'QUEUED')
  on conflict do nothing;
  if not found then
    select job.id, job.input_hash into known from jobs.job
    where job.tenant_id = grant_row.tenant_id and job.idempotency_key = enqueue_job.idempotency_key;
    if known.input_hash is distinct from hash then
      raise exception 'IDEMPOTENCY_MISMATCH: the idempotency key was used with another job' using errcode = '23505';
    end if;
    return known.id;
  end if;
  insert into jobs.job_io (tenant_id, job_id, input) values (grant_row.tenant_id, job_id, input::text::json);
  insert into jobs.event (tenant_id, job_id, seq, type, data)
  values (grant_row.tenant_id, job_id, 1, 'dev.operandi.job.queued.v1', '{}');
  insert into audit.event (tenant_id, id, action, actor_kind, actor_id, actor_name, target_kind, target_id, job_id, request_id, data)
  values (grant_row.tenant_id, audit.new_id(), 'job.submit', 'api_key', grant_row.key_id::text, grant_row.key_name, 'job',
    job_id::text, job_id, 'sql', jsonb_build_object('agent', found_agent.namespace || '/' || found_agent.name,
      'agentVersionId', wanted_version, 'role', session_user));

  -- An open transaction that has written holds back the events of all: one that is left idle ends after a minute.
  if idle = interval '0' or idle > interval '60 s' then
    perform set_config('idle_in_transaction_session_timeout', '60s', true);
  end if;
  return job_id;
end $$;
revoke execute on function operandi.enqueue_job from public;
