-- Ends of jobs and the life of approvals are audit events of the transaction that brings them about, whoever does it.

-- An id that sorts by time, as the platform's own do: version 7 of RFC 9562.
create function audit.new_id() returns uuid language sql volatile as $$
  select encode(
    set_byte(overlay(
      uuid_send(gen_random_uuid())
      placing substring(int8send((extract(epoch from clock_timestamp()) * 1000)::bigint) from 3) from 1 for 6), 6,
      (get_byte(uuid_send(gen_random_uuid()), 6) & 15) | 112), 'hex')::uuid
$$;

create function audit.note_job_end() returns trigger language plpgsql as $$
begin
  insert into audit.event
    (tenant_id, id, action, actor_kind, actor_id, actor_name, target_kind, target_id, job_id, data)
  values (new.tenant_id, audit.new_id(), 'job.end', 'system', 'operandi', 'operandi', 'job', new.id::text, new.id,
    jsonb_build_object('state', new.state, 'lostAttempts', new.attempt));
  return null;
end $$;
create trigger note_end after update of state on jobs.job for each row
  when (new.state is distinct from old.state and new.state in ('SUCCEEDED', 'FAILED', 'CANCELLED', 'DEAD'))
  execute function audit.note_job_end();

-- Who approves or rejects is in the row of the decision itself; this tells what nobody does by a request.
create function audit.note_approval() returns trigger language plpgsql as $$
begin
  insert into audit.event
    (tenant_id, id, action, actor_kind, actor_id, actor_name, target_kind, target_id, job_id, data)
  values (new.tenant_id, audit.new_id(),
    case when tg_op = 'INSERT' then 'approval.request'
      when new.state = 'EXPIRED' or new.expires_at <= now() then 'approval.expire'
      when new.state = 'PENDING' then 'approval.reopen'
      else 'approval.withdraw' end,
    'system', 'operandi', 'operandi', 'approval', new.id::text, new.job_id,
    jsonb_strip_nulls(jsonb_build_object('expiresAt', new.expires_at)));
  return null;
end $$;
create trigger note_request after insert on jobs.approval for each row execute function audit.note_approval();
create trigger note_withdrawal after update of state on jobs.approval for each row
  when (new.state is distinct from old.state and new.state in ('PENDING', 'WITHDRAWN', 'EXPIRED'))
  execute function audit.note_approval();

-- Each filter of a search has an index; ids sort by time, so that the primary key serves times and the order of pages.
drop index audit.event_by_target;
create index event_by_target on audit.event (tenant_id, target_id, target_kind, position);
create index event_by_actor on audit.event (tenant_id, actor_id, id);
create index event_by_action on audit.event (tenant_id, action, id);
create index event_by_request on audit.event (tenant_id, request_id) where request_id is not null;
