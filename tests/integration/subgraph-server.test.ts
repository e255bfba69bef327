import { auditServer } from 'graphql-http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { createAssertionSigner } from '../../core/access/assertion.ts';
import type { Services } from '../../core/context.ts';
import { publishAgent } from '../../core/jobs/publish-agent.ts';
import { submitJob } from '../../core/jobs/submit-job.ts';
import { newId } from '../../kernel/ids.ts';
import { newSigningKey } from '../../kernel/crypto/assertion-keys.ts';
import { createJobsSubgraph } from '../../subgraphs/jobs/jobs-subgraph.ts';
import type { Subgraph } from '../../subgraphs/server/subgraph.ts';
import { createTestDatabase } from '../support/database.ts';
import { greeting } from '../support/definitions.ts';
import { recordingLog } from '../support/log.ts';
import { actorOf, at, post, testKey, testSettings, vouched } from '../support/subgraph.ts';
import { insertTenant } from '../support/tenant.ts';
import { auditLogOf, contextFor, openTestServices } from '../support/verb-context.ts';

const stack = new AsyncDisposableStack();
const { log, lines } = recordingLog();
let services: Services;
let subgraph: Subgraph;
let url: string;
let tenantId: string;
let headers: Record<string, string>;

beforeAll(async () => {
  const { database } = stack.use(await createTestDatabase());
  services = stack.use(openTestServices(database, { log }));
  subgraph = stack.use(createJobsSubgraph(services, testSettings));
  ({ url } = await subgraph.listen({ host: '127.0.0.1', port: 0 }));
  tenantId = await insertTenant(database);
  headers = await vouched(actorOf(tenantId));
});

afterAll(() => stack.disposeAsync());

/** A job of the tenant. */
async function newJob(tenant = tenantId): Promise<string> {
  const context = contextFor(services, tenant);
  await publishAgent(context, { definition: greeting() });
  return (await submitJob(context, { agent: 'greet', input: { name: 'Ada' } })).jobId;
}

describe('who calls', () => {
  const query = '{ queue { queued } }';
  const actor = () => actorOf(tenantId);

  it.each([
    ['missing', () => Promise.resolve({})],
    ['empty', () => Promise.resolve({ 'x-operandi-actor': '' })],
    ['no token', () => Promise.resolve({ 'x-operandi-actor': 'admin' })],
    ['signed with another key', () => vouched(actor(), { key: newSigningKey() })],
    ['made for another subgraph', () => vouched(actor(), { subgraph: 'access' })],
    [
      'made for another request',
      async () => ({ ...(await vouched(actor())), 'x-request-id': newId() }),
    ],
    [
      'of no request',
      async () => ({ 'x-operandi-actor': (await vouched(actor()))['x-operandi-actor'] ?? '' }),
    ],
    [
      'expired',
      () =>
        Promise.resolve({
          'x-operandi-actor': createAssertionSigner(testKey)(
            actor(),
            { subgraph: 'jobs', requestId: 'old' },
            new Date(Date.now() - 120_000),
          ),
          'x-request-id': 'old',
        }),
    ],
  ])('is nobody when the assertion is %s', async (_flaw, flawed) => {
    const { status, errors, data } = await post(url, { query }, await flawed());
    expect({ status, data }).toEqual({ status: 401, data: null });
    expect(errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
  });

  it('is not taken from any other header', async () => {
    const { status } = await post(
      url,
      { query },
      { 'x-tenant-id': tenantId, authorization: 'Bearer admin', 'x-roles': 'ADMIN' },
    );
    expect(status).toBe(401);
  });

  it('is the actor of the assertion, in process as on the port', async () => {
    const signal = AbortSignal.timeout(5_000);
    const inProcess = await subgraph.execute({ body: JSON.stringify({ query }), headers, signal });
    const overHttp = await post(url, { query }, headers);
    expect(inProcess).toMatchObject({ status: 200, body: overHttp.text });
  });
});

describe('HTTP', () => {
  it('passes every audit of GraphQL over HTTP', async () => {
    const results = await auditServer({
      url,
      fetchFn: (input: string, init: RequestInit = {}) =>
        fetch(input, {
          ...init,
          headers: { ...headers, ...(init.headers as Record<string, string>) },
        }),
    });
    expect(results).toHaveLength(61);
    expect(
      results.filter(({ status }) => status !== 'ok').map(({ id, name }) => `${id} ${name}`),
    ).toEqual([]);
  });

  it('gives the request id back, and takes no malformed one', async () => {
    const query = '{ __typename }';
    const asked = (requestId: string) => vouched(actorOf(tenantId), { requestId });
    const known = await post(url, { query }, await asked('request-1'));
    const strange = await post(url, { query }, await asked('a b"c'));
    expect(known.headers.get('x-request-id')).toBe('request-1');
    expect(strange.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  });

  it.each([
    ['broken JSON', '{"query":', 'application/json'],
    ['invalid UTF-8', new Uint8Array([0x22, 0xff, 0x22]), 'application/json'],
    ['another charset', '{"query":"{__typename}"}', 'application/json; charset=latin1'],
    ['a form', 'query={__typename}', 'application/x-www-form-urlencoded'],
    ['an array', '[{"query":"{__typename}"}]', 'application/json'],
    ['nothing', '', 'application/json'],
  ])('answers %s with a GraphQL error in JSON', async (_name, body, contentType) => {
    const response = await fetch(url, {
      method: 'POST',
      body,
      headers: { ...headers, 'content-type': contentType },
    });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      errors: [{ extensions: { requestId: expect.any(String) as string } }],
    });
  });

  it('refuses a body over the limit without reading it to its end', async () => {
    const { status, errors } = await post(
      url,
      { query: `# ${'x'.repeat(9 * 1024 * 1024)}` },
      headers,
    );
    expect(status).toBe(413);
    expect(errors).toMatchObject([{ extensions: { code: 'PAYLOAD_TOO_LARGE' } }]);
  });

  it('tells of its health and its metrics', async () => {
    const { origin } = new URL(url);
    expect(await (await fetch(`${origin}/health/live`)).json()).toEqual({ status: 'live' });
    expect((await fetch(`${origin}/health/ready`)).status).toBe(200);
    expect(await (await fetch(`${origin}/metrics`)).text()).toContain(
      'operandi_subgraph_request_seconds',
    );
    expect((await fetch(`${origin}/nothing`)).status).toBe(404);
  });
});

