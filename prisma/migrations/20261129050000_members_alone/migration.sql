-- Idempotency keys of the platform's own submits begin with a character that callers cannot write.
update jobs.job set idempotency_key = E'\x01' || idempotency_key
where (parent_id is not null and idempotency_key like 'child:%')
   or (created_by = 'schedule' and idempotency_key like 'schedule:%');

-- Ticks in a row that started nothing; the next one comes later with each.
alter table jobs.schedule add column failures int not null default 0;
