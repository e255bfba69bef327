-- How many of each kind of thing a tenant may have, where it is not what the setting says: {"keys": 500}.
alter table access.tenant add column quotas jsonb;
