import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { json, openLoopback, type Loopback } from '../../connectors/testing/loopback.ts';
import {
  CreateApiKeyDocument,
  createClient,
  JobRecordingDocument,
  PublishAgentDocument,
} from '../../sdk/src/index.ts';
import { startTestPlatform, typed, type TestPlatform } from '../support/platform.ts';

const cli = fileURLToPath(new URL('../../cli/operandi.cjs', import.meta.url));

/** Orders up to a limit are placed with the shop, the others refused. */
const orders = (shop: string, limit: number): string => `
document: { dsl: '1.0.3', namespace: tests, name: orders, version: '1.0.0' }
do:
  - price: { call: http, with: { method: get, endpoint: '${shop}/price/{sku}' } }
  - decide:
      switch:
        - cheap: { when: .price <= ${String(limit)}, then: place }
        - dear: { then: refuse }
  - place:
      call: http
      with: { method: post, endpoint: '${shop}/orders', body: { sku: '\${ $workflow.input.sku }' } }
      output: { as: '{placed: .id}' }
      then: end
  - refuse: { set: { refused: true } }
`;

describe('a past job', () => {
  let running: TestPlatform;
  let shop: Loopback;
  let folder: string;
  let calls = 0;
  const ids = new Map<string, string>();

  beforeAll(async () => {
    shop = await openLoopback((response, { url }) => {
      calls += 1;
      const price = Number(url.split('/').at(-1));
      json(response, url.startsWith('/price') ? { price } : { id: 'o-1' });
    });
    running = await startTestPlatform({ OPERANDI_EGRESS_ALLOW: shop.host });
    folder = await mkdtemp(join(tmpdir(), 'operandi-backtest-'));
    const definition = orders(shop.url, 100);
    await running.client.request(PublishAgentDocument, { input: { definition } });
    await writeFile(join(folder, 'orders.yaml'), definition);
    for (const sku of ['50', '80', '500']) {
      const job = await running.client.run('orders', { sku });
      ids.set(sku, job.id);
    }
  });
  afterAll(async () => {
    await running[Symbol.asyncDispose]();
    await shop[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  });

  function operandi(...args: string[]): Promise<{ code: number; out: string }> {
    const env = {
      ...{ PATH: process.env['PATH'], NO_COLOR: '1' },
      OPERANDI_API_KEY: running.platform.firstKey ?? '',
      OPERANDI_URL: running.platform.url,
    };
    return new Promise((resolve) => {
      execFile(process.execPath, [cli, ...args], { cwd: folder, env }, (error, out, err) => {
        resolve({ code: typeof error?.code === 'number' ? error.code : 0, out: `${out}${err}` });
      });
    });
  }

  it('is written down as a scenario that the same definition passes', async () => {
    const recorded = await operandi(
      'jobs',
      'record',
      ids.get('50') ?? '',
      '--out',
      'orders.scenario.yaml',
    );
    expect(recorded.out).toContain('operandi test orders.scenario.yaml plays it by orders.yaml');
    expect(recorded.code).toBe(0);
    const tested = await operandi('test', 'orders.scenario.yaml');
    expect(tested.out).toContain('1 scenario, 1 passed');
    // A file that is there is not written over.
    expect(
      (await operandi('jobs', 'record', ids.get('80') ?? '', '--out', 'orders.scenario.yaml')).code,
    ).toBe(1);
  });

  it('goes the same way by the same definition, and nothing is sent', async () => {
    const before = calls;
    const { code, out } = await operandi('backtest', 'orders.yaml', '--fail-on-change');
    expect(out).toMatch(/the same +3\notherwise +0\nunknown +0\n/);
    expect(code).toBe(0);
    expect(calls).toBe(before);
  });

  it('tells what another definition would make of it, job by job', async () => {
    await writeFile(join(folder, 'strict.yaml'), orders(shop.url, 60));
    const { code, out } = await operandi('backtest', 'strict.yaml', '--fail-on-change');
    expect(code).toBe(1);
    expect(out).toMatch(/the same +2\notherwise +1\nunknown +0\n/);
    expect(out).toContain(`${ids.get('80') ?? ''} otherwise`);
    expect(out).toContain('decisions/decide: decide decided for cheap, and would for dear');
    expect(out).toContain('output/placed: expected "o-1", but was nothing');
    expect(out).toContain(`it would not call http POST ${shop.url}/orders`);
    await writeFile(join(folder, 'loose.yaml'), orders(shop.url, 1_000));
    const loose = await operandi('backtest', 'loose.yaml', '--json');
    expect(loose.code).toBe(0);
    expect(
      JSON.parse(loose.out.slice(loose.out.indexOf('{'), loose.out.lastIndexOf('}') + 1)),
    ).toMatchObject({
      ...{ agent: { namespace: 'tests', name: 'orders' }, state: 'FINISHED' },
      ...{ total: 3, done: 3, same: 2, changed: 0, unknown: 1 },
      jobs: expect.arrayContaining([
        expect.objectContaining({
          ...{ jobId: ids.get('500'), verdict: 'UNKNOWN', was: 'SUCCEEDED', wouldBe: null },
          unrecordedCalls: [`http POST ${shop.url}/orders`],
        }),
      ]) as unknown,
    });
  });

  it('is shown to those who may operate jobs alone, and is on record', async () => {
    const { client, platform } = running;
    const { createApiKey } = await client.request(CreateApiKeyDocument, {
      input: { name: 'reader', permissions: ['JOBS_READ'] },
    });
    await using reader = createClient({ url: platform.url, apiKey: createApiKey.secret ?? '' });
    const id = ids.get('50') ?? '';
    await expect(reader.request(JobRecordingDocument, { id })).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
    await client.request(JobRecordingDocument, { id });
    const { auditEvents } = await client.request(
      typed<{ auditEvents: { nodes: readonly { target: { id: string } }[] } }>(
        '{ auditEvents(filter: { actions: ["job.record"] }, first: 100) { nodes { target { id } } } }',
      ),
      {},
    );
    expect(auditEvents.nodes.map(({ target }) => target.id)).toContain(id);
  });
});
