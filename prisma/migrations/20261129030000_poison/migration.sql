-- How often the holder of a job vanished among other jobs since its last progress. From two on it is quarantined.
alter table jobs.job add column losses smallint not null default 0;

drop index jobs.job_ready;
create index job_ready on jobs.job (shard, claim_key, id) where state = 'QUEUED' and losses < 2;
drop index jobs.job_sleeping;
create index job_sleeping on jobs.job (run_at) where state = 'WAITING' and run_at is not null and losses < 2;
create index job_quarantined on jobs.job (attempt, claim_key, id) where state in ('QUEUED', 'WAITING') and losses >= 2;
create index job_died_alone on jobs.job (finished_at) where state = 'DEAD' and losses >= 2;

-- An agent whose jobs kill what runs them starts nothing new until somebody has looked.
alter table jobs.agent add column paused_at timestamptz;
alter table jobs.agent add column resumed_at timestamptz;
alter table jobs.agent add column pause_reason text;
create index agent_paused on jobs.agent (id) where paused_at is not null;
grant update (paused_at, pause_reason) on jobs.agent to operandi_worker;
