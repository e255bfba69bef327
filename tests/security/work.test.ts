import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { createAssertionSigner } from '../../core/access/assertion.ts';
import { permissions } from '../../core/access/permissions.ts';
import { newId } from '../../kernel/ids.ts';
import type { JsonObject } from '../../kernel/json.ts';
import { ask, send, type Heard } from '../support/attack.ts';
import { endedJob, publishDefinition, type Asker } from '../support/ended-job.ts';
import {
  startRunningProduct,
  type RunningProduct,
  type TestTenant,
} from '../support/running-product.ts';
import { until } from '../support/until.ts';

const command = fileURLToPath(new URL('../../cli/operandi.cjs', import.meta.url));
const stack = new AsyncDisposableStack();
let product: RunningProduct;
let tenant: TestTenant;
let other: TestTenant;

beforeAll(async () => {
  product = stack.use(
    await startRunningProduct({ config: { isProduction: true, introspection: false } }),
  );
  tenant = await product.newTenant();
  other = await product.newTenant();
});
afterAll(() => stack.disposeAsync());

const as = (query: string, variables: JsonObject = {}, credential = tenant.admin): Promise<Heard> =>
  ask(product.url, credential, { query, variables });

const head = (name: string): string =>
  `document: { dsl: '1.0.3', namespace: test, name: ${name}, version: 1.0.0 }\n`;

const asker = (credential = tenant.admin): Asker => ({ url: product.url, credential });

const publish = (definition: string, credential = tenant.admin): Promise<Heard> =>
  publishDefinition(asker(credential), definition);

const submit = (input: JsonObject, credential = tenant.admin): Promise<Heard> =>
  as(
    'mutation ($input: SubmitJobInput!) { submitJob(input: $input) { isNew job { id } userErrors { code } } }',
    { input },
    credential,
  );

const endOf = (id: string): Promise<string> => endedJob(asker(), id, 'CSV');

const idIn = (text: string): string => /"id":"([^"]+)"/.exec(text)?.[1] ?? '';

describe('definitions', () => {
  it.each([
    ['a step that is not there', `${head('a')}do:\n  - one: { set: { v: 1 }, then: nowhere }\n`],
    ['a step of no kind', `${head('a')}do:\n  - one: { sett: { v: 1 } }\n`],
    [
      'ten thousand steps',
      `${head('a')}do:\n${Array.from({ length: 10_000 }, (_, n) => `  - s${n}: { set: { v: 1 } }\n`).join('')}`,
    ],
    [
      'aliases that unfold',
      `${head('a')}do:\n  - one:\n      set:\n        a: &a [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\n${Array.from(
        { length: 6 },
        (_, n) =>
          `        b${n}: &b${n} [${Array(10)
            .fill(n === 0 ? '*a' : `*b${n - 1}`)
            .join(', ')}]\n`,
      ).join('')}`,
    ],
    ['an expression that is none', `${head('a')}do:\n  - one: { set: { v: '\${ .a | ( }' } }\n`],
  ])('attack 48: with %s are refused with the place', async (_, definition) => {
    const { text } = await publish(definition);
    expect(text).toContain('DEFINITION_INVALID');
    expect(text).toMatch(/"line":[1-9]\d*,"column":[1-9]/);
  });

  it.each([
    ['goes round for ever', 'def f: f; f'],
    ['makes a text of a gigabyte', '"x" * 1000000000'],
    ['makes a list of a billion', '[range(1000000000)]'],
  ])(
    'attack 48: whose expression %s end by their budget, and others go on',
    async (_, expression) => {
      const name = `loop-${newId().slice(-12)}`;
      await publish(
        `${head(name)}do:\n  - one: { set: { v: ${JSON.stringify(`\${ ${expression} }`)} } }\n`,
      );
      const { text } = await submit({ agent: name, input: {} });
      expect(await endOf(idIn(text))).toMatch(/"state":"FAILED".*expression/);
      expect((await as('{ viewer { kind } }')).status).toBe(200);
    },
  );

  it('attack 48: of two agents that call each other end by their depth', async () => {
    for (const [mine, next] of [
      ['ping', 'pong'],
      ['pong', 'ping'],
    ] as const)
      await publish(
        `${head(mine)}do:\n  - go: { run: { workflow: { namespace: test, name: ${next}, version: 1.0.0 } } }\n`,
      );
    const { text } = await submit({ agent: 'ping', input: {} });
    expect(await endOf(idIn(text))).toMatch(/"state":"FAILED"/);
  });

  it('attack 50: that hold a secret are warned of, and the text is not repeated', async () => {
    const secret = 'ghp_0123456789abcdefghijklmnopqrstuvwxyzAB';
    const { text } = await as(
      'query ($d: String!) { validateDefinition(definition: $d) { isValid findings { id severity message line hint } } }',
      {
        d: `${head('secret')}do:\n  - a: { call: http, with: { method: get, endpoint: https://example.com, headers: { authorization: 'Bearer ${secret}' } } }\n`,
      },
    );
    expect(text).toMatch(/"severity":"WARNING"|"severity":"ERROR"/);
    expect(text).toContain('secret');
    expect(text).not.toContain(secret);
  });
});

