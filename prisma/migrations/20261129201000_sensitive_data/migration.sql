-- Keys by which the data of jobs is sealed, wrapped by the master key: one of each subject whom a definition names, else one
-- a job. That of purpose `index` is one a tenant: it makes hashes that nobody can try out who has the rows alone.
-- A key that is erased leaves its row, so that what it sealed is known to be gone.
create table jobs.data_key (
  tenant_id uuid not null,
  id uuid not null,
  purpose text not null check (purpose in ('index', 'subject', 'job')),
  subject_hash text check ((subject_hash is not null) = (purpose = 'subject')),
  sealed jsonb,
  created_at timestamptz not null default now(),
  erased_at timestamptz,
  primary key (tenant_id, id),
  check ((sealed is null) = (erased_at is not null))
);
create unique index data_key_subject on jobs.data_key (tenant_id, subject_hash) where purpose = 'subject' and erased_at is null;
create unique index data_key_index on jobs.data_key (tenant_id) where purpose = 'index';

alter table jobs.data_key enable row level security;
alter table jobs.data_key force row level security;
create policy tenant on jobs.data_key to operandi_app
  using (tenant_id = access.current_tenant()) with check (tenant_id = access.current_tenant());
create policy worker on jobs.data_key to operandi_worker using (true) with check (true);
create policy owner on jobs.data_key to current_user using (true) with check (true);
grant select, insert on jobs.data_key to operandi_app;
grant select, insert on jobs.data_key to operandi_worker;
-- For a new master key only.
grant update (sealed) on jobs.data_key to operandi_worker;

-- Of a job whose data is sealed: then input, output and error are, and what its journal, its events and its approvals hold.
alter table jobs.job_io add column data_key_id uuid;
