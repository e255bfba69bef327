-- The sealed events of a tenant become the leaves of a Merkle tree instead of the links of a chain. What was chained
-- waits in audit.chain: the sealer checks each link, makes it a leaf under the same number and deletes it there.
alter table audit.seal rename to chain;
alter table audit.chain rename constraint seal_pkey to chain_pkey;
alter index audit.seal_event_key rename to chain_event_key;

create table audit.seal (
  tenant_id uuid not null,
  seq bigint not null,
  event_id uuid not null,
  epoch int not null,
  -- One for each part of the event; see docs/audit.md.
  salts bytea not null,
  leaf bytea not null,
  sealed_at timestamptz not null default now(),
  primary key (tenant_id, seq)
);
create unique index seal_event_key on audit.seal (tenant_id, event_id);

-- Roots of complete subtrees of 16, 256, 4,096 … leaves: level 1, 2, 3 …
create table audit.node (
  tenant_id uuid not null,
  level smallint not null,
  n bigint not null,
  hash bytea not null,
  primary key (tenant_id, level, n)
);

create table audit.tree (
  tenant_id uuid primary key,
  size bigint not null,
  -- The complete subtrees from the largest to the smallest, 32 bytes each.
  peaks bytea not null,
  -- Up to where its events are sealed.
  epoch int not null,
  tx xid8 not null,
  position bigint not null,
  sealed_at timestamptz not null default now()
);

create table audit.checkpoint (
  tenant_id uuid not null,
  size bigint not null,
  root bytea not null,
  note text not null,
  epoch int not null,
  at timestamptz not null default now(),
  primary key (tenant_id, size)
);

-- Events that are not in the order of what is sealed: put there by hand. They are shown and never sealed.
create table audit.stray (
  tenant_id uuid not null,
  event_id uuid not null,
  found_at timestamptz not null default now(),
  primary key (tenant_id, event_id)
);

-- What came unsealed out of another cluster, whose numbers of transactions mean nothing here.
create table audit.backlog (
  tenant_id uuid not null,
  event_id uuid not null,
  position bigint not null,
  primary key (tenant_id, event_id)
);
create index backlog_order on audit.backlog (position);

do $$
declare
  name text;
begin
  foreach name in array array['seal', 'node', 'tree', 'checkpoint', 'stray', 'backlog'] loop
    execute format('alter table audit.%I enable row level security', name);
    execute format('alter table audit.%I force row level security', name);
    execute format(
      'create policy tenant on audit.%I to operandi_app using (tenant_id = access.current_tenant()) with check (tenant_id = access.current_tenant())',
      name);
    execute format('create policy worker on audit.%I to operandi_worker using (true) with check (true)', name);
    execute format('create policy owner on audit.%I to current_user using (true) with check (true)', name);
  end loop;
end $$;
grant select on audit.seal, audit.node, audit.tree, audit.checkpoint, audit.stray, audit.backlog to operandi_app, operandi_worker;

-- Where the sealer stands in this cluster.
create table audit.sealer (
  is_only boolean primary key default true check (is_only),
  epoch int not null default 1,
  -- The cluster's own identifier, where it may be read.
  cluster text,
  tx xid8 not null,
  position bigint not null,
  top_position bigint not null,
  swept_tenant_id uuid,
  swept_id uuid
);
insert into audit.sealer (tx, position, top_position)
select
  coalesce((select tx from audit.chain order by tx desc, position desc limit 1), '0'::xid8),
  coalesce((select position from audit.chain order by tx desc, position desc limit 1), 0),
  coalesce((select max(position) from audit.chain), 0);
drop index audit.seal_watermark;

-- Public halves of the keys that have signed checkpoints; they belong to the deployment and are no secret.
create table audit.signing_key (
  public_key bytea primary key,
  first_used_at timestamptz not null default now(),
  last_used_at timestamptz not null default now()
);
do $$
declare
  name text;
begin
  foreach name in array array['sealer', 'signing_key'] loop
    execute format('alter table audit.%I enable row level security', name);
    execute format('alter table audit.%I force row level security', name);
    execute format('create policy worker on audit.%I to operandi_worker using (true) with check (true)', name);
    execute format('create policy owner on audit.%I to current_user using (true) with check (true)', name);
  end loop;
end $$;
create policy reader on audit.signing_key for select to operandi_app using (true);
grant select on audit.signing_key to operandi_app;
grant select on audit.sealer, audit.signing_key to operandi_worker;
grant update (swept_tenant_id, swept_id) on audit.sealer to operandi_worker;
grant insert on audit.stray to operandi_worker;

-- Who seals: a role of its own where there is one, else the workers'.
do $$
declare
  item text;
begin
  revoke insert on audit.chain from operandi_worker;
  if not exists (select from pg_roles where rolname = 'operandi_sealer') then
    grant delete on audit.chain to operandi_worker;
    grant insert on audit.seal, audit.node, audit.checkpoint to operandi_worker;
    grant insert, update on audit.tree to operandi_worker;
    grant insert, delete on audit.backlog to operandi_worker;
    grant update on audit.sealer to operandi_worker;
    grant insert, update (last_used_at) on audit.signing_key to operandi_worker;
    return;
  end if;
  foreach item in array array['seal', 'node', 'tree', 'checkpoint', 'stray', 'backlog', 'sealer', 'signing_key'] loop
    execute format('create policy sealer on audit.%I to operandi_sealer using (true) with check (true)', item);
    execute format('grant select, insert on audit.%I to operandi_sealer', item);
  end loop;
  execute 'revoke insert on audit.chain from operandi_sealer';
  execute 'grant select, delete on audit.chain to operandi_sealer';
  execute 'grant update on audit.tree, audit.sealer to operandi_sealer';
  execute 'grant delete on audit.backlog to operandi_sealer';
  execute 'grant update (last_used_at) on audit.signing_key to operandi_sealer';
  execute 'create policy sealer_notes on audit.event for insert to operandi_sealer with check (true)';
  execute 'grant insert (tenant_id, id, action, actor_kind, actor_id, actor_name, target_kind, target_id, job_id, request_id, data)
    on audit.event to operandi_sealer';
end $$;
