import { createHash } from 'node:crypto';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';

import { getIntrospectionQuery } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';

import type { JsonValue } from '../../kernel/json.ts';
import { ask, json, send, type Heard, type Sent } from '../support/attack.ts';
import { asking, makeObjects } from '../support/tenant-objects.ts';
import {
  startRunningProduct,
  type RunningProduct,
  type TestTenant,
} from '../support/running-product.ts';
import { contextFor } from '../support/verb-context.ts';

const stack = new AsyncDisposableStack();
let product: RunningProduct;
let tenant: TestTenant;

beforeAll(async () => {
  const config = { isProduction: true, introspection: false };
  product = stack.use(await startRunningProduct({ config }));
  tenant = await product.newTenant();
});
afterAll(() => stack.disposeAsync());

const query = (text: string, variables = {}): Promise<Heard> =>
  ask(product.url, tenant.admin, { query: text, variables });

const sent = (wish: Sent): Promise<Heard> =>
  send(product.url, {
    ...wish,
    headers: { ...json, authorization: `Bearer ${tenant.admin}`, ...wish.headers },
  });

const repeated = (count: number, part: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => part(index)).join(' ');

const mine = (): Promise<Heard> => query('{ viewer { kind } }');

describe('queries', () => {
  const levels = repeated(
    16,
    (n) => `fragment f${n} on JobConnection { ...f${n + 1} ... on JobConnection { ...f${n + 1} } }`,
  );

  it.each([
    [
      'attack 1: a small text whose fragments double sixteen times',
      `{ jobs(first: 100) { ...f0 } } ${levels} fragment f16 on JobConnection { nodes { id } }`,
    ],
    [
      'attack 2: two thousand aliases',
      `{ ${repeated(2_000, (n) => `a${n}: jobs(first: 100) { nodes { id } }`)} }`,
    ],
    [
      'attack 3: a depth of two hundred',
      `{ jobs { nodes { ${'parent { '.repeat(200)} id ${'} '.repeat(200)} } } }`,
    ],
    [
      'attack 4: five thousand directives',
      `{ viewer ${'@include(if: true) '.repeat(5_000)} { kind } }`,
    ],
    ['attack 4: unknown directives', `{ viewer ${repeated(5_000, (n) => `@none${n}`)} { kind } }`],
    ['attack 5: ten thousand repeated fields', `{ viewer { ${'kind '.repeat(10_000)} } }`],
    [
      'attack 6: fragments in a circle',
      '{ viewer { ...a } } fragment a on Viewer { ...b } fragment b on Viewer { ...a }',
    ],
  ])('%s is refused before it runs', async (_, text) => {
    const { status, data, messages } = await query(text);
    expect({ status, data, errors: messages.length }).toEqual({
      status: 400,
      data: null,
      errors: 1,
    });
  });
});

