-- The gateway finds out who comes: by the public id of a session, or by what an issuer says of somebody. It reads no address.
grant select on access.identity_provider to operandi_gateway;
grant select (tenant_id, id, member_id, provider_id, public_id, secret_hash, created_at, last_used_at, idle_seconds, expires_at, ended_at)
  on access.session to operandi_gateway;
grant select (tenant_id, id, name, role, custom_role_id, issuer, subject, removed_at) on access.member to operandi_gateway;
grant select (tenant_id, id, permissions) on access.custom_role to operandi_gateway;
create policy gateway on access.identity_provider for select to operandi_gateway using (true);
create policy gateway on access.session for select to operandi_gateway using (true);
create policy gateway on access.member for select to operandi_gateway using (true);
create policy gateway on access.custom_role for select to operandi_gateway using (true);

-- What it has to do then, each done by the owner for it, with the row of the audit log that belongs to it.

-- Who signs in for the first time is the member with that address whom nobody is yet.
create function access.bind_member(
  wanted_tenant uuid, trusted_issuer text, their_subject text, their_email text, event_id uuid
) returns uuid
  language sql security definer set search_path = pg_catalog, pg_temp
  as $$
    with bound as (
      update access.member set subject = their_subject, issuer = trusted_issuer
      where tenant_id = wanted_tenant and lower(email) = lower(their_email) and removed_at is null and issuer is null
        and exists (
          select from access.identity_provider as provider
          where provider.tenant_id = wanted_tenant and provider.issuer = trusted_issuer and provider.removed_at is null)
      returning tenant_id, id, name, issuer
    ), told as (
      insert into audit.event (tenant_id, id, action, actor_kind, actor_id, actor_name, target_kind, target_id, data)
      select tenant_id, event_id, 'member.bind', 'user', id::text, name, 'member', id::text,
        jsonb_build_object('issuer', issuer)
      from bound
    )
    select id from bound
  $$;

-- Of a live member, and of a live provider that their issuer is.
create function access.start_session(
  wanted_tenant uuid, new_id uuid, wanted_member uuid, wanted_provider uuid, new_kind text, new_public_id text, new_hash bytea,
  new_agent text, begins_at timestamptz, ends_at timestamptz, idle int, event_id uuid, request text
) returns boolean
  language sql security definer set search_path = pg_catalog, pg_temp
  as $$
    with begun as (
      insert into access.session
        (tenant_id, id, member_id, provider_id, kind, public_id, secret_hash, agent, created_at, expires_at, idle_seconds)
      select member.tenant_id, new_id, member.id, provider.id, new_kind, new_public_id, new_hash, new_agent, begins_at, ends_at, idle
      from access.member join access.identity_provider as provider
        on provider.tenant_id = member.tenant_id and provider.issuer = member.issuer
      where member.tenant_id = wanted_tenant and member.id = wanted_member and member.removed_at is null
        and provider.id = wanted_provider and provider.removed_at is null
      returning tenant_id, id, member_id, kind
    ), told as (
      insert into audit.event
        (tenant_id, id, action, actor_kind, actor_id, actor_name, target_kind, target_id, request_id, data)
      select begun.tenant_id, event_id, 'session.start', 'user', member.id::text, member.name, 'session', begun.id::text, request,
        jsonb_build_object('kind', begun.kind)
      from begun join access.member on member.tenant_id = begun.tenant_id and member.id = begun.member_id
    )
    select exists (select from begun)
  $$;

-- By who holds it; once.
create function access.leave_session(
  wanted_tenant uuid, wanted uuid, left_at timestamptz, event_id uuid, request text
) returns boolean
  language sql security definer set search_path = pg_catalog, pg_temp
  as $$
    with gone as (
      update access.session set ended_at = left_at
      where tenant_id = wanted_tenant and id = wanted and ended_at is null
      returning tenant_id, id, member_id
    ), told as (
      insert into audit.event
        (tenant_id, id, action, actor_kind, actor_id, actor_name, target_kind, target_id, request_id, data)
      select gone.tenant_id, event_id, 'session.end', 'user', member.id::text, member.name, 'session', gone.id::text, request, '{}'
      from gone join access.member on member.tenant_id = gone.tenant_id and member.id = gone.member_id
    )
    select exists (select from gone)
  $$;

create function access.note_session_use(wanted_tenant uuid, wanted uuid, minute timestamptz) returns void
  language sql security definer set search_path = pg_catalog, pg_temp
  as $$
    update access.session set last_used_at = minute
    where tenant_id = wanted_tenant and id = wanted and ended_at is null and (last_used_at is null or last_used_at < minute)
  $$;

create function access.note_session_lock_out(wanted_tenant uuid, wanted uuid, event_id uuid, address text) returns void
  language sql security definer set search_path = pg_catalog, pg_temp
  as $$
    insert into audit.event
      (tenant_id, id, action, actor_kind, actor_id, actor_name, target_kind, target_id, request_id, data)
    select tenant_id, event_id, 'session.lock_out', 'system', 'operandi', 'operandi', 'session', id::text, 'lock-out',
      jsonb_build_object('address', left(address, 100))
    from access.session where tenant_id = wanted_tenant and id = wanted
  $$;

-- An issuer knows somebody whom the tenant does not.
create function access.note_refused_sign_in(
  wanted_tenant uuid, wanted_provider uuid, event_id uuid, their_subject text, request text
) returns void
  language sql security definer set search_path = pg_catalog, pg_temp
  as $$
    insert into audit.event
      (tenant_id, id, action, actor_kind, actor_id, actor_name, target_kind, target_id, request_id, data)
    select tenant_id, event_id, 'session.refuse', 'system', 'operandi', 'operandi', 'identity_provider', id::text, request,
      jsonb_build_object('subject', left(their_subject, 200))
    from access.identity_provider where tenant_id = wanted_tenant and id = wanted_provider and removed_at is null
  $$;

revoke execute on function access.bind_member, access.start_session, access.leave_session, access.note_session_use,
  access.note_session_lock_out, access.note_refused_sign_in from public;
grant execute on function access.bind_member, access.start_session, access.leave_session, access.note_session_use,
  access.note_session_lock_out, access.note_refused_sign_in to operandi_gateway;
