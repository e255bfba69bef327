-- Under row-level security no query could use it: comparing an enum tells of rows before the policy has seen them.
drop index jobs.job_list_by_state;

-- Jobs that are not over, of anybody: for the numbers of the queue as well as for what a credential has submitted.
drop index jobs.job_live_by_submitter;
create index job_live on jobs.job (tenant_id, submitter) where state in ('QUEUED', 'RUNNING', 'WAITING', 'PAUSED');
create index job_dead on jobs.job (tenant_id, id desc) where state = 'DEAD';
