import { readFileSync } from 'node:fs';
import { connect } from 'node:net';

import { getIntrospectionQuery } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { ask, startGateway } from '../../gateway/testing/start-gateway.ts';
import { readConfig } from '../../kernel/config/config.ts';
import type { Database } from '../../kernel/database/database.ts';
import { isJsonObject, type JsonValue } from '../../kernel/json.ts';
import { createJobsSubgraph } from '../../subgraphs/jobs/jobs-subgraph.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { jobRow } from '../support/jobs.ts';
import { actorOf, at, post, testSettings, vouched } from '../support/subgraph.ts';
import { insertTenant } from '../support/tenant.ts';
import { until } from '../support/until.ts';
import { openTestServices, type TestServices } from '../support/verb-context.ts';

let db: TestDatabase;
let services: TestServices;

beforeAll(async () => {
  db = await createTestDatabase();
  services = openTestServices(db.database);
});

afterAll(async () => {
  await services[Symbol.asyncDispose]();
  await db[Symbol.asyncDispose]();
});

/** The database with a count of each tenant's transactions, and of those it holds at once. */
function counted(database: Database) {
  const counts = new Map<string, { all: number; now: number; most: number }>();
  const countOf = (tenantId: string) => {
    const count = counts.get(tenantId) ?? { all: 0, now: 0, most: 0 };
    counts.set(tenantId, count);
    return count;
  };
  const counting: Database = {
    ...database,
    withTenant: async (tenantId, work, options) => {
      const count = countOf(tenantId);
      count.all += 1;
      count.now += 1;
      count.most = Math.max(count.most, count.now);
      try {
        return await database.withTenant(tenantId, work, options);
      } finally {
        count.now -= 1;
      }
    },
  };
  return { countOf, database: counting };
}

const nested = `{ jobs(first: 60) { nodes { id events(first: 5) { nodes { type job { id
  steps(first: 5) { nodes { name } } events(first: 5) { nodes { type } } } } } } } }`;

test('reads the lists of a level together, and leaves most of the pool to other tenants', async () => {
  const { countOf, database } = counted(db.database);
  await using subgraph = createJobsSubgraph({ ...services, database }, testSettings);
  const [greedy, second] = [await insertTenant(db.database), await insertTenant(db.database)];
  await services.queue.submit(Array.from({ length: 60 }, () => jobRow(greedy)));
  const own = jobRow(second);
  await services.queue.submit([own]);
  const run = async (tenantId: string, query: string): Promise<JsonValue> => {
    const headers = await vouched(actorOf(tenantId));
    const { signal } = new AbortController();
    const { body } = await subgraph.execute({ body: JSON.stringify({ query }), headers, signal });
    // The subgraph's own answer: JSON it is.
    return JSON.parse(body) as JsonValue;
  };
  const one = await run(greedy, nested);
  expect(at(one, 'data', 'jobs', 'nodes')).toHaveLength(60);
  expect(JSON.stringify(one)).not.toContain('errors');
  // One for the jobs and one for each of the three lists below, which have one statement for all their parents.
  expect(countOf(greedy).all).toBeLessThanOrEqual(8);

  const aliased = `{ ${Array.from({ length: 40 }, (_, index) => `a${index}: jobs(first: 5) { nodes { id } }`).join(' ')} }`;
  const attacks = Array.from({ length: 10 }, () => run(greedy, aliased));
  const answer = await run(second, '{ jobs { nodes { id } } }');
  expect(at(answer, 'data', 'jobs', 'nodes')).toEqual([{ id: own.jobId }]);
  for (const attack of await Promise.all(attacks)) expect(isJsonObject(attack)).toBe(true);
  expect(countOf(greedy).most).toBeLessThanOrEqual(5);
});

test('answers each list by its own arguments, and a fault in those of one to that one alone', async () => {
  await using subgraph = createJobsSubgraph(services, testSettings);
  const tenantId = await insertTenant(db.database);
  await services.queue.submit([jobRow(tenantId), jobRow(tenantId)]);
  const query = `{ jobs { nodes { id one: events(first: 1) { nodes { seq } pageInfo { hasNextPage } }
    last: events(last: 1) { nodes { seq } } bad: steps(after: "no cursor") { nodes { name } } } } }`;
  const nullable = query.replace('bad: steps(after: "no cursor") { nodes { name } }', '');
  const headers = await vouched(actorOf(tenantId));
  const { signal } = new AbortController();
  const run = async (text: string) =>
    (await subgraph.execute({ body: JSON.stringify({ query: text }), headers, signal })).body;
  expect(await run(query)).toContain('after is not a cursor of this list');
  const good = await run(nullable);
  expect(good).not.toContain('errors');
  expect(good.match(/"seq":1/g)).toHaveLength(4);
});

test('refuses by its cost what would read a million rows, and no introspection', async () => {
  const { door } = readConfig({ OPERANDI_DATA_DIR: '/nonexistent' });
  const sdl = readFileSync(new URL('../../schema/supergraph.graphql', import.meta.url), 'utf8');
  await using gateway = await startGateway({
    supergraph: { sdl },
    config: { limits: { maxCost: door.cost } },
  });
  const level = (inner: string) => `events(first: 100) { nodes { job { ${inner} } } }`;
  const query = `{ jobs(first: 100) { nodes { ${level(level(level('id')))} } } }`;
  const { status, body } = await ask(gateway.url, { query });
  expect([status, JSON.stringify(body)]).toEqual([400, expect.stringContaining('COST_EXCEEDED')]);
  const schema = await ask(gateway.url, { query: getIntrospectionQuery() });
  expect(at(schema.body, 'data', '__schema', 'queryType', 'name')).toBe('Query');
});

test('reads no body at a subgraph for which the gateway does not vouch', async () => {
  await using subgraph = createJobsSubgraph(services, testSettings);
  const { url } = await subgraph.listen({ host: '127.0.0.1', port: 0 });
  const socket = connect({ host: '127.0.0.1', port: Number(new URL(url).port) });
  let answer = '';
  socket.on('data', (chunk: Buffer) => (answer += chunk.toString()));
  socket.write(
    'POST /graphql HTTP/1.1\r\nhost: jobs\r\ncontent-type: application/json\r\ncontent-length: 1000000\r\n\r\n{',
  );
  await until('the attacker is answered', () => answer.includes('UNAUTHENTICATED'));
  expect(answer).toMatch(/^HTTP\/1\.1 401 [^]*connection: close/i);
  await until('the connection has ended', () => socket.readableEnded);
  socket.destroy();
  const headers = await vouched(actorOf(await insertTenant(db.database)));
  const { data } = await post(url, { query: '{ jobs { nodes { id } } }' }, headers);
  expect(data).toEqual({ jobs: { nodes: [] } });
});
