-- With which token a batch was begun, as the transaction says it.
alter table jobs.batch add column token_id uuid default (access.reach() ->> 'token')::uuid;

-- What a caller reaches of batches: a token those that it has begun; who reaches some labels those with a job of such an agent,
-- and those that have none yet.
create function access.reaches_batch(reach jsonb, wanted uuid, its_token uuid) returns boolean
  language sql stable security definer set search_path = pg_catalog, pg_temp
  as $$
    select case
      when reach ? 'agent' then coalesce(its_token = (reach ->> 'token')::uuid, false)
      when reach ? 'agents' then
        exists (
          select from jobs.batch_member as member join jobs.job on job.id = member.job_id
          where member.tenant_id = access.current_tenant() and member.batch_id = wanted
            and job.tenant_id = access.current_tenant() and job.agent_id in (
              select id from jobs.agent
              where tenant_id = access.current_tenant() and access.fits(labels, reach -> 'agents')))
        or not exists (
          select from jobs.batch_member as member
          where member.tenant_id = access.current_tenant() and member.batch_id = wanted)
      else true
    end
  $$;
revoke execute on function access.reaches_batch from public;
grant execute on function access.reaches_batch to operandi_app;
create policy reach on jobs.batch as restrictive for select to operandi_app
  using (coalesce(current_setting('app.reach', true), '') = '' or access.reaches_batch(access.reach(), id, token_id));