describe('limits', () => {
  it('refuses a fragment bomb before it runs', async () => {
    const bomb = Array.from(
      { length: 30 },
      (_, n) =>
        `fragment F${String(n)} on Job { a: parent { ...F${String(n + 1)} } b: parent { ...F${String(n + 1)} } }`,
    );
    const query = `query { job(id: "${newId()}") { ...F0 } } ${bomb.join('\n')} fragment F30 on Job { id }`;
    await post(url, { query: '{ __typename }' }, headers);
    const { errors, status } = await post(url, { query }, headers);
    expect(status).toBe(400);
    expect(['COST_EXCEEDED', 'LIMIT_EXCEEDED']).toContain(errors[0]?.extensions['code']);
  });

  it.each([
    [
      'aliases',
      `{ ${Array.from({ length: 2_000 }, (_, n) => `a${String(n)}: __typename`).join(' ')} }`,
    ],
    ['levels', `{ job(id: "x") ${'{ parent '.repeat(40)} { id } ${'}'.repeat(40)} }`],
    ['tokens', `{ ${'a '.repeat(30_000)} }`],
    ['repeated fields', `{ ${'__typename '.repeat(5_000)} }`],
    ['directives', `{ __typename ${'@include(if: true) '.repeat(100)} }`],
  ])('refuses too many %s', async (_what, query) => {
    const { status, errors } = await post(url, { query }, headers);
    expect(status).toBe(400);
    expect(errors).toHaveLength(1);
  });

  it.each([
    ['a fragment cycle', '{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }'],
    ['an unknown field', '{ nope }'],
  ])('refuses %s as invalid', async (_what, query) => {
    const { errors } = await post(url, { query }, headers);
    expect(errors).toMatchObject([{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }]);
  });

  it('refuses JSON that is deep, infinite or reaches for a prototype', async () => {
    const query =
      'mutation ($input: JSON) { submitJob(input: { agent: "greet", input: $input }) { isNew } }';
    const send = (input: string) =>
      fetch(url, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json' },
        body: `{"query":${JSON.stringify(query)},"variables":{"input":${input}}}`,
      });
    for (const input of [
      '['.repeat(10_000) + ']'.repeat(10_000),
      '1e999',
      '{"a":{"__proto__":{"x":1}}}',
    ]) {
      const answer = await (await send(input)).json();
      expect(answer).toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
    }
  });
});

