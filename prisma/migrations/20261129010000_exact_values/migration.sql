-- Redrive and replay.

-- What flows back into a run is kept as the text it was: jsonb sorts keys and rewrites numbers, and a replay would see
-- another value than the run did.
alter table jobs.job_io
  alter column input type json using input::json,
  alter column output type json using output::json,
  alter column error type json using error::json;
alter table jobs.journal alter column value type json using value::json;
alter table jobs.wait alter column answer type json using answer::json;
alter table jobs.approval alter column data type json using data::json;
alter table jobs.inbound_event alter column event type json using event::json;
alter table jobs.schedule alter column progress type json using progress::json;

-- A redrive gives up the keys of the events that do not hold any more: their tasks run again and tell of it anew.
grant update (key) on jobs.event to operandi_app;

-- What is asked anew after a redrive is another approval; the one that was decided stays beside it.
drop index jobs.approval_key;
create unique index approval_pending_key on jobs.approval (job_id, key) where state = 'PENDING';
create index approval_by_job on jobs.approval (job_id, key);
