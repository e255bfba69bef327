import { createAssertionSigner, createAssertionVerifier } from '../core/access/assertion.ts';
import { createKeyAuthenticator } from '../core/access/authenticate-key.ts';
import { insertApiKey } from '../core/access/insert-api-key.ts';
import { permissions } from '../core/access/permissions.ts';
import { publishAgent } from '../core/jobs/publish-agent.ts';
import { submitJob } from '../core/jobs/submit-job.ts';
import { newSigningKey, publicKeyOf } from '../kernel/crypto/assertion-keys.ts';
import { migrateDatabase, openDatabase } from '../kernel/database/database.ts';
import { newId } from '../kernel/ids.ts';
import { createLogger } from '../kernel/logger.ts';
import { createJobsSubgraph } from '../subgraphs/jobs/jobs-subgraph.ts';
import { greeting } from '../tests/support/definitions.ts';
import { startPostgres } from '../tests/support/start-postgres.ts';
import { contextOfNewTenant, openTestServices } from '../tests/support/verb-context.ts';

/*
 * What knowing and guarding the caller costs a request, part by part, beside a typical query: twenty jobs with their agents,
 * over a real server. Parts take turns; each figure is a median.
 */

const rounds = 300;
const query = '{ jobs(first: 20) { nodes { id state priority createdAt agent { id name } } } }';

const log = createLogger({ level: 'silent', name: 'bench' });
await using server = await startPostgres({ isDurable: true });
if (server === undefined) throw new Error('PostgreSQL is not installed');
const config = { databaseUrl: server.urlOf('postgres'), dataDir: '', databasePoolSize: 4 };
await migrateDatabase(config, log);
await using database = await openDatabase(config, log);
await using services = openTestServices(database);
const context = await contextOfNewTenant(services);
const { tenantId } = context.actor;
await publishAgent(context, { definition: greeting() });
for (let n = 0; n < 20; n += 1)
  await submitJob(context, { agent: 'greet', input: { name: 'Ada' } });
const { secret } = await database.withTenant(tenantId, (tx) =>
  insertApiKey(tx, database, {
    ...{ tenantId, name: 'bench', permissions, createdBy: 'bench', expiresAt: null },
  }),
);

const key = newSigningKey();
const sign = createAssertionSigner(key);
const verify = createAssertionVerifier(publicKeyOf(key), 'jobs');
const settings = { assertionPublicKeys: publicKeyOf(key), introspection: false };
await using subgraph = createJobsSubgraph(services, settings);
using keys = createKeyAuthenticator(services);
const { actor } = await keys.authenticateKey(secret);
const { signal } = new AbortController();

const asked = { requestId: '', assertion: '' };
const select =
  'select id, state from jobs.job where tenant_id = $1::uuid order by id desc limit 20';
const parts: Readonly<Record<string, () => Promise<unknown>>> = {
  'authenticate a known key': () => keys.authenticateKey(secret),
  'sign an assertion': async () => {
    asked.requestId = newId();
    asked.assertion = await sign(actor, { subgraph: 'jobs', requestId: asked.requestId });
  },
  'verify it': () => verify(asked.assertion, asked.requestId),
  'a transaction, no role and no tenant': () =>
    database.prisma.$transaction((tx) => tx.$queryRawUnsafe(select, tenantId)),
  'the same as the tenant': () =>
    database.withTenant(tenantId, (tx) => tx.$queryRawUnsafe(select, tenantId)),
  'the query, guarded, in the subgraph': () =>
    subgraph.execute({
      body: JSON.stringify({ query }),
      headers: { 'x-operandi-actor': asked.assertion, 'x-request-id': asked.requestId },
      signal,
    }),
};

const times = new Map(Object.keys(parts).map((name) => [name, [] as number[]]));
for (let round = -20; round < rounds; round += 1) {
  for (const [name, run] of Object.entries(parts)) {
    const began = performance.now();
    await run();
    if (round >= 0) times.get(name)?.push((performance.now() - began) * 1000);
  }
}
const medians = [...times].map(([what, list]) => ({
  what,
  us: list.toSorted((left, right) => left - right)[Math.floor(rounds / 2)] ?? Number.NaN,
}));
const [known = 0, signed = 0, verified = 0, plain = 0, tenant = 0, whole = 1] = medians.map(
  ({ us }) => us,
);
const guard = known + signed + verified + Math.max(0, tenant - plain);
console.table(medians.map(({ what, us }) => ({ what, 'us, median': Math.round(us) })));
console.log(
  `guard: ${Math.round(guard)} us, ${((100 * guard) / (whole + signed + known - guard)).toFixed(1)} % of the query without it`,
);
