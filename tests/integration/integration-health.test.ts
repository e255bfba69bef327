import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { json, type Loopback, openLoopback } from '../../connectors/testing/loopback.ts';
import type { VerbContext } from '../../core/context.ts';
import { createIntegration } from '../../core/integrations/create-integration.ts';
import { loadHealth } from '../../core/integrations/load-health.ts';
import { createIdGenerator, newId } from '../../kernel/ids.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { startTestPlatform, type TestPlatform, typed } from '../support/platform.ts';
import {
  contextFor,
  contextOfNewTenant,
  openTestServices,
  type TestServices,
} from '../support/verb-context.ts';

const stack = new AsyncDisposableStack();
let test: TestDatabase;
let services: TestServices;

beforeAll(async () => {
  test = stack.use(await createTestDatabase());
  services = stack.use(openTestServices(test.database));
});
afterAll(() => stack.disposeAsync());

const config = {
  baseUrl: 'https://bank.example',
  operations: [{ name: 'pay', path: '/pay', method: 'POST' }],
};

async function integrationOf(context: VerbContext, name: string): Promise<string> {
  return (await createIntegration(context, { name, kind: 'http', config })).id;
}

interface Call {
  readonly state: string;
  readonly status?: number;
  readonly durationMs?: number;
}

/** Written as workers write them, some time ago. */
async function insertCalls(
  { actor: { tenantId } }: VerbContext,
  { id: integrationId, agoMs = 0 }: { readonly id: string; readonly agoMs?: number },
  calls: readonly Call[],
): Promise<void> {
  const now = () => Date.now() - agoMs;
  const nextId = createIdGenerator({ now, fill: (buffer) => crypto.getRandomValues(buffer) });
  await test.database.pool.query(
    `insert into integrations.call (tenant_id, integration_id, operation, id, state, status, duration_ms)
     select $1, $2, 'pay', id, state::integrations.call_state, status, ms
     from unnest($3::uuid[], $4::text[], $5::int[], $6::int[]) as c(id, state, status, ms)`,
    [
      ...[tenantId, integrationId, calls.map(nextId)],
      calls.map(({ state }) => state),
      calls.map(({ status }) => status ?? null),
      calls.map(({ durationMs }) => durationMs ?? null),
    ],
  );
}

const succeeded = (durationMs: number): Call => ({ state: 'SUCCEEDED', status: 200, durationMs });
const failed = (status?: number): Call => ({
  ...{ state: 'FAILED', durationMs: 1_000 },
  ...(status === undefined ? {} : { status }),
});

