-- Jobs of another priority than the usual one are looked for among many that have that; the usual one costs no entry.
-- contract: as with the other lists of jobs; a few seconds for millions of them.
create index job_by_priority on jobs.job (tenant_id, priority, created_at, id) where priority <> 1;
