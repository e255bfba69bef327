-- What a trigger by events has collected, one row for all that belong together: as many as there are keys, found by the
-- key. Those of before are looked at by every event.
create table jobs.schedule_match (
  id bigint generated always as identity primary key,
  tenant_id uuid not null,
  schedule_id uuid not null,
  -- Hash of the correlation keys that all filters have; null: not known.
  match_key text,
  -- Hash of what it still waits for.
  match_group text not null,
  state json not null,
  bytes int not null,
  foreign key (tenant_id, schedule_id) references jobs.schedule (tenant_id, id) on delete cascade
);
create index schedule_match_open on jobs.schedule_match (tenant_id, schedule_id, match_key, match_group, id);

alter table jobs.schedule_match enable row level security;
alter table jobs.schedule_match force row level security;
create policy tenant on jobs.schedule_match to operandi_app
  using (tenant_id = access.current_tenant()) with check (tenant_id = access.current_tenant());
create policy worker on jobs.schedule_match to operandi_worker using (true) with check (true);
create policy owner on jobs.schedule_match to current_user using (true) with check (true);
grant select, insert, update, delete on jobs.schedule_match to operandi_app;
grant select, insert, update, delete on jobs.schedule_match to operandi_worker;

insert into jobs.schedule_match (tenant_id, schedule_id, match_group, state, bytes)
select tenant_id, id, '', progress, octet_length(progress::text) from jobs.schedule
where kind = 'on' and json_array_length(progress -> 'consumed') > 0;

alter table jobs.schedule drop column progress;
