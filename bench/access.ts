import { readFileSync } from 'node:fs';
import process from 'node:process';
import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';

import { createAssertionSigner, createAssertionVerifier } from '../core/access/assertion.ts';
import { createKeyAuthenticator } from '../core/access/authenticate-key.ts';
import { insertApiKey } from '../core/access/insert-api-key.ts';
import { permissions } from '../core/access/permissions.ts';
import { publishAgent } from '../core/jobs/publish-agent.ts';
import { submitJob } from '../core/jobs/submit-job.ts';
import type { Authenticate } from '../gateway/admit/identity.ts';
import { createHttpTransport } from '../gateway/execute/transport/http-transport.ts';
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
import { PrismaClient } from '../prisma/_generated/client.ts';
import { startPostgres } from '../tests/support/start-postgres.ts';
import { contextOfNewTenant, openTestServices } from '../tests/support/verb-context.ts';
import { postmasterOf } from './processes.ts';

/*
 * What knowing and guarding the caller costs a typical query: twenty jobs with their agents, asked of the gateway over its
 * socket, on a real server. Two platforms take turns: one with all that guards it (key, assertion signed and verified,
 * shield, role and row-level security), one with nothing of it; each once with gateway and subgraph in one process, as
 * embedded, and once with a socket between them, as apart. CPU is that of this process, client, gateway and subgraph
 * together, and `database` that of the server's processes: the tenth of the rounds from below, as what else the machine
 * does only adds to it.
 */

const rounds = 100;
const perRound = 10;
const quantile = 0.1;
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
// As ours begins a transaction, but for nobody: limits of time and the zone guard no access.
class NobodysClient extends pg.Client {
  override query(...asked: unknown[]): never {
    const send = super.query.bind(this) as (...args: unknown[]) => never;
    const [first] = asked;
    const isBegin =
      typeof first === 'object' && first !== null && 'text' in first && first.text === 'BEGIN';
    return isBegin ? send(nobodysBegin) : send(...asked);
  }
}
const nobodysBegin =
  "begin read only; set local statement_timeout = 15000; set local timezone = 'UTC'; set local datestyle = 'ISO, MDY'";
const nobodysPool = new pg.Pool({ ...database.pool.options, Client: NobodysClient });
const nobodys = new PrismaClient({ adapter: new PrismaPg(nobodysPool) });
const open: Database = {
  ...database,
  withTenant: (_tenant, work) => nobodys.$transaction(work, { timeout: 20_000, maxWait: 10_000 }),
};
const parts = jobsParts();
await using bareJobs = createSubgraph(
  { ...parts, permissions: unguarded(parts.permissions) },
  { ...services, database: open },
  settings,
);
await using guardedJobs = createJobsSubgraph(services, settings);
const anybody: Authenticate = () =>
  Promise.resolve({
    ...{ key: 'anybody', tenantId, isAuthenticated: true },
    headers: () => Promise.resolve({}),
  });
const knowing = createAuthenticate(
  { keys, tokens: { authenticate: noTokens, [Symbol.dispose]: () => undefined } },
  sign,
);
await using bare = await startGateway({
  ...{ supergraph, transports: () => transportOf(bareJobs, known) },
  authenticate: anybody,
});
await using guarded = await startGateway({
  ...{ supergraph, transports: () => transportOf(guardedJobs, {}) },
  authenticate: knowing,
});
const [bareOverHttp, guardedOverHttp] = await Promise.all([
  overHttp(bareJobs),
  overHttp(guardedJobs),
]);
await using bareApart = await startGateway({
  ...{ supergraph, transports: () => transportOf(bareOverHttp, known) },
  authenticate: anybody,
});
await using guardedApart = await startGateway({
  ...{ supergraph, transports: () => transportOf(guardedOverHttp, {}) },
  authenticate: knowing,
});

const verify = createAssertionVerifier(publicKeyOf(key), 'jobs');
const select =
  'select id, state from jobs.job where tenant_id = $1::uuid order by id desc limit 20';
const ways: Readonly<Record<string, () => unknown>> = {
  'in one process, unguarded': () => ask(bare.url),
  'in one process, guarded': () => ask(guarded.url),
  'apart, unguarded': () => ask(bareApart.url),
  'apart, guarded': () => ask(guardedApart.url),
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

const postmaster = await postmasterOf(database.pool);
const figures = new Map(
  Object.keys(ways).map((what) => [what, { cpu: [] as number[], database: [] as number[] }]),
);
for (let round = -20; round < rounds; round += 1) {
  const inTurn = round % 2 === 0 ? Object.entries(ways) : Object.entries(ways).toReversed();
  for (const [what, run] of inTurn) {
    const serverBefore = cpuOfChildren(postmaster);
    const before = process.cpuUsage();
    for (let n = 0; n < perRound; n += 1) await run();
    const { user, system } = process.cpuUsage(before);
    const ofServer = cpuOfChildren(postmaster) - serverBefore;
    if (round < 0) continue;
    figures.get(what)?.cpu.push((user + system) / perRound);
    figures.get(what)?.database.push(ofServer / perRound);
  }
}
const table = [...figures].map(([what, figure]) => ({
  what,
  cpu: Math.round(low(figure.cpu)),
  database: Math.round(low(figure.database)),
}));
clearInterval(renewed);
await Promise.all([bareOverHttp.close(), guardedOverHttp.close()]);
await nobodys.$disconnect();
await nobodysPool.end();
console.log('microseconds of processor time of a request');
console.table(table);
const [bareHere, guardedHere, bareThere, guardedThere] = table;
for (const [where, without, within] of [
  ['in one process', bareHere, guardedHere],
  ['apart', bareThere, guardedThere],
] as const) {
  if (without === undefined || within === undefined) continue;
  const alone = within.cpu / without.cpu - 1;
  const inAll = (within.cpu + within.database) / (without.cpu + without.database) - 1;
  console.log(
    `${where}, the guard costs ${percent(alone)} of the query without it, ${percent(inAll)} with the database's share`,
  );
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
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

async function overHttp(subgraph: Subgraph): Promise<SubgraphTransport> {
  const { url } = await subgraph.listen({ host: '127.0.0.1', port: 0 });
  return createHttpTransport({ name: 'jobs', url, connections: 4, maxResponseBytes: 1_000_000 });
}

function transportOf(
  subgraph: Pick<SubgraphTransport, 'execute' | 'subscribe'>,
  headers: Readonly<Record<string, string>>,
): SubgraphTransport {
  return {
    ...subgraph,
    execute: (request) =>
      subgraph.execute({ ...request, headers: { ...request.headers, ...headers } }),
    close: () => Promise.resolve(),
  };
}

function low(list: readonly number[]): number {
  const sorted = list.toSorted((left, right) => left - right);
  return sorted[Math.floor(list.length * quantile)] ?? Number.NaN;
}

/** Microseconds that the processes of the server have had so far. */
function cpuOfChildren(parent: number): number {
  const children = readFileSync(`/proc/${parent}/task/${parent}/children`, 'utf8')
    .trim()
    .split(' ');
  const nanoseconds = children.map((pid) =>
    Number(readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[0]),
  );
  return nanoseconds.reduce((sum, one) => sum + one, 0) / 1_000;
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