describe('results', () => {
  it('are rendered by the template of the definition in the nearest locale, null before the end', async () => {
    const id = await newJob();
    const query = `{ job(id: "${id}") { text: result(format: TEXT, locale: "de-CH") { locale contentType content }
      html: result(format: HTML) { content } json: result { format content } } }`;
    expect((await post(url, { query }, headers)).data).toEqual({
      job: { text: null, html: null, json: null },
    });
    const claimed = await services.queue.claim({ owner: 'worker', limit: 100, leaseMs: 60_000 });
    const held = claimed.find(({ jobId }) => jobId === id) ?? { jobId: id, epoch: -1 };
    await services.queue.finish(held, {}, { state: 'SUCCEEDED', output: '<b>Hello</b>' });
    expect(at((await post(url, { query }, headers)).data, 'job')).toEqual({
      text: {
        locale: 'de',
        contentType: 'text/plain; charset=utf-8',
        content: 'Liebe Ada, <b>Hello</b>!',
      },
      html: { content: '<p>&lt;b&gt;Hello&lt;/b&gt;</p>' },
      json: { format: 'JSON', content: '"<b>Hello</b>"' },
    });
    const missing = await post(
      url,
      { query: `{ job(id: "${id}") { result(format: XML) { content } } }` },
      headers,
    );
    expect(missing.errors).toMatchObject([
      { extensions: { code: 'BAD_USER_INPUT', field: 'format' } },
    ]);
  });
});

describe('introspection', () => {
  it('is closed with hints hidden unless configured, and _service always unless configured', async () => {
    await using closed = createJobsSubgraph(services, { ...testSettings, introspection: false });
    const ask = async (server: Subgraph, query: string) => {
      const { body } = await server.execute({
        body: JSON.stringify({ query }),
        headers,
        signal: AbortSignal.timeout(5_000),
      });
      return body;
    };
    expect(await ask(subgraph, '{ __schema { queryType { name } } }')).toContain('"Query"');
    expect(await ask(closed, '{ __schema { queryType { name } } }')).toContain(
      'GRAPHQL_VALIDATION_FAILED',
    );
    expect(await ask(closed, '{ jobz { nodes { id } } }')).not.toContain('Did you mean');
    expect(await ask(subgraph, '{ _service { sdl } }')).toContain('FORBIDDEN');
    await using open = createJobsSubgraph(services, { ...testSettings, servesSdl: true });
    expect(await ask(open, '{ _service { sdl } }')).toContain('type Job');
  });
});

describe('errors', () => {
  it('are masked and logged under the request id when they are not ours to tell', async () => {
    const { errors } = await post(
      url,
      { query: '{ jobs { nodes { id } } }' },
      await vouched(actorOf(tenantId), { requestId: 'request-masked' }),
    );
    expect(errors).toEqual([]);
    const broken = createJobsSubgraph(
      {
        ...services,
        database: {
          ...services.database,
          withTenant: () => Promise.reject(new Error('password=hunter2')),
        },
      },
      testSettings,
    );
    const { body } = await broken.execute({
      body: JSON.stringify({ query: '{ queue { queued } }' }),
      headers: await vouched(actorOf(tenantId), { requestId: 'request-masked' }),
      signal: AbortSignal.timeout(5_000),
    });
    await broken[Symbol.asyncDispose]();
    expect(JSON.parse(body)).toMatchObject({
      errors: [{ path: ['queue'], extensions: { code: 'INTERNAL', requestId: 'request-masked' } }],
    });
    expect(body).not.toContain('hunter2');
    expect(
      lines.some((line) => line.includes('request-masked') && line.includes('a request failed')),
    ).toBe(true);
  });

  it('of a list are told with their path beside what could be read', async () => {
    const id = await newJob();
    const query = `{ job(id: "${id}") { id state events(first: 1000) { nodes { seq } } } }`;
    const { errors } = await post(url, { query }, headers);
    expect(errors).toMatchObject([
      { path: ['job', 'events'], extensions: { code: 'BAD_USER_INPUT', field: 'first' } },
    ]);
  });
});

