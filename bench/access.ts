import { readFileSync } from 'node:fs';
import process from 'node:process';

import { createAssertionSigner, createAssertionVerifier } from '../core/access/assertion.ts';
import { createKeyAuthenticator } from '../core/access/authenticate-key.ts';
import { insertApiKey } from '../core/access/insert-api-key.ts';
import { permissions } from '../core/access/permissions.ts';
import { publishAgent } from '../core/jobs/publish-agent.ts';
import { submitJob } from '../core/jobs/submit-job.ts';
import type { SubgraphTransport } from '../gateway/execute/transport/port.ts';
import { createAuthenticate } from '../gateway/operandi/authenticate.ts';
import { supergraphFile } from '../gateway/operandi/supergraph-file.ts';
import { startGateway } from '../gateway/testing/start-gateway.ts';
import { newSigningKey, publicKeyOf } from '../kernel/crypto/assertion-keys.ts';
import { migrateDatabase, openDatabase, type Database } from '../kernel/database/database.ts';
import { newId } from '../kernel/ids.ts';
import { createLogger } from '../kernel/logger.ts';
import { createJobsSubgraph, jobsParts } from '../subgraphs/jobs/jobs-subgraph.ts';
import { createSubgraph } from '../subgraphs/server/create-subgraph.ts';
import { isRule } from '../subgraphs/server/guard.ts';
import { inherited, type PermissionMap } from '../subgraphs/server/permissions.ts';
import type { Subgraph } from '../subgraphs/server/subgraph.ts';
import { greeting } from '../tests/support/definitions.ts';
import { startPostgres } from '../tests/support/start-postgres.ts';
import { contextOfNewTenant, openTestServices } from '../tests/support/verb-context.ts';

/*
 * What knowing and guarding the caller costs a typical query: twenty jobs with their agents, asked of the gateway over its
 * socket, on a real server. Two platforms take turns: one with all that guards it (key, assertion signed and verified,
 * shield, role and row-level security), one with nothing of it. Medians of rounds; CPU is that of this process, client
 * included.
 */

const rounds = 100;
const perRound = 20;
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
const settings = { assertionPublicKeys: publicKeyOf(key), introspection: false };
const supergraph = { sdl: readFileSync(supergraphFile, 'utf8') };
using keys = createKeyAuthenticator(services);
const { actor } = await keys.authenticateKey(secret);

// Who calls the unguarded platform is known before it begins; to be told the same again costs a subgraph nothing.
const constant = { subgraph: 'jobs', requestId: newId() };
const known = { 'x-operandi-actor': sign(actor, constant), 'x-request-id': constant.requestId };
const renewed = setInterval(() => {
  known['x-operandi-actor'] = sign(actor, constant);
}, 20_000).unref();
const open: Database = {
  ...database,
  withTenant: (_tenant, work) => database.prisma.$transaction(work),
};
const parts = jobsParts();
await using bareJobs = createSubgraph(
  { ...parts, permissions: unguarded(parts.permissions) },
  { ...services, database: open },
  settings,
);
await using guardedJobs = createJobsSubgraph(services, settings);
await using bare = await startGateway({
  ...{ supergraph, transports: () => transportOf(bareJobs, known) },
  authenticate: () =>
    Promise.resolve({
      ...{ key: 'anybody', tenantId, isAuthenticated: true },
      headers: () => Promise.resolve({}),
    }),
});
await using guarded = await startGateway({
  ...{ supergraph, transports: () => transportOf(guardedJobs, {}) },
  authenticate: createAuthenticate(
    { keys, tokens: { authenticate: noTokens, [Symbol.dispose]: () => undefined } },
    sign,
  ),
});

const verify = createAssertionVerifier(publicKeyOf(key), 'jobs');
const select =
  'select id, state from jobs.job where tenant_id = $1::uuid order by id desc limit 20';
const ways: Readonly<Record<string, () => unknown>> = {
  'the query, unguarded': () => ask(bare.url),
  'the query, guarded': () => ask(guarded.url),
  'know a key': () => keys.authenticateKey(secret),
  'sign an assertion and verify it': () => {
    const requestId = newId();
    return verify(sign(actor, { ...constant, requestId }), requestId);
  },
  'a transaction, no role and no tenant': () =>
    open.withTenant(tenantId, (tx) => tx.$queryRawUnsafe(select, tenantId)),
  'the same as the tenant': () =>
    database.withTenant(tenantId, (tx) => tx.$queryRawUnsafe(select, tenantId)),
};

const figures = new Map(
  Object.keys(ways).map((what) => [what, { cpu: [] as number[], time: [] as number[] }]),
);
for (let round = -10; round < rounds; round += 1) {
  const inTurn = round % 2 === 0 ? Object.entries(ways) : Object.entries(ways).toReversed();
  for (const [what, run] of inTurn) {
    const before = process.cpuUsage();
    const began = performance.now();
    for (let n = 0; n < perRound; n += 1) await run();
    const time = ((performance.now() - began) * 1000) / perRound;
    const { user, system } = process.cpuUsage(before);
    if (round < 0) continue;
    figures.get(what)?.cpu.push((user + system) / perRound);
    figures.get(what)?.time.push(time);
  }
}
const table = [...figures].map(([what, { cpu, time }]) => ({
  what,
  cpu: Math.round(median(cpu)),
  time: Math.round(median(time)),
}));
clearInterval(renewed);
console.log('microseconds of a request');
console.table(table);
const [without, within] = table;
for (const figure of ['cpu', 'time'] as const) {
  const share = (within?.[figure] ?? 0) / (without?.[figure] ?? 1) - 1;
  console.log(
    `the guard costs ${(100 * share).toFixed(1)} % of the query without it, by ${figure}`,
  );
}

function noTokens(): Promise<never> {
  return Promise.reject(new Error('no tokens here'));
}

async function ask(url: string): Promise<void> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${secret}` },
    body: JSON.stringify({ query }),
  });
  const text = await response.text();
  if (text.includes('"errors"')) throw new Error(text);
}

function transportOf(
  subgraph: Subgraph,
  headers: Readonly<Record<string, string>>,
): SubgraphTransport {
  return {
    ...subgraph,
    execute: (request) =>
      subgraph.execute({ ...request, headers: { ...request.headers, ...headers } }),
    close: () => Promise.resolve(),
  };
}

function median(list: readonly number[]): number {
  return list.toSorted((left, right) => left - right)[Math.floor(list.length / 2)] ?? Number.NaN;
}

/** The same map with a rule for nobody. */
function unguarded(map: PermissionMap): PermissionMap {
  return Object.fromEntries(
    Object.entries(map).map(([type, rules]) => [
      type,
      isRule(rules)
        ? inherited
        : Object.fromEntries(Object.keys(rules).map((field) => [field, inherited])),
    ]),
  );
}
