-- Who sent the events that started a job, as `<kind>:<id>` of credentials beside the one that answers for it, so that their end
-- reaches it too.
alter table jobs.job add column senders text[];
alter table jobs.schedule_match add column senders text[];

-- Few jobs have any: others cost nothing here.
create index job_live_by_sender on jobs.job using gin (senders)
  where senders is not null and state in ('QUEUED', 'RUNNING', 'WAITING', 'PAUSED');