describe('idempotency keys', () => {
  const plain = (name: string) => `${head(name)}do:\n  - one: { set: { v: 1 } }\n`;

  it('attack 49: stand for one job of one tenant with one input', async () => {
    await publish(plain('keyed'));
    await publish(plain('keyed'), other.admin);
    const asked = { agent: 'keyed', input: { n: 1 }, idempotencyKey: 'order-7' };
    const answers = await Promise.all(Array.from({ length: 50 }, () => submit(asked)));
    expect(new Set(answers.map(({ text }) => idIn(text)))).toHaveLength(1);
    expect(answers.filter(({ text }) => text.includes('"isNew":true'))).toHaveLength(1);
    const changed = await submit({ ...asked, input: { n: 2 } });
    expect(changed.text).toContain('IDEMPOTENCY_MISMATCH');
    const theirs = await submit(asked, other.admin);
    expect(theirs.text).toContain('"isNew":true');
    expect(answers.map(({ text }) => idIn(text))).not.toContain(idIn(theirs.text));
  });
});

describe('what is sealed', () => {
  it('attack 51: opens nowhere but in its own row', async () => {
    const seen: (string | undefined)[] = [];
    product.peer.answer = (request, response) => {
      seen.push(request.headers.authorization);
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    };
    const make = async (credential: string, token: string): Promise<string> => {
      const input = {
        ...{ name: `vault-${token}`, kind: 'http', credential: { type: 'bearer', token } },
        config: { baseUrl: product.peer.url, operations: [{ name: 'go', path: '/' }] },
      };
      const { text } = await as(
        'mutation ($input: CreateIntegrationInput!) { createIntegration(input: $input) { integration { id } userErrors { message } } }',
        { input },
        credential,
      );
      return idIn(text);
    };
    const call = (id: string, credential = tenant.admin): Promise<Heard> =>
      as(
        'mutation ($input: InvokeIntegrationInput!) { invokeIntegration(input: $input) { result userErrors { code message } } }',
        { input: { integrationId: id, operation: 'go' } },
        credential,
      );
    const [mine, second] = [await make(tenant.admin, 'one'), await make(tenant.admin, 'two')];
    const theirs = await make(other.admin, 'three');
    await call(mine);
    expect(seen).toEqual(['Bearer one']);
    const move = (from: string, to: string) =>
      product.services.database.pool.query(
        `update integrations.credential set sealed = (select sealed from integrations.credential where integration_id = $1 limit 1)
         where integration_id = $2`,
        [from, to],
      );
    for (const [from, to, credential] of [
      [mine, second, tenant.admin],
      [mine, theirs, other.admin],
    ] as const) {
      expect((await move(from, to)).rowCount).toBe(1);
      const { text } = await call(to, credential);
      expect(text).not.toContain('"userErrors":[]');
    }
    expect(seen).toEqual(['Bearer one']);
  });
});

