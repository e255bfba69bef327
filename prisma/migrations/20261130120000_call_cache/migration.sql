-- How the cache of answers took part in a call, how its last try found the breaker, and milliseconds by stage.
alter table integrations.call
  add column cache text,
  add column breaker text,
  add column timing jsonb;

-- Grows when somebody wants what is kept of an integration's answers to be forgotten: nothing that was kept before is found again.
alter table integrations.integration add column cache_epoch integer not null default 0;
