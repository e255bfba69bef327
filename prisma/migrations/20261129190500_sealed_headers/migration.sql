-- Values of fixed headers are as secret as a credential: sealed here, and hidden in the configuration.
alter table integrations.integration add column sealed_headers jsonb;

-- When the credential was taken away because another origin is called.
alter table integrations.integration add column credential_dropped_at timestamptz;