describe('bodies', () => {
  it('attack 7: one of 100 MB is refused by what it announces, while slow ones wait beside it', async () => {
    const { hostname, port } = new URL(product.url);
    const slow = Array.from({ length: 50 }, () => connect({ host: hostname, port: Number(port) }));
    for (const socket of slow) {
      socket.on('error', () => undefined);
      socket.write('POST /graphql HTTP/1.1\r\nhost: gateway\r\nx-a');
    }
    const large = await announced(100 * 1024 * 1024);
    expect(large).toMatch(/^HTTP\/1\.1 413 [^]*PAYLOAD_TOO_LARGE/);
    expect((await mine()).status).toBe(200);
    for (const socket of slow) socket.destroy();
  });

  it('attack 8: a small one that unfolds to a large one is refused', async () => {
    const body = gzipSync(
      JSON.stringify({ query: `{ viewer { kind } } #${' '.repeat(9_000_000)}` }),
    );
    const { status } = await sent({ headers: { 'content-encoding': 'gzip' }, body });
    expect(status).toBe(413);
  });

  it('attack 9: a thousand operations at once are refused', async () => {
    const one = { query: '{ viewer { kind } }' };
    const { status, type } = await sent({ body: JSON.stringify(Array(1_000).fill(one)) });
    expect([status, type]).toEqual([400, expect.stringContaining('json')]);
  });

  const good = '{"query":"{ viewer { kind } }"}';
  it.each<[string, Sent]>([
    ['broken JSON', { body: '{"query":' }],
    ['no JSON at all', { body: 'viewer' }],
    ['a list of nothing', { body: '[]' }],
    ['a query that is a number', { body: '{"query":1}' }],
    ['a byte order mark', { body: `\uFEFF${good}` }],
    [
      'invalid UTF-8',
      {
        body: Buffer.concat([
          Buffer.from('{"query":"{ viewer { kind } } #'),
          Buffer.from([0xff, 0xfe]),
          Buffer.from('"}'),
        ]),
      },
    ],
    ['NUL bytes', { body: good.replace('kind', 'ki\u0000nd') }],
    ['a media type that is none', { headers: { 'content-type': 'nonsense' }, body: good }],
    ['an unknown coding', { headers: { 'content-encoding': 'rot13' }, body: good }],
    [
      'another charset',
      { headers: { 'content-type': 'application/json; charset=utf-16' }, body: good },
    ],
  ])('attack 10: %s is answered in JSON, with nothing of the inside', async (_, wish) => {
    const { status, type, text } = await sent(wish);
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(500);
    expect(type).toMatch(/^application\/(graphql-response\+)?json/);
    expect(text).not.toMatch(/<html|node_modules|\.ts:|\bat [A-Z]\w+\./);
  });

  it('attack 11: no page makes anybody change anything', async () => {
    const change = 'mutation { updateTenant(input: {name: "taken"}) { tenant { name } } }';
    const byGet = await send(`${product.url}?query=${encodeURIComponent(change)}`, {
      method: 'GET',
      headers: { ...json, authorization: `Bearer ${tenant.admin}` },
    });
    expect(byGet.status).toBe(405);
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data']) {
      const body = JSON.stringify({ query: change });
      const { status, data } = await sent({ headers: { 'content-type': type }, body });
      expect([type, status, data]).toEqual([type, 415, null]);
    }
    const socket = new WebSocket(product.url.replace('http', 'ws'), 'graphql-transport-ws', {
      headers: { origin: 'https://evil.example' },
    });
    await expect(
      new Promise((resolve, reject) => socket.on('open', resolve).on('error', reject)),
    ).rejects.toThrow('403');
    expect(JSON.stringify((await query('{ tenant { name } }')).data)).not.toContain('taken');
  });
});

describe('what the schema is', () => {
  it.each([
    ['nobody', undefined],
    ['a key', 'key'],
  ])('attack 12: is not told to %s in production', async (_, who) => {
    const credential = who && tenant.admin;
    const told = async (text: string) => await ask(product.url, credential, { query: text });
    for (const text of [
      getIntrospectionQuery(),
      '{ _service { sdl } }',
      '{ __type(name: "Job") { name } }',
    ]) {
      const { status, data } = await told(text);
      expect([status, data]).toEqual([credential === undefined ? 401 : 400, null]);
    }
    const typo = await told('{ viewr { kind } }');
    expect(typo.text).not.toMatch(/did you mean|viewer/i);
  });
});

describe('persisted queries', () => {
  const text = '{ viewer { kind } }';
  const hash = createHash('sha256').update(text).digest('hex');
  const extensions = (sha256Hash: string) => ({ persistedQuery: { version: 1, sha256Hash } });

  it('attack 13: an unknown hash is not found, and none is taken for a text that is not its own', async () => {
    const unknown = await sent({
      body: JSON.stringify({ extensions: extensions('0'.repeat(64)) }),
    });
    expect(unknown.codes).toEqual(['PERSISTED_QUERY_NOT_FOUND']);
    const forged = { query: '{ tenant { id } }', extensions: extensions(hash) };
    const refused = await sent({ body: JSON.stringify(forged) });
    expect(refused.status).toBe(400);
    const after = await sent({ body: JSON.stringify({ extensions: extensions(hash) }) });
    expect(after.codes).toEqual(['PERSISTED_QUERY_NOT_FOUND']);
  });
});