describe('permissions', () => {
  it('name what is missing', async () => {
    const reader = await vouched(actorOf(tenantId, ['JOBS_READ']));
    const { errors, data } = await post(
      url,
      { query: 'mutation { cancelJob(input: { id: "x" }) { job { id } } }' },
      reader,
    );
    expect(data).toBeNull();
    expect(errors).toMatchObject([
      {
        message: expect.stringContaining('JOBS_OPERATE') as string,
        extensions: { code: 'FORBIDDEN' },
      },
    ]);
  });

  it('put a refused mutation on record', async () => {
    const tenant = await insertTenant(services.database);
    const reader = await vouched(actorOf(tenant, ['JOBS_READ']));
    await post(url, { query: 'mutation { cancelJob(input: { id: "x" }) { job { id } } }' }, reader);
    expect(await auditLogOf(services.database, tenant)).toMatchObject([{ action: 'job.cancel' }]);
  });

  it('are asked for each alias by itself', async () => {
    const mine = await newJob();
    const theirs = await newJob(await insertTenant(services.database));
    const query = `{ a: job(id: "${mine}") { id } b: job(id: "${theirs}") { id } c: job(id: "${mine}") { id } }`;
    const { data } = await post(url, { query }, headers);
    expect(data).toEqual({ a: { id: mine }, b: null, c: { id: mine } });
  });

  it('let who may only submit see its job, and not what lies beyond', async () => {
    await newJob();
    const submitter = await vouched(actorOf(tenantId, ['JOBS_SUBMIT']));
    const query = `mutation { submitJob(input: { agent: "greet", input: { name: "Ada" } }) { isNew job { id state input agent { id } } } }`;
    const { data, errors } = await post(url, { query }, submitter);
    expect(errors).toMatchObject([
      { path: ['submitJob', 'job', 'agent'], extensions: { code: 'FORBIDDEN' } },
    ]);
    expect(data).toEqual({ submitJob: { isNew: true, job: null } });
  });
});

describe('entities', () => {
  const query =
    'query ($representations: [_Any!]!) { _entities(representations: $representations) { ... on Job { id state } } }';

  it('are read in one query and in order, null for what the tenant does not have', async () => {
    const mine = [await newJob(), await newJob()];
    const theirs = await newJob(await insertTenant(services.database));
    const ids = [mine[1] ?? '', theirs, mine[0] ?? '', 'no uuid', newId()];
    const representations = ids.map((id) => ({ __typename: 'Job', id }));
    const { data, errors } = await post(url, { query, variables: { representations } }, headers);
    expect(errors).toEqual([]);
    expect(at(data, '_entities')).toEqual([
      { id: mine[1], state: 'QUEUED' },
      null,
      { id: mine[0], state: 'QUEUED' },
      null,
      null,
    ]);
  });

  it('are forbidden without the permission to read', async () => {
    const submitter = await vouched(actorOf(tenantId, ['JOBS_SUBMIT']));
    const representations = [{ __typename: 'Job', id: await newJob() }];
    const { data, errors } = await post(url, { query, variables: { representations } }, submitter);
    expect(data).toBeNull();
    expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
  });
});

describe('refusals', () => {
  it('are user errors of the payload, with what can be answered all the same', async () => {
    const definition = greeting().replace('set:', 'sett:');
    const query =
      'mutation ($input: PublishAgentInput!) { publishAgent(input: $input) { agent { id } findings { id severity line } userErrors { code field message } } }';
    const { data, errors } = await post(
      url,
      { query, variables: { input: { definition } } },
      headers,
    );
    expect(errors).toEqual([]);
    expect(at(data, 'publishAgent')).toMatchObject({
      agent: null,
      findings: [{ severity: 'ERROR' }],
      userErrors: [{ code: 'DEFINITION_INVALID', field: 'input.definition' }],
    });
  });

  it('of one job do not touch the others of a bulk', async () => {
    await newJob();
    const query = `mutation { submitJobs(input: { jobs: [
      { agent: "greet", input: { name: "Ada" } }, { agent: "greet", input: {} } ] })
      { results { isNew job { state } userErrors { code field } } userErrors { code } } }`;
    const { data } = await post(url, { query }, headers);
    expect(at(data, 'submitJobs')).toEqual({
      results: [
        { isNew: true, job: { state: 'QUEUED' }, userErrors: [] },
        { isNew: false, job: null, userErrors: [{ code: 'INPUT_INVALID', field: '1.input.name' }] },
      ],
      userErrors: [],
    });
  });

  it('tell an unknown id as NOT_FOUND', async () => {
    const query = `mutation { cancelJob(input: { id: "${newId()}" }) { job { id } userErrors { code } } }`;
    const { data } = await post(url, { query }, headers);
    expect(data).toEqual({ cancelJob: { job: null, userErrors: [{ code: 'NOT_FOUND' }] } });
  });
});

describe('stopping', () => {
  it('finishes requests that are under way and takes no new ones', async () => {
    const own = createJobsSubgraph(services, testSettings);
    const { url: address } = await own.listen({ host: '127.0.0.1', port: 0 });
    await newJob();
    const query =
      'mutation { runJob(input: { timeoutMs: 300, job: { agent: "greet", input: { name: "Ada" } } }) { isNew } }';
    const running = post(address, { query }, headers);
    await new Promise((resolve) => setTimeout(resolve, 50));
    const closed = own[Symbol.asyncDispose]();
    expect((await running).data).toEqual({ runJob: { isNew: true } });
    await closed;
    await expect(post(address, { query }, headers)).rejects.toThrow();
  });
});
