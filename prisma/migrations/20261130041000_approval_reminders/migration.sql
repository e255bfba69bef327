-- When those who are asked are reminded next and how often, milliseconds; who may decide, too, from when on.
alter table jobs.approval
  add column remind_ms bigint,
  add column remind_at timestamptz,
  add column escalate_at timestamptz,
  add column escalate_to text[] not null default '{}';

-- contract: approvals are read once, some seconds for millions, and none of them is in it yet.
create index approval_due on jobs.approval (least(remind_at, escalate_at))
  where state = 'PENDING' and (remind_at is not null or escalate_at is not null);