describe('texts that are shown', () => {
  it('attack 53: are no formulas to a spreadsheet and no commands to a terminal', async () => {
    const evil = '\u001b[2Jgone\u202Etxt.exe';
    await publish(
      `document: { dsl: '1.0.3', namespace: test, name: shown, version: 1.0.0, metadata: { responses: { csv: '{{ output.cell }}' } } }\ndo:\n  - a: { set: { cell: '=HYPERLINK("http://evil.example")' } }\n`,
    );
    const { text } = await submit({ agent: 'shown', input: {} });
    expect(await endOf(idIn(text))).toMatch(/"content":"\\?"?\\?"?'=HYPERLINK/);
    await publish(
      `${head('titled')}do:\n  - ask: { call: approval, with: { title: ${JSON.stringify(evil)} } }\n`,
    );
    await submit({ agent: 'titled', input: {} });
    const printed = await until('the approval is listed', async () => {
      const args = [command, 'approvals', 'list', '--url', product.url];
      const env = { PATH: process.env['PATH'], OPERANDI_API_KEY: tenant.admin };
      const { stdout } = await promisify(execFile)(process.execPath, args, { env });
      return stdout.includes('gone') ? stdout : undefined;
    });
    expect(printed).toContain('\\u001b[2Jgone\\u202etxt.exe');
    // oxlint-disable-next-line no-control-regex -- what must not be there
    expect(printed).not.toMatch(/[\u001b\u202e]/);
  });

  it('attack 55: are as large as allowed, and names that look alike are one', async () => {
    const large = await send(product.url, {
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${tenant.admin}`,
        'content-length': String(65 * 1024 * 1024),
      },
      body: '{',
    }).catch(() => ({ status: 413 }));
    expect(large.status).toBe(413);
    const role = (name: string): Promise<Heard> =>
      as(
        'mutation ($name: String!) { createRole(input: {name: $name, permissions: [JOBS_READ]}) { userErrors { code } } }',
        { name },
      );
    expect((await role('Caf\u00e9')).text).toContain('"userErrors":[]');
    for (const same of ['Cafe\u0301', 'cafe\u0301', ' Caf\u00e9 '])
      expect([same, (await role(same)).text]).toEqual([
        same,
        expect.stringContaining('ALREADY_EXISTS'),
      ]);
    for (const name of ['ag\u200Bent', 'аgent', 'agent\u0301', '../agent', 'agent\u0000'])
      expect([
        name,
        (await publish(head(JSON.stringify(name)) + 'do: [{ a: { set: { v: 1 } } }]\n')).text,
      ]).toEqual([name, expect.stringContaining('DEFINITION_INVALID')]);
  });
});

describe('the ports', () => {
  it('attack 57: show strangers nothing of the inside in production', async () => {
    const { origin } = new URL(product.url);
    for (const path of [
      '/',
      '/graphiql',
      '/metrics',
      '/debug',
      '/debug/pprof',
      '/heapdump',
      '/json/list',
      '/.env',
      '/.git/config',
      '/../package.json',
      '/server-status',
    ]) {
      const { status, text } = await send(`${origin}${path}`, { method: 'GET' });
      expect([path, status]).toEqual([path, 404]);
      expect(text).not.toMatch(/node_modules|operandi_|<html/);
    }
    for (const url of Object.values(product.subgraphUrls)) {
      for (const path of ['/debug', '/heapdump', '/graphiql', '/.env'])
        expect((await send(new URL(path, url).href, { method: 'GET' })).status).toBe(404);
    }
    const attempts = ['admin', 'admin:admin', 'opk_live_0000000000000000_0', 'password'];
    for (const credential of attempts)
      expect((await as('{ viewer { id } }', {}, credential)).status).toBe(401);
  });
});

describe('clocks', () => {
  it.each([-3_600_000, 3_600_000])(
    'attack 58: a word of a gateway whose clock is %i ms off counts for nothing',
    async (ms) => {
      const requestId = newId();
      const actor = {
        kind: 'user',
        id: newId(),
        tenantId: tenant.id,
        name: 'Ada',
        permissions,
      } as const;
      const said = createAssertionSigner(product.assertionKey)(
        actor,
        { subgraph: 'jobs', requestId },
        new Date(Date.now() + ms),
      );
      const { status } = await ask(product.subgraphUrls.jobs, undefined, {
        query: '{ queue { queued } }',
        headers: { 'x-operandi-actor': said, 'x-request-id': requestId },
      });
      expect(status).toBe(401);
    },
  );
});
