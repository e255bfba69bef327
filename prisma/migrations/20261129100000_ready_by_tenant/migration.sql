-- A claim steps from tenant to tenant where some of them hold their share of a worker already.
create index job_ready_by_tenant on jobs.job (tenant_id, claim_key, id) where state = 'QUEUED' and shard = 0 and losses < 2;
