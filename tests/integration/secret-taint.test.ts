import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createEgress, type Egress } from '../../connectors/egress/egress.ts';
import { json, openLoopback, type Loopback } from '../../connectors/testing/loopback.ts';
import type { VerbContext } from '../../core/context.ts';
import { createIntegration } from '../../core/integrations/create-integration.ts';
import { sendEvent } from '../../core/jobs/send-event.ts';
import { setSecret } from '../../core/jobs/set-secret.ts';
import { updateSecret } from '../../core/jobs/update-secret.ts';
import { createEffectLedger } from '../../core/audit/effect-ledger.ts';
import { createPerformCall } from '../../worker/perform-call.ts';
import { allRows } from '../support/all-rows.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { jobState } from '../support/jobs.ts';
import { recordingLog } from '../support/log.ts';
import { until } from '../support/until.ts';
import { contextFor, openTestServices, type TestServices } from '../support/verb-context.ts';
import { publishTestAgent, startTestWorker, type TestWorker } from '../support/worker.ts';

const canary = `cAn"ary/59&c1 ü<7>`;
const token = 'token-of-the-peer-31ab';

/** What may stand in a record instead of a text and gives it away all the same. */
function formsOf(text: string): string[] {
  const bytes = Buffer.from(text);
  const shifted = [0, 1, 2].map((before) =>
    Buffer.concat([Buffer.alloc(before), bytes])
      .toString('base64')
      .slice(4, 16),
  );
  const short = text.slice(2, 12);
  return [...shifted, bytes.toString('hex'), encodeURIComponent(short), short, text.toUpperCase()];
}

const forms = [canary, token].flatMap(formsOf);
const leaksIn = (text: string): readonly string[] =>
  forms.filter((form) => text.includes(form) || text.includes(JSON.stringify(form).slice(1, -1)));

let test: TestDatabase;
let services: TestServices;
let egress: Egress;
let peer: Loopback;
let worker: TestWorker;
const { log, lines } = recordingLog();

beforeAll(async () => {
  test = await createTestDatabase();
  peer = await openLoopback((response, { url, headers, body }) => {
    const echo = { headers, body, url, number: 1.5 };
    if (url.startsWith('/token'))
      json(response, { access_token: token, token_type: 'Bearer', expires_in: 600 });
    else if (url.startsWith('/refuse'))
      json(response, { message: `${'x'.repeat(270)} ${String(headers['x-key'])} ${body}` }, 422);
    else if (url.startsWith('/text'))
      response
        .writeHead(200, { 'content-type': 'text/plain', 'x-echo': encodeURIComponent(canary) })
        .end(`${canary} ${Buffer.from(canary).toString('base64')} ${body}`);
    else json(response, echo);
  });
  services = openTestServices(test.database, { allow: [peer.host], log });
  egress = createEgress({ allow: [peer.host] });
  worker = startTestWorker(
    test.database,
    createPerformCall({ ...services, egress, effects: createEffectLedger(test.database) }),
    { keyring: services.keyring, log },
  );
});
afterAll(async () => {
  await worker[Symbol.asyncDispose]();
  await egress[Symbol.asyncDispose]();
  await services[Symbol.asyncDispose]();
  await peer[Symbol.asyncDispose]();
  await test[Symbol.asyncDispose]();
});

let context: VerbContext;

/** A job of a definition that no linter has seen. */
async function start(body: string, agents: readonly string[] = ['test.agent']): Promise<string> {
  const text = body.replaceAll('PEER', peer.url);
  const agent = await publishTestAgent(test.database, `use: { secrets: [key] }\n${text}`);
  context = contextFor(services, agent.tenantId);
  await setSecret(context, { name: 'key', value: canary, agents });
  await createIntegration(context, {
    name: 'partner',
    kind: 'http',
    config: {
      baseUrl: peer.url,
      operations: [
        { name: 'echo', method: 'POST', path: '/echo', body: { it: '{it}' } },
        { name: 'refuse', method: 'POST', path: '/refuse', body: { it: '{it}' } },
      ],
    },
  });
  const row = agent.row();
  await worker.services.queue.submit([row]);
  return row.jobId;
}

