import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readdirSync, readFileSync } from 'node:fs';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import {
  publish,
  startTestPlatform,
  typed,
  untilState,
  type TestPlatform,
} from '../support/platform.ts';
import { until } from '../support/until.ts';

interface Shown {
  readonly action: string;
  readonly target: { readonly kind: string; readonly id: string };
  readonly data: Record<string, unknown>;
}

const trailDocument = typed<{
  readonly job: { readonly auditTrail: { readonly nodes: readonly Shown[] } };
}>(
  `query Trail($id: ID!) { job(id: $id) { auditTrail(first: 100) {
    nodes { action target { kind id } data } } } }`,
);

const root = new URL('../../', import.meta.url);
const text = (path: string): string => readFileSync(new URL(path, root), 'utf8');

describe('the audit log of jobs', () => {
  let running: TestPlatform;
  const server = createServer((request, response) => {
    if (request.url === '/cut') request.socket.destroy();
    else response.end('{"secret": "answer"}');
  });
  let address = '';

  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    address = `127.0.0.1:${String((server.address() as AddressInfo).port)}`;
    running = await startTestPlatform({ OPERANDI_EGRESS_ALLOW: address });
  });
  afterAll(async () => {
    await running[Symbol.asyncDispose]();
    server.close();
  });

  let counter = 0;

  /** Runs a job of these tasks to a state, and answers its trail. */
  async function trailOf(tasks: string, state: string): Promise<readonly Shown[]> {
    counter += 1;
    const name = `agent-${String(counter)}`;
    const head = `document: {dsl: '1.0.3', namespace: test, name: ${name}, version: '1.0.0'}\n`;
    await publish(running.client, head + tasks);
    const { id } = await running.client.submit(name, {});
    await untilState(running.client, id, state);
    const { job } = await running.client.request(trailDocument, { id });
    return job.auditTrail.nodes;
  }

  const acts = (trail: readonly Shown[]) =>
    trail.map(({ action, data }) => [action, data['phase'], data['state']]);

  it('has intent and outcome of a call over HTTP, and the end', async () => {
    const trail = await trailOf(
      `do:\n  - get: {call: http, with: {method: get, endpoint: 'http://${address}/?key=hunter2'}}\n`,
      'SUCCEEDED',
    );
    expect(acts(trail)).toEqual([
      ['job.submit', undefined, undefined],
      ['http.call', 'intent', undefined],
      ['http.call', 'outcome', 'SUCCEEDED'],
      ['job.end', undefined, 'SUCCEEDED'],
    ]);
    expect(trail[1]?.target).toEqual({ kind: 'origin', id: `http://${address}` });
    expect(trail[2]?.data).toMatchObject({ status: 200 });
    expect(JSON.stringify(trail)).not.toMatch(/hunter2|answer/);
  });

  it('has what nobody saw the outcome of as UNKNOWN', async () => {
    const trail = await trailOf(
      `do:\n  - post: {call: http, with: {method: post, endpoint: 'http://${address}/cut'}}\n`,
      'FAILED',
    );
    expect(acts(trail)).toContainEqual(['http.call', 'outcome', 'UNKNOWN']);
    expect(acts(trail).at(-1)).toEqual(['job.end', undefined, 'FAILED']);
  });

  it('has a call that was refused', async () => {
    const trail = await trailOf(
      `do:\n  - get: {call: http, with: {method: get, endpoint: 'http://10.0.0.1/'}}\n`,
      'FAILED',
    );
    expect(acts(trail)).toContainEqual(['http.call', 'outcome', 'FAILED']);
  });

  it('has that an approval was asked for, and that its time ran out', async () => {
    const trail = await trailOf(
      `do:
  - ask: {call: approval, with: {title: May I?, timeout: {milliseconds: 300}}}
`,
      'FAILED',
    ).catch(() => trailOf(`do:\n  - ask: {call: approval, with: {title: May I?}}\n`, 'WAITING'));
    expect(trail.map(({ action }) => action)).toContain('approval.request');
    await until('nothing', () => Promise.resolve(true));
  });
});

describe('every mutation', () => {
  const names = ['access', 'jobs', 'integrations', 'audit'];
  const mutations = names.flatMap((name) => {
    const [, body = ''] =
      /type Mutation \{([\s\S]*?)\n\}/.exec(text(`schema/${name}.graphql`)) ?? [];
    const found = [...body.matchAll(/^ {2}(\w+)[(:]/gm)].map(([, field = '']) => field);
    return found.map((field) => [name, field] as const);
  });

  it('is found', () => {
    expect(mutations.length).toBeGreaterThan(20);
  });

  it.each(mutations)('of %s leaves an event: %s', (name, field) => {
    const folder = `subgraphs/${name}/resolvers/`;
    const sources = readdirSync(new URL(folder, root)).map((file) => text(folder + file));
    const source = sources.find((each) => new RegExp(`^  ${field}[:(]`, 'm').test(each)) ?? '';
    const at = source.search(new RegExp(`^  ${field}[:(]`, 'm'));
    const [, called = ''] =
      /(?:=>|return|await)\s*\(?\s*(?:await\s+)?(\w+)\(/.exec(source.slice(at)) ?? [];
    expect(reach(verbOf(source, called, folder)), `${field} calls ${called}`).toBe(true);
  });

  function verbOf(source: string, called: string, folder: string): string {
    const imported = new RegExp(`import \\{[^}]*\\b${called}\\b[^}]*\\} from '([^']+)'`).exec(
      source,
    );
    return imported?.[1] === undefined ? '' : new URL(imported[1], new URL(folder, root)).pathname;
  }

  /** True when the verb, or what it is made of, writes a row of the audit log. */
  function reach(path: string, depth = 0): boolean {
    if (path === '' || depth > 3) return false;
    const source = readFileSync(path, 'utf8');
    if (/\b(record|recordAll|auditRow)\(/.test(source)) return true;
    const parts = [...source.matchAll(/from '(\.[^']+)'/g)].map(
      ([, part = '']) => new URL(part, `file://${path}`).pathname,
    );
    return parts
      .filter((part) => part.includes('/core/') && !part.endsWith('/permit.ts'))
      .some((part) => reach(part, depth + 1));
  }
});
