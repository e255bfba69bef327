import { readFileSync } from 'node:fs';

import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';

import { createEgress } from '../../connectors/egress/egress.ts';
import { json, openLoopback, type Loopback } from '../../connectors/testing/loopback.ts';
import { ledgerProto } from '../../connectors/testing/grpc-server.ts';
import { openConnectors } from '../../core/integrations/open-connectors.ts';
import { builtInCalls, defaultFunctions } from '../../engine/functions.ts';
import { isJsonObject, type JsonObject } from '../../kernel/json.ts';
import { absentKinds, openEffectPeers, type EffectPeers } from '../support/effect-peers.ts';
import {
  publish,
  startTestPlatform,
  typed,
  untilState,
  type TestPlatform,
} from '../support/platform.ts';
import { noIsolation } from '../support/process-settings.ts';

interface Shown {
  readonly action: string;
  readonly target: { readonly kind: string; readonly id: string };
  readonly data: JsonObject;
}

const trailDocument = typed<{
  readonly job: { readonly auditTrail: { readonly nodes: readonly Shown[] } };
}>(
  `query Trail($id: ID!) { job(id: $id) { auditTrail(first: 100) {
    nodes { action target { kind id } data } } } }`,
);

const submittedDocument = typed<{ readonly auditEvents: { readonly nodes: readonly Shown[] } }>(
  `query Submitted { auditEvents(first: 100, filter: { actions: ["job.submit"] }) {
    nodes { action target { kind id } data } } }`,
);

type Made = { readonly id: string } | null;
const createDocument = typed<{
  readonly createIntegration: {
    readonly integration: Made;
    readonly userErrors: readonly object[];
  };
}>(`mutation Create($input: CreateIntegrationInput!) {
  createIntegration(input: $input) { integration { id } userErrors { field message } } }`);
const credentialDocument = typed<{
  readonly setCredential: { readonly userErrors: readonly object[] };
}>(`mutation Credential($input: SetCredentialInput!) {
  setCredential(input: $input) { userErrors { field message } } }`);

const egress = createEgress({});
/** Every kind of the registry, so that a new one is tried without anybody thinking of it. */
const kinds = [...openConnectors(egress).keys()];