const stateOf = (jobId: string) => jobState(test.database.pool, jobId);
const rested = (jobId: string) =>
  until('the job is over or waits', async () => {
    const row = await stateOf(jobId);
    return ['SUCCEEDED', 'FAILED', 'WAITING'].includes(row.state) && row;
  });

const secret = '$secrets.key';
const call = (more: string, method = 'post') =>
  `call: http, with: { method: ${method}, endpoint: 'PEER/echo', ${more} }`;

describe('a secret that a definition tries to take along', () => {
  beforeEach(() => {
    lines.length = 0;
  });

  it.each<[string, string]>([
    [
      'by set and output',
      `do: [{ a: { set: { x: '\${ ${secret} }', y: '\${ ${secret} | @base64 }' } } }]`,
    ],
    [
      'by export and context',
      `do: [{ a: { set: { x: 1 }, export: { as: '\${ {k: ${secret}} }' } } }, { b: { set: { y: '\${ $context }' } } }]`,
    ],
    [
      'by parts of it',
      `do: [{ a: { set: { x: '\${ ${secret} | explode | map(. + 1) }', y: '\${ ${secret} | split("/") }' } } }]`,
    ],
    [
      'by raising it',
      `do: [{ a: { raise: { error: { type: 'https://e.example', status: 500, detail: '\${ ${secret} }' } } } }]`,
    ],
    [
      'by emitting it',
      `do: [{ a: { emit: { event: { with: { type: t, source: 'https://e.example', data: '\${ [${secret}] }' } } } } }]`,
    ],
    [
      'by an approval',
      `do: [{ a: { call: approval, with: { title: '\${ ${secret} }', data: { k: '\${ ${secret} }' } } } }]`,
    ],
    [
      'by listening for it',
      `do: [{ a: { listen: { to: { one: { with: { type: t, data: '\${ .k == ${secret} }', subject: '\${ ${secret} }' } } } } } }]`,
    ],
    [
      'by a child',
      `do: [{ a: { run: { workflow: { namespace: test, name: agent, version: latest, input: { k: '\${ ${secret} }' } }, await: false } } }]`,
    ],
    [
      'by a peer that echoes a header',
      `do: [{ a: { ${call(`headers: { X-Key: '\${ ${secret} | @uri }' }, output: response`)} } }]`,
    ],
    [
      'by a peer that echoes a body',
      `do: [{ a: { ${call(`body: { k: '\${ ${secret} }', n: '\${ ${secret} | tojson }' }`)} } }]`,
    ],
    [
      'by a peer that echoes an address',
      `do: [{ a: { ${call(`query: { k: '\${ ${secret} }' }, output: response`)} } }]`,
    ],
    [
      'by a peer that echoes a user',
      `do: [{ a: { ${call(`headers: { Authorization: 'Basic \${ "me:" + ${secret} | @base64 }' }`)} } }]`,
    ],
    [
      'by a peer that sends text',
      `do: [{ a: { call: http, with: { method: post, endpoint: 'PEER/text', body: { k: '\${ ${secret} }' }, output: response } } }]`,
    ],
    [
      'by raw bytes of a peer',
      `do: [{ a: { ${call(`body: { k: '\${ ${secret} }' }, output: raw`)} } }]`,
    ],
    [
      'by an integration',
      `do: [{ a: { call: integration, with: { integration: partner, operation: echo, arguments: { it: '\${ ${secret} }' } } } }]`,
    ],
    [
      'by the message of an integration',
      `do: [{ a: { call: integration, with: { integration: partner, operation: refuse, arguments: { it: '\${ ${secret} }' } } } }]`,
    ],
    [
      'by a bad address',
      `do: [{ a: { call: http, with: { method: get, endpoint: '\${ "http://" + ${secret} + "/" }' } } }]`,
    ],
    [
      'by a bad header',
      `do: [{ a: { ${call(`headers: { X-Key: '\${ ${secret} + "\\n" }' }`)} } }]`,
    ],
    [
      'by a token made for it',
      `do: [{ a: { call: http, with: { method: post, endpoint: { uri: 'PEER/echo', authentication: { oauth2: { authority: 'PEER', endpoints: { token: /token }, grant: client_credentials, client: { id: me, secret: '\${ ${secret} }' } } } }, body: { t: '\${ $authorization.parameter }' }, output: response }, output: { as: '\${ [., $authorization] }' } } }]`,
    ],
  ])('%s is neither in the database nor in a log', async (_, body) => {
    const jobId = await start(body);
    await rested(jobId);
    expect(leaksIn(await allRows(test.database.pool))).toEqual([]);
    expect(leaksIn(lines.join('\n'))).toEqual([]);
  });

  it.each<
    [string, string, (seen: { headers: object; body: string; url: string }) => unknown, unknown]
  >([
    [
      'a header',
      call(`headers: { Authorization: 'Basic \${ "me:" + ${secret} | @base64 }' }`),
      ({ headers }) => 'authorization' in headers && headers.authorization,
      `Basic ${Buffer.from(`me:${canary}`).toString('base64')}`,
    ],
    [
      'a body',
      call(`body: { k: '\${ ${secret} }' }`),
      ({ body }) => body,
      JSON.stringify({ k: canary }),
    ],
    [
      'a query',
      call(`query: { k: '\${ ${secret} }' }`),
      ({ url }) => new URL(url, 'http://x').searchParams.get('k'),
      canary,
    ],
    [
      'the arguments of an integration',
      `call: integration, with: { integration: partner, operation: echo, arguments: { it: '\${ ${secret} }' } }`,
      ({ body }) => body,
      JSON.stringify({ it: canary }),
    ],
  ])('reaches its peer in %s', async (...[, task, part, expected]) => {
    const before = peer.seen.length;
    const row = await rested(await start(`do: [{ a: { ${task} } }]`));
    expect(row).toMatchObject({ state: 'SUCCEEDED' });
    const [seen] = peer.seen.slice(before);
    expect(seen && part(seen)).toBe(expected);
  });
});