describe('the health of integrations', () => {
  it('is counted from the record of calls of the last hour, of each apart', async () => {
    const context = await contextOfNewTenant(services);
    const [busy, quiet] = [
      await integrationOf(context, 'busy'),
      await integrationOf(context, 'quiet'),
    ];
    await insertCalls(context, { id: busy }, [
      ...Array.from({ length: 14 }, (_, at) => succeeded(at + 1)),
      ...[failed(503), failed(500), failed(503), failed(429), failed(404), failed(200)],
      ...[failed(), failed(), { state: 'UNKNOWN' }, { state: 'INTENDED' }, { state: 'INTENDED' }],
    ]);
    await insertCalls(context, { id: busy, agoMs: 3_700_000 }, [failed(500)]);
    const healths = await loadHealth(context, [quiet, busy, 'none', newId()]);
    expect(healths.get(busy)).toEqual({
      ...{ breaker: 'CLOSED', isWhole: true, since: expect.any(Date) as Date },
      ...{ calls: 25, succeeded: 14, underWay: 2, p50Ms: 10, p95Ms: 1_000 },
      cache: { hits: 0, revalidated: 0, stale: 0, misses: 0 },
      failures: [
        { kind: 'SERVER_ERROR', count: 3 },
        { kind: 'NO_STATUS', count: 2 },
        ...['CLIENT_ERROR', 'RATE_LIMITED', 'UNKNOWN', 'WRONG_ANSWER'].map((kind) => ({
          ...{ kind, count: 1 },
        })),
      ],
    });
    const none = { calls: 0, succeeded: 0, underWay: 0, failures: [], p50Ms: null, p95Ms: null };
    expect(healths.get(quiet)).toMatchObject({ breaker: 'CLOSED', isWhole: true, ...none });
  });

  it('counts the newest thousand calls and says so', async () => {
    const context = await contextOfNewTenant(services);
    const id = await integrationOf(context, 'loud');
    await insertCalls(context, { id, agoMs: 60_000 }, [failed(500)]);
    await insertCalls(
      context,
      { id },
      Array.from({ length: 1_000 }, () => succeeded(5)),
    );
    const healths = await loadHealth(context, [id]);
    expect(healths.get(id)).toMatchObject({ calls: 1_000, isWhole: false, failures: [] });
  });

  it('is of the caller’s tenant, and for those who read integrations', async () => {
    const [context, other] = [
      await contextOfNewTenant(services),
      await contextOfNewTenant(services),
    ];
    const id = await integrationOf(context, 'bank');
    await insertCalls(context, { id }, [failed(500)]);
    expect((await loadHealth(other, [id])).get(id)).toMatchObject({ calls: 0, failures: [] });
    const nobody = contextFor(services, context.actor.tenantId, []);
    await expect(loadHealth(nobody, [id])).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });

  it('knows no breaker where nobody can', async () => {
    const context = await contextOfNewTenant(services);
    const id = await integrationOf(context, 'bank');
    const standing: VerbContext['standing'] = (keys) => Promise.resolve(keys.map(() => undefined));
    const healths = await loadHealth({ ...context, standing }, [id]);
    expect(healths.get(id)?.breaker).toBeUndefined();
  });
});

describe('a system that fails', () => {
  let peer: Loopback;
  let running: TestPlatform;

  beforeAll(async () => {
    peer = stack.use(await openLoopback((response) => json(response, {}, 500)));
    running = stack.use(await startTestPlatform({ OPERANDI_EGRESS_ALLOW: peer.host }));
  });

  const create = typed<{
    readonly createIntegration: { readonly integration: { readonly id: string } };
  }>(`mutation Create($input: CreateIntegrationInput!) {
    createIntegration(input: $input) { integration { id } userErrors { message } } }`);
  const invoke = typed(`mutation Invoke($input: InvokeIntegrationInput!) {
    invokeIntegration(input: $input) { call { state } } }`);

  async function operandi(...args: readonly string[]): Promise<string> {
    const env = {
      ...{ PATH: process.env['PATH'], OPERANDI_URL: running.platform.url },
      OPERANDI_API_KEY: running.platform.firstKey ?? '',
    };
    const main = fileURLToPath(new URL('../../cli/operandi.cjs', import.meta.url));
    const { stdout } = await promisify(execFile)(process.execPath, [main, ...args], { env });
    return stdout;
  }

  it('is seen by its open breaker and what failed, at the command line too', async () => {
    const input = {
      ...{ name: 'bank', kind: 'http' },
      config: { ...config, baseUrl: peer.url, limits: { ratePerSecond: 50 } },
    };
    const { createIntegration: made } = await running.client.request(create, { input });
    const call = { integrationId: made.integration.id, operation: 'pay' };
    for (let count = 0; count < 8; count += 1)
      await running.client.request(invoke, { input: call });
    expect(peer.seen).toHaveLength(8);
    const { health } = JSON.parse(await operandi('integrations', 'get', 'bank', '--json')) as {
      readonly health: object;
    };
    expect(health).toMatchObject({
      ...{ breaker: 'OPEN', ratePerSecond: 50, calls: 8, succeeded: 0, underWay: 0 },
      ...{ failures: [{ kind: 'SERVER_ERROR', count: 8 }], isWhole: true },
      p95Ms: expect.any(Number) as number,
    });
    expect(await operandi('integrations', 'get', 'bank')).toMatch(/breaker +OPEN\n.*50\/s\n/su);
    expect(await operandi('integrations', 'list')).toMatch(/bank +http +OPEN +8, 8 failed/u);
  });
});