/** Every kind of request with which a job leaves the engine. */
const requestKinds = [
  ...(
    /interface CallRequest \{\s+readonly kind:([^;]+);/u.exec(
      readFileSync(new URL('../../engine/host.ts', import.meta.url), 'utf8'),
    )?.[1] ?? ''
  ).matchAll(/'(\w+)'/gu),
].map(([, kind = '']) => kind);

const hash = /^[\da-f]{64}$/u;
const lineage = {
  agentVersionId: expect.any(String) as string,
  version: 1,
  definitionHash: expect.stringMatching(hash) as string,
  epoch: 1,
};

let peers: EffectPeers;
let documents: Loopback;
let running: TestPlatform;

beforeAll(async () => {
  // Two of the peers tell the console of each request.
  vi.spyOn(console, 'log').mockReturnValue();
  peers = await openEffectPeers();
  documents = await openLoopback((response, { url }) => {
    if (url === '/ledger.proto') response.end(ledgerProto);
    else if (url === '/ledger.json') json(response, ledgerDocument());
    else if (url === '/rooms.json') json(response, roomsDocument());
    else if (url === '/token')
      json(response, { access_token: 'canary-token', token_type: 'Bearer' });
    else if (url === '/cut') response.socket?.destroy();
    else if (url === '/call.yaml') response.end('{set: {answer: 42}}');
    else json(response, { secret: 'answer' });
  });
  running = await startTestPlatform({
    OPERANDI_EGRESS_ALLOW: [...peers.hosts, documents.host].join(','),
    OPERANDI_ALLOW_RUN: 'shell',
    OPERANDI_MCP_SERVERS: JSON.stringify({ mute: { command: 'true' } }),
    OPERANDI_RUN_ISOLATION: noIsolation === undefined ? 'bubblewrap' : 'unsafe',
  });
});
afterEach(() => {
  for (const kind of kinds) if (!absentKinds.includes(kind)) peers.of(kind).proxy.fault = 'none';
});
afterAll(async () => {
  await running[Symbol.asyncDispose]();
  await documents[Symbol.asyncDispose]();
  await peers[Symbol.asyncDispose]();
  await egress[Symbol.asyncDispose]();
  vi.restoreAllMocks();
});

function roomsDocument(): JsonObject {
  const { subject, endpoint } = peers.of('asyncapi');
  const { document } = subject.configFor(endpoint);
  return isJsonObject(document) ? document : {};
}

function ledgerDocument(): JsonObject {
  const requestBody = { content: { 'application/json': { schema: { type: 'object' } } } };
  const post = { operationId: 'book', requestBody, responses: { 200: { description: 'Booked.' } } };
  return {
    ...{ openapi: '3.0.3', info: { title: 'Ledger', version: '1' } },
    ...{ servers: [{ url: urlOf('http') }], paths: { '/accounts/7/entries': { post } } },
  };
}

function urlOf(kind: string): string {
  return `http://${peers.of(kind).proxy.host}`;
}

/** How a definition names the credential of a peer. */
function bearerOf(kind: string): JsonObject {
  const { credential } = peers.of(kind).subject;
  return { bearer: { token: isJsonObject(credential) ? (credential['token'] ?? '') : '' } };
}

let counter = 0;

/** Runs a job of these tasks to a state, and answers its trail. */
async function trailOf(tasks: unknown, state: string): Promise<readonly Shown[]> {
  counter += 1;
  const name = `agent-${String(counter)}`;
  const document = { dsl: '1.0.3', namespace: 'test', name, version: '1.0.0' };
  await publish(running.client, JSON.stringify({ document, do: tasks }));
  const { id } = await running.client.submit(name, {});
  await untilState(running.client, id, state);
  const { job } = await running.client.request(trailDocument, { id });
  return job.auditTrail.nodes;
}

/** What a trail has of effects: each has both its rows, the intent first, with all that both must say. */
function effectsIn(trail: readonly Shown[]): readonly Shown[] {
  const rows = trail.filter(({ data }) => data['phase'] !== undefined);
  const open = new Map<string, Shown>();
  const outcomes: Shown[] = [];
  for (const row of rows) {
    const { phase, key = null, call = null, task } = row.data;
    expect(row.data).toMatchObject({ lineage, task: expect.stringMatching(/^\/do\//u) as string });
    const place = JSON.stringify([row.action, row.target, key, call, task]);
    expect(open.has(place)).toBe(phase === 'outcome');
    if (phase === 'intent') open.set(place, row);
    else if (open.delete(place)) outcomes.push(row);
  }
  expect([...open.values()]).toEqual([]);
  return outcomes;
}

const states = (rows: readonly Shown[]) => rows.map(({ action, data }) => [action, data['state']]);

describe('the audit log of calls of integrations', () => {
  async function connect(kind: string): Promise<void> {
    const { subject, endpoint } = peers.of(kind);
    const config = { ...subject.configFor(endpoint), limits: { maxAttempts: 1 } };
    const input = { name: kind, kind, config };
    const { createIntegration } = await running.client.request(createDocument, { input });
    expect(createIntegration.userErrors).toEqual([]);
    const integrationId = createIntegration.integration?.id ?? '';
    const { setCredential } = await running.client.request(credentialDocument, {
      input: { integrationId, credential: subject.credential },
    });
    expect(setCredential.userErrors).toEqual([]);
  }

  it.each(kinds)(
    'has intent and outcome of a call of kind %s, and says when it is lost',
    async (kind) => {
      if (absentKinds.includes(kind)) return;
      await connect(kind);
      const { subject, proxy } = peers.of(kind);
      const { operation, arguments: given } = subject.writing ?? subject.reading;
      const tasks = [
        { act: { call: 'integration', with: { integration: kind, operation, arguments: given } } },
      ];
      const [made, ...more] = effectsIn(await trailOf(tasks, 'SUCCEEDED'));
      expect(more).toEqual([]);
      expect(made).toMatchObject({
        action: 'integration.call',
        target: { kind: 'integration' },
        data: {
          ...{ state: 'SUCCEEDED', operation, attempts: 1, task: '/do/0/act' },
          ...{ integrationVersion: 1, credentialVersion: 1 },
          operationSchema: expect.stringMatching(hash) as string,
        },
      });
      if (kind === 'llm')
        expect(made?.data['model']).toEqual({
          ...{ model: 'small', inputTokens: 10, outputTokens: 5 },
          promptDigest: expect.stringMatching(hash) as string,
        });

      const { writing } = subject;
      proxy.fault = writing === undefined ? 'reset' : { afterText: writing.actsOn };
      const lost = effectsIn(await trailOf(tasks, 'FAILED'));
      const state = writing === undefined ? 'FAILED' : 'UNKNOWN';
      expect(states(lost)).toEqual([['integration.call', state]]);
      expect(lost[0]?.data).toMatchObject({ credentialVersion: 1, attempts: 1 });
      for (const secret of subject.secrets)
        expect(JSON.stringify([made, lost])).not.toContain(secret);
    },
  );
});

/** What a definition does outside by itself, and the peer of which kind loses the answer after which text. */
interface OwnCall {
  readonly task: () => JsonObject;
  readonly action: string;
  readonly target: string;
  readonly loss?: { readonly kind: string; readonly afterText: string };
  /** @default SUCCEEDED */
  readonly state?: string;
}

const message = { role: 'user', parts: [{ kind: 'text', text: 'hello' }], messageId: 'm1' };

const ownCalls: Readonly<Record<string, OwnCall>> = {
  http: {
    task: () => ({
      call: 'http',
      with: {
        method: 'post',
        endpoint: endpointOf('http', '/accounts/7/entries'),
        body: { amount: 1 },
      },
    }),
    ...{ action: 'http.call', target: 'origin', loss: { kind: 'http', afterText: 'amount' } },
  },
  openapi: {
    task: () => ({
      call: 'openapi',
      with: {
        ...{ document: { endpoint: `${documents.url}/ledger.json` }, operationId: 'book' },
        ...{ parameters: { body: { amount: 1 } }, authentication: bearerOf('http') },
      },
    }),
    ...{ action: 'http.call', target: 'origin', loss: { kind: 'http', afterText: 'amount' } },
  },
  grpc: {
    task: () => ({
      call: 'grpc',
      with: {
        ...{ proto: { endpoint: `${documents.url}/ledger.proto` }, method: 'Book' },
        service: {
          ...{ name: 'ledger.v1.Books', ...peers.of('grpc').endpoint },
          authentication: bearerOf('grpc'),
        },
        arguments: { id: 'canary-entry' },
      },
      metadata: { tls: 'off' },
    }),
    ...{ action: 'grpc.call', target: 'origin', loss: { kind: 'grpc', afterText: 'canary-entry' } },
  },
  asyncapi: {
    task: () => ({
      call: 'asyncapi',
      with: {
        ...{ document: { endpoint: `${documents.url}/rooms.json` }, operation: 'measure' },
        ...{ message: { payload: { celsius: 20 } }, authentication: bearerOf('asyncapi') },
      },
    }),
    ...{ action: 'asyncapi.call', target: 'origin' },
    loss: { kind: 'asyncapi', afterText: '"celsius"' },
  },
  mcp: {
    task: () => ({
      call: 'mcp',
      with: {
        ...{ method: 'tools/call', parameters: { name: 'echo', arguments: { message: 'hello' } } },
        transport: { http: { endpoint: endpointOf('mcp', '/mcp') } },
      },
    }),
    ...{ action: 'http.call', target: 'origin', loss: { kind: 'mcp', afterText: 'tools/call' } },
  },
  a2a: {
    task: () => ({
      call: 'a2a',
      with: {
        server: endpointOf('a2a', '/a2a/agents/echo-agent'),
        ...{ method: 'message/send', parameters: { message } },
      },
    }),
    ...{ action: 'http.call', target: 'origin', loss: { kind: 'a2a', afterText: 'message/send' } },
  },
  'a program that says nothing': {
    task: () => ({
      call: 'mcp',
      with: { method: 'tools/list', transport: { stdio: { command: 'mute' } } },
    }),
    ...{ action: 'mcp.call', target: 'mcp-server', state: 'FAILED' },
  },
  'a function elsewhere': {
    task: () => ({ call: `${documents.url}/call.yaml` }),
    ...{ action: 'resource.call', target: 'origin' },
  },
  'a token': {
    task: () => ({
      call: 'http',
      with: {
        ...{ method: 'post', body: { token: '${ $authorization.parameter }' } },
        endpoint: { uri: `${documents.url}/`, authentication: { oauth2: tokenPolicy() } },
      },
    }),
    ...{ action: 'authorization.call', target: 'origin' },
  },
  'a process': {
    task: () => ({ run: { shell: { command: 'true' } } }),
    ...{ action: 'process.run', target: 'process' },
  },
};

/** The case above that each kind of request is in; null for one that has no effect outside by itself. */
const caseOf: Readonly<Record<string, string | null>> = {
  ...{ http: 'http', grpc: 'grpc', mcp: 'a program that says nothing', asyncapi: 'asyncapi' },
  ...{ resource: 'a function elsewhere', authorization: 'a token', process: 'a process' },
  // Has a ledger of its own: every kind is walked above.
  integration: null,
  // Its job is submitted as any other.
  workflow: null,
};

function endpointOf(kind: string, path: string): JsonObject {
  return { uri: urlOf(kind) + path, authentication: bearerOf(kind) };
}

function tokenPolicy(): JsonObject {
  return {
    ...{ authority: documents.url, endpoints: { token: '/token' } },
    ...{ grant: 'client_credentials', client: { id: 'me', secret: 'canary-secret' } },
  };
}

describe('the audit log of what definitions do by themselves', () => {
  it('is walked over all of it', () => {
    expect(Object.keys(caseOf).toSorted()).toEqual(requestKinds.toSorted());
    expect([...builtInCalls].filter((call) => ownCalls[call] === undefined)).toEqual([]);
    // An agent calls integrations, an approval asks on the platform, and what is rendered goes nowhere.
    expect([...defaultFunctions]).toEqual(['integration', 'approval', 'render', 'agent']);
  });

  it.each(Object.entries(ownCalls))(
    'has intent and outcome of %s, and says when it is lost',
    async (_, own) => {
      const { state = 'SUCCEEDED', loss, action } = own;
      const tasks = [{ act: own.task() }];
      const trail = await trailOf(tasks, state);
      const made = effectsIn(trail);
      expect(states(made)).toContainEqual([action, state]);
      expect(made.map(({ target }) => target.kind)).toContain(own.target);
      expect(JSON.stringify(trail)).not.toMatch(/canary|hello/u);
      if (loss === undefined) return;
      peers.of(loss.kind).proxy.fault = { afterText: loss.afterText };
      const lost = effectsIn(await trailOf(tasks, 'FAILED'));
      expect(states(lost).at(-1)).toEqual([action, 'UNKNOWN']);
      expect(lost.slice(0, -1).filter(({ data }) => data['state'] !== 'SUCCEEDED')).toEqual([]);
    },
  );
});

describe('the audit log of jobs', () => {
  it('has a call with neither what its address carries nor what came back, and the end', async () => {
    const get = {
      call: 'http',
      with: { method: 'get', endpoint: `${documents.url}/?key=hunter2` },
    };
    const trail = await trailOf([{ get }], 'SUCCEEDED');
    expect(trail.map(({ action, data }) => [action, data['phase'], data['state']])).toEqual([
      ['job.submit', undefined, undefined],
      ['http.call', 'intent', undefined],
      ['http.call', 'outcome', 'SUCCEEDED'],
      ['job.end', undefined, 'SUCCEEDED'],
    ]);
    expect(trail[1]?.target).toEqual({ kind: 'origin', id: documents.url });
    expect(trail[2]?.data).toMatchObject({ status: 200 });
    expect(JSON.stringify(trail)).not.toMatch(/hunter2|answer/u);
  });

  it('has a call that was refused', async () => {
    const get = { call: 'http', with: { method: 'get', endpoint: 'http://10.0.0.1/' } };
    const trail = await trailOf([{ get }], 'FAILED');
    expect(states(effectsIn(trail))).toEqual([['http.call', 'FAILED']]);
  });

  it('has that an approval was asked for', async () => {
    const trail = await trailOf(
      [{ ask: { call: 'approval', with: { title: 'May I?' } } }],
      'WAITING',
    );
    expect(trail.map(({ action }) => action)).toContain('approval.request');
  });

  it('has an event that a job emits, and the job that a job starts, with what they follow from', async () => {
    await trailOf([{ rest: { set: { a: 1 } } }], 'SUCCEEDED');
    const child = { namespace: 'test', name: `agent-${String(counter)}`, version: '1.0.0' };
    const event = { source: 'https://tests.example', type: 'com.example.told.v1' };
    const trail = await trailOf(
      [{ tell: { emit: { event: { with: event } } } }, { start: { run: { workflow: child } } }],
      'SUCCEEDED',
    );
    const told = trail.filter(({ action }) => action === 'event.emit');
    expect(told).toMatchObject([{ target: { kind: 'event' }, data: { ...event, lineage } }]);
    const { auditEvents } = await running.client.request(submittedDocument, {});
    const started = auditEvents.nodes.flatMap(({ data }) => data['startedBy'] ?? []);
    expect(started).toMatchObject([lineage]);
  });
});