describe('a secret that is not for the agent', () => {
  const reads = `do: [{ a: { ${call(`headers: { X-Key: '\${ ${secret} }' }`)} } }]`;

  it.each<[readonly string[]]>([[[]], [['test.other', 'other.*']]])(
    'is not read by its job when it is for %j',
    async (agents) => {
      const before = peer.seen.length;
      const row = await rested(await start(reads, agents));
      expect(row).toMatchObject({ state: 'FAILED', error: { status: 403 } });
      expect(JSON.stringify(row.error)).toContain('its list of agents does not name this one');
      expect(peer.seen).toHaveLength(before);
    },
  );

  it.each<[readonly string[]]>([[['test.*']], [['*']], [['test.agent']]])(
    'is read when it is for %j',
    async (agents) => {
      expect(await rested(await start(reads, agents))).toMatchObject({ state: 'SUCCEEDED' });
    },
  );

  it('is refused from the next run on when the agent is taken from the list', async () => {
    const waits = `do: [{ w: { listen: { to: { one: { with: { type: go } } } } } }, { a: { ${call(`headers: { X-Key: '\${ ${secret} }' }`)} } }]`;
    const jobId = await start(waits);
    expect(await rested(jobId)).toMatchObject({ state: 'WAITING' });
    await updateSecret(context, { name: 'key', agents: ['test.other'] });
    await sendEvent(context, { id: 'e', source: 'https://e.example', type: 'go' });
    worker.services.doorbell.ring('jobs.ready');
    await until('it failed', async () => (await stateOf(jobId)).state === 'FAILED');
  });
});
