import { once } from 'node:events';
import { createServer, type Server } from 'node:http';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { JsonObject } from '../../kernel/json.ts';
import { ask, type Heard } from '../support/attack.ts';
import { endedJob, publishDefinition, submitTo } from '../support/ended-job.ts';
import {
  startRunningProduct,
  type RunningProduct,
  type TestTenant,
} from '../support/running-product.ts';

const stack = new AsyncDisposableStack();
let product: RunningProduct;
let tenant: TestTenant;
/** A server of the inner network, which nobody allowed anybody to reach. */
let inner: Server;
let innerPort: number;
let touched = 0;

beforeAll(async () => {
  inner = createServer((_request, response) => response.end('{"secret":"inner"}'));
  inner.on('connection', () => (touched += 1));
  inner.listen(0, '127.0.0.1');
  await once(inner, 'listening');
  const address = inner.address();
  innerPort = typeof address === 'object' && address !== null ? address.port : 0;
  stack.defer(async () => {
    inner.close();
    await once(inner, 'close');
  });
  product = stack.use(await startRunningProduct());
  tenant = await product.newTenant();
});
afterAll(() => stack.disposeAsync());

const as = (query: string, variables: JsonObject = {}): Promise<Heard> =>
  ask(product.url, tenant.admin, { query, variables });

let count = 0;

/** Makes an integration and calls its one operation; tells all that came of it. */
async function callBy(
  config: JsonObject,
  given: JsonObject = {},
  credential?: JsonObject,
): Promise<string> {
  count += 1;
  const input = { name: `i${count}`, kind: 'http', config, ...(credential && { credential }) };
  const created = await as(
    'mutation ($input: CreateIntegrationInput!) { createIntegration(input: $input) { integration { id } userErrors { code message } } }',
    { input },
  );
  const [, id] = /"id":"([^"]+)"/.exec(created.text) ?? [];
  if (id === undefined) return created.text;
  const called = await as(
    'mutation ($input: InvokeIntegrationInput!) { invokeIntegration(input: $input) { result userErrors { code message } } }',
    { input: { integrationId: id, operation: 'go', arguments: given } },
  );
  return called.text;
}

/** Publishes and runs a definition; its job as it ended, or the refusal. */
async function run(tasks: string, responses = ''): Promise<string> {
  count += 1;
  const definition = `document: { dsl: '1.0.3', namespace: test, name: d${count}, version: 1.0.0${responses} }
do:
${tasks}
`;
  const asker = { url: product.url, credential: tenant.admin };
  const published = await publishDefinition(asker, definition);
  if (!published.text.includes('"agent":{')) return published.text;
  return await endedJob(asker, await submitTo(asker, `d${count}`));
}

const go = (baseUrl: string, more: JsonObject = {}): JsonObject => ({
  ...{ baseUrl, retry: { maxAttempts: 1 } },
  operations: [{ name: 'go', path: '/', ...more }],
});

describe('addresses', () => {
  it('attack 38: of the inner network are refused before a connection, however they are written', async () => {
    const places = [
      '127.0.0.1',
      '127.1',
      '127.0.0.1.',
      '2130706433',
      '0x7f.1',
      '0177.0.0.1',
      '[::ffff:127.0.0.1]',
      '①②⑦.⓪.⓪.①',
      '127。0。0。1',
      'localhost',
      'localhost.',
      'user@127.0.0.1',
      'example.com@127.0.0.1',
    ];
    const urls = [
      ...places.map((place) => `http://${place}:${innerPort}/`),
      ...['http://169.254.169.254/latest', 'http://a@169.254.169.254/', 'http://168.63.129.16/'],
      ...['file:///etc/passwd', 'gopher://127.0.0.1/', 'ftp://127.0.0.1/'],
    ];
    for (const url of urls) {
      const answer = await callBy(go(url));
      expect([url, answer]).toEqual([url, expect.stringMatching(/"userErrors":\[\{/)]);
      expect(answer).not.toContain('inner');
    }
    const job = await run(
      `  - a: { call: http, with: { method: get, endpoint: 'http://127.0.0.1:${innerPort}/' } }`,
    );
    expect(job).toContain('"state":"FAILED"');
    expect(touched).toBe(0);
  });

  it('attack 40: are looked at again behind a redirect, and a loop of them ends', async () => {
    product.peer.answer = (request, response) => {
      const location = request.url === '/loop' ? '/loop' : `http://127.0.0.1:${innerPort}/`;
      response.writeHead(302, { location }).end();
    };
    for (const path of ['/', '/loop']) {
      const answer = await callBy(go(product.peer.url, { path }));
      expect([path, answer]).toEqual([path, expect.not.stringContaining('inner')]);
      const job = await run(
        `  - a: { call: http, with: { method: get, redirect: true, endpoint: '${product.peer.url}${path}' } }`,
      );
      expect([path, job]).toEqual([path, expect.stringContaining('"state":"FAILED"')]);
    }
    expect(touched).toBe(0);
  });
});

describe('texts', () => {
  it('attack 42: make no header of their own', async () => {
    const seen: string[] = [];
    product.peer.answer = (request, response) => {
      seen.push(`${request.url ?? ''} ${JSON.stringify(request.headers)}`);
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    };
    const value = 'a\r\nx-evil: 1';
    const jobs = [
      await run(
        `  - a: { call: http, with: { method: get, endpoint: '${product.peer.url}/a', headers: { x-own: "a\\r\\nx-evil: 1" } } }`,
      ),
      await run(
        `  - s: { set: { v: "a\\r\\nx-evil: 1" } }\n  - a: { call: http, with: { method: get, endpoint: '${product.peer.url}/{v}' } }`,
      ),
    ];
    const called = await callBy(
      go(product.peer.url, { path: '/{v}', parameters: [{ name: 'v', in: 'path' }] }),
      { v: value },
    );
    expect([jobs.length, called.length > 0]).toEqual([2, true]);
    for (const heard of seen) expect(heard).not.toMatch(/"x-evil"/);
  });

  it('attack 42: are not run, in expressions and templates alike', async () => {
    const tries = [
      '{{ constructor.constructor("return process")() }}',
      '{{ output.constructor.constructor }}',
      '{{ output.__proto__ }}',
      '{% include "/etc/passwd" %}',
      '{% render "/etc/passwd" %}',
    ];
    for (const html of tries) {
      const job = await run(
        `  - a: { set: { v: 1 } }`,
        `, metadata: { responses: { html: ${JSON.stringify(html)} } }`,
      );
      expect([html, job]).toEqual([
        html,
        expect.not.stringMatching(/native code|\[object process|root:|function Object/),
      ]);
    }
    for (const expression of [
      'env',
      '$ENV',
      'input',
      'import "a" as a; .',
      '.constructor.constructor("return 1")()',
      'getpath(["__proto__"])',
    ]) {
      const job = await run(`  - a: { set: { v: ${JSON.stringify(`\${ ${expression} }`)} } }`);
      expect([expression, job]).toEqual([
        expression,
        expect.not.stringMatching(/PATH|native code|"state":"DEAD"/),
      ]);
    }
  });
});