describe('values', () => {
  const submit = (inputText: string): Promise<Heard> => {
    const text =
      'mutation ($i: SubmitJobInput!) { submitJob(input: $i) { job { id } userErrors { code } } }';
    const body = `{"query":${JSON.stringify(text)},"variables":{"i":{"agent":"no-such","input":${inputText}}}}`;
    return sent({ body });
  };

  it.each([
    ['1e309', '{"n":1e309}'],
    ['2 to the 63rd', '{"n":9223372036854775808}'],
    ['minus nought', '{"n":-0}'],
    ['ten thousand levels', `${'['.repeat(10_000)}${']'.repeat(10_000)}`],
    ['__proto__', '{"__proto__":{"admin":true}}'],
    ['constructor', '{"constructor":{"prototype":{"admin":true}}}'],
  ])('attack 14: %s as a variable is refused or harmless', async (_, text) => {
    const { status, codes } = await submit(text);
    expect([200, 400]).toContain(status);
    expect(codes).not.toContain('INTERNAL');
    expect('admin' in {}).toBe(false);
    expect((await mine()).status).toBe(200);
  });

  it.each<[string, string, JsonValue]>([
    [
      'a text for an enum',
      'query ($v: [JobState!]) { jobs(filter: {states: $v}) { nodes { id } } }',
      ['BOGUS'],
    ],
    [
      'a number for an enum',
      'query ($v: [JobState!]) { jobs(filter: {states: $v}) { nodes { id } } }',
      [1],
    ],
    ['an object for an id', 'query ($v: ID!) { job(id: $v) { id } }', { $ne: null }],
    ['a list for an id', 'query ($v: ID!) { job(id: $v) { id } }', [['a']]],
    ['a boolean for an id', 'query ($v: ID!) { job(id: $v) { id } }', true],
  ])('attack 15: %s is refused', async (_, text, value) => {
    expect((await query(text, { v: value })).status).toBe(400);
  });

  it.each([
    ['no letters', ''],
    ['a megabyte', 'x'.repeat(1_000_000)],
    ['a path', '../../etc/passwd'],
    ['a condition', "' or 1=1 --"],
    ['NUL', '\u0000'],
  ])('attack 15: an id of %s finds nothing', async (_, id) => {
    const { status, text, codes, data } = await query('query ($v: ID!) { job(id: $v) { id } }', {
      v: id,
    });
    expect([200, 400, 413]).toContain(status);
    expect(codes).not.toContain('INTERNAL');
    expect([null, { job: null }]).toContainEqual(data);
    expect(text.length).toBeLessThan(5_000);
  });

  it('attack 16: no page is absurd, and no cursor is another tenant’s or made up', async () => {
    const other = await product.newTenant();
    await makeObjects(contextFor(product.services, other.id), product.peer.url);
    const cursors = await ask(product.url, other.admin, {
      query: '{ jobs(first: 1) { pageInfo { endCursor } } }',
    });
    const [, theirs = ''] = /"endCursor":"([^"]+)"/.exec(cursors.text) ?? [];
    expect(theirs).not.toBe('');
    const pages = [
      'first: 1000000',
      'first: -1',
      'first: 1, last: 1',
      'last: 1000000',
      'first: 1, after: "made up"',
      `first: 1, after: ${JSON.stringify(theirs)}`,
      `last: 1, before: ${JSON.stringify(theirs)}`,
    ];
    for (const page of pages) {
      const { codes, data } = await query(`{ jobs(${page}) { nodes { id } } }`);
      expect([page, codes, data]).toEqual([
        page,
        [expect.stringMatching(/BAD_USER_INPUT|COST_EXCEEDED/)],
        null,
      ]);
    }
  });

  it('attack 17: a list cannot be streamed', async () => {
    const { status, codes } = await query('{ jobs { nodes @stream { id } } }');
    expect([status, codes]).toEqual([400, ['GRAPHQL_VALIDATION_FAILED']]);
  });

  it('attack 33: a field that the schema does not have is refused', async () => {
    for (const more of [{ tenantId: 'other' }, { status: 'SUCCEEDED' }, { createdBy: 'me' }]) {
      const input = { definition: asking('mine'), ...more };
      const { status, data } = await query(
        'mutation ($input: PublishAgentInput!) { publishAgent(input: $input) { agent { id } } }',
        { input },
      );
      expect([status, data]).toEqual([400, null]);
    }
  });
});

/** What the gateway answers to a head that announces a body of so many bytes. */
function announced(bytes: number): Promise<string> {
  const { hostname, port } = new URL(product.url);
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port) });
    let text = '';
    socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
    socket.on('error', reject);
    socket.on('close', () => resolve(text));
    socket.write(
      `POST /graphql HTTP/1.1\r\nhost: gateway\r\nauthorization: Bearer ${tenant.admin}\r\n` +
        `content-type: application/json\r\ncontent-length: ${bytes}\r\n\r\n{`,
    );
  });
}
