-- When those who are asked are reminded next and how often, milliseconds; who may decide, too, from when on.
alter table jobs.approval
  add column remind_ms bigint,
  add column remind_at timestamptz,
  add column escalate_at timestamptz,
  add column escalate_to text[] not null default '{}';

create index approval_due on jobs.approval (least(remind_at, escalate_at))
  where state = 'PENDING' and (remind_at is not null or escalate_at is not null);
