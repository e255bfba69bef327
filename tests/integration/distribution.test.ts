import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

/** Found before anybody knows the tenant: they stay on one server, or are copied to all. */
const looksForTenant = 'says whose it is';
/** Of the installation as a whole. */
const ofAll = 'belongs to no tenant';
/** Keys of one job: its id is unique among all tenants, so `tenant_id` can go before it; until then they cannot be distributed. */
const ofJob = 'begins with the id of a job or a row of it, which has one tenant';

/** Keys, unique indexes and references that do not begin with the tenant, and why. */
const exceptions: Readonly<Record<string, string>> = {
  'access.access_token access_token_public_id_key': looksForTenant,
  'access.api_key api_key_public_id_key': looksForTenant,
  'access.identity_provider identity_provider_audience_key': looksForTenant,
  'access.identity_provider identity_provider_client_key': looksForTenant,
  'access.session session_public_id_key': looksForTenant,
  'access.tenant tenant_pkey': looksForTenant,
  'jobs.enqueue_grant enqueue_grant_role': looksForTenant,
  'access.key_check key_check_pkey': ofAll,
  'audit.sealer sealer_pkey': ofAll,
  'audit.signing_key signing_key_pkey': ofAll,
  'jobs.history_copier history_copier_pkey': ofAll,
  'jobs.approval approval_pending_key': ofJob,
  'jobs.event event_key': ofJob,
  'jobs.event event_pkey': ofJob,
  'jobs.gate_signal gate_signal_pkey': ofJob,
  'jobs.gate_start gate_start_pkey': ofJob,
  'jobs.job job_pkey': ofJob,
  'jobs.job_io job_io_pkey': ofJob,
  'jobs.journal journal_pkey': ofJob,
  'jobs.listener listener_job_id_wait_fkey': ofJob,
  'jobs.listener listener_of_wait': ofJob,
  'jobs.listener listener_pkey': ofJob,
  'jobs.schedule_match schedule_match_pkey': ofJob,
  'jobs.wait wait_pkey': ofJob,
};

/** Partitions repeat what their table says. */
const notOfTenant = `
  with rules(of, name, first) as (
    select indrelid, indexrelid::regclass::text, indkey[0] from pg_index where indisunique
    union all
    select conrelid, conname, conkey[1] from pg_constraint where contype = 'f')
  select place.nspname || '.' || rel.relname || ' ' || split_part(rules.name, '.', -1) as rule
  from rules
  join pg_class as rel on rel.oid = rules.of and not rel.relispartition
  join pg_namespace as place on place.oid = rel.relnamespace
  left join pg_attribute as head on head.attrelid = rel.oid and head.attnum = rules.first
  where place.nspname in ('access', 'jobs', 'integrations', 'audit')
    and head.attname is distinct from 'tenant_id'`;

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test[Symbol.asyncDispose]());

it('every key, unique index and reference begins with the tenant, or has its reason here', async () => {
  const { rows } = await test.database.pool.query<{ rule: string }>(notOfTenant);
  const found = rows.map(({ rule }) => rule).sort();
  expect(found).toEqual(Object.keys(exceptions).sort());
});
