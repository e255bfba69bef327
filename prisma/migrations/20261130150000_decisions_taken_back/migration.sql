-- How long a decision can be taken back, milliseconds; until then the job is told nothing: what it will be, and when.
alter table jobs.approval
  add column undo_ms bigint check (undo_ms > 0),
  add column settles_at timestamptz,
  add column settlement json;

-- contract: approvals are read once, some seconds for millions, and none of them is in it yet.
create index approval_settling on jobs.approval (settles_at) where state = 'PENDING' and settles_at is not null;

grant delete on jobs.approval_decision to operandi_app;
