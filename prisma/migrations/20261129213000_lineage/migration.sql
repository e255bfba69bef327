-- Counts the configurations that an integration has had, so that a call can name the one it was made by.
alter table integrations.integration add column version int not null default 1;

create function integrations.count_version() returns trigger language plpgsql as $$
begin
  new.version := old.version + 1;
  return new;
end $$;
create trigger count_version before update on integrations.integration for each row
  when (new.config is distinct from old.config or new.sealed_headers is distinct from old.sealed_headers)
  execute function integrations.count_version();
