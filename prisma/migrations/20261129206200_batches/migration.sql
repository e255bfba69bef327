-- Jobs that were submitted together, in one call or several. Their own rows know nothing of it.
create table jobs.batch (
  tenant_id uuid not null references access.tenant (id),
  id uuid not null,
  created_by text not null,
  created_at timestamptz not null default now(),
  -- What was sent, and what of it was refused.
  submitted int not null default 0,
  refused int not null default 0,
  primary key (tenant_id, id)
);

create table jobs.batch_member (
  tenant_id uuid not null,
  batch_id uuid not null,
  job_id uuid not null,
  primary key (tenant_id, batch_id, job_id),
  foreign key (tenant_id, batch_id) references jobs.batch (tenant_id, id)
);
create index batch_of_job on jobs.batch_member (tenant_id, job_id);

do $$
declare
  item text;
begin
  foreach item in array array['batch', 'batch_member'] loop
    execute format('alter table jobs.%I enable row level security', item);
    execute format('alter table jobs.%I force row level security', item);
    execute format('create policy tenant on jobs.%I to operandi_app using (tenant_id = access.current_tenant()) with check (tenant_id = access.current_tenant())', item);
    execute format('create policy owner on jobs.%I to current_user using (true) with check (true)', item);
  end loop;
end $$;
grant select, insert, update on jobs.batch to operandi_app;
grant select, insert on jobs.batch_member to operandi_app;
