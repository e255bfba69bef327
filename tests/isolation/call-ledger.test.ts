import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { json, openLoopback, type Loopback } from '../../connectors/testing/loopback.ts';
import type { VerbContext } from '../../core/context.ts';
import { createCallLedger, type CallLedger } from '../../core/integrations/call-ledger.ts';
import { createIntegration } from '../../core/integrations/create-integration.ts';
import { newId } from '../../kernel/ids.ts';
import { createTestDatabase, databaseKinds, type TestDatabase } from '../support/database.ts';
import {
  contextOfNewTenant,
  openTestServices,
  type TestServices,
} from '../support/verb-context.ts';

/** The cut of a message at 300 falls into one of these, wherever it begins. */
const longMessage = '😀'.repeat(400);

describe.each(databaseKinds)('the record of calls on the %s database', (kind) => {
  let test: TestDatabase;
  let services: TestServices;
  let partner: Loopback;
  let quiet: VerbContext;
  let noisy: VerbContext;

  beforeAll(async () => {
    test = await createTestDatabase(kind);
    partner = await openLoopback((response, { url }) => {
      if (url === '/even') json(response, { message: longMessage }, 400);
      else if (url === '/odd') json(response, { message: `x${longMessage}` }, 400);
      else json(response, { ok: true });
    });
    services = openTestServices(test.database, { allow: [partner.host] });
    quiet = await connected();
    noisy = await connected();
  });
  afterAll(async () => {
    await services[Symbol.asyncDispose]();
    await partner[Symbol.asyncDispose]();
    await test[Symbol.asyncDispose]();
  });

  async function connected(): Promise<VerbContext> {
    const context = await contextOfNewTenant(services);
    const operations = ['good', 'even', 'odd'].map((name) => ({ name, path: `/${name}` }));
    const config = { baseUrl: partner.url, operations };
    await createIntegration(context, { name: 'partner', kind: 'http', config });
    return context;
  }

  const call = (context: VerbContext, operation: string, more: object = {}) =>
    services.invoker.invoke({
      ...{ author: context, integration: 'partner', operation, arguments: {}, ...more },
      signal: AbortSignal.timeout(20_000),
    });

  const poisons: readonly (readonly [string, (context: VerbContext) => Promise<unknown>])[] = [
    ['NUL in the operation', (context) => call(context, 'x\u0000')],
    ['half a pair in the operation', (context) => call(context, 'x\ud83d')],
    [
      'NUL in the idempotency key',
      (context) => call(context, 'good', { idempotencyKey: '\u0000' }),
    ],
    ['an answer cut within a character', (context) => call(context, 'even')],
    ['an answer cut within a character, one further', (context) => call(context, 'odd')],
    ['an operation of a megabyte', (context) => call(context, 'x'.repeat(1_000_000))],
  ];

  it.each(poisons)('keeps the calls of a tenant beside another with %s', async (_, poison) => {
    const count = 10;
    const beside = Array.from({ length: count }, () => poison(noisy).catch(() => undefined));
    const calls = await Promise.all(Array.from({ length: count }, () => call(quiet, 'good')));
    await Promise.all(beside);
    const { rows } = await test.database.pool.query<{ state: string }>(
      'select state::text from integrations.call where tenant_id = $1 and id = any($2::uuid[])',
      [quiet.actor.tenantId, calls.map(({ callId }) => callId)],
    );
    expect(rows).toEqual(Array.from({ length: count }, () => ({ state: 'SUCCEEDED' })));
  });

  it('settles every call of the poisoned tenant as well, so that no effect is made again', async () => {
    const { rows } = await test.database.pool.query(
      "select operation from integrations.call where state = 'INTENDED'",
    );
    expect(rows).toEqual([]);
  });

  const draft = (context: VerbContext) => ({
    ...{ tenantId: context.actor.tenantId, id: newId(), integration: 'partner', jobId: null },
    ...{ key: null, task: null, operation: 'good', idempotencyKey: null },
  });

  it.each([
    ['an id that is none', { id: 'no id' }],
    ['an id that is known', { id: '01890a5d-ac96-774b-bcce-b302099a8057' }],
    ['a number the column does not take', { jobId: '7', key: 'k' }],
  ])('refuses an intent with %s alone', async (_, fault) => {
    const ledger: CallLedger = createCallLedger(test.database);
    const bad = { author: noisy, draft: { ...draft(noisy), ...fault } };
    const good = Array.from({ length: 20 }, () => ({ author: quiet, draft: draft(quiet) }));
    const first = ledger.intend(bad).catch(() => undefined);
    const known = 'id' in fault ? ledger.intend(bad).catch((error: unknown) => error) : undefined;
    const calls = await Promise.all(good.map((intent) => ledger.intend(intent)));
    await Promise.all([first, known]);
    expect(calls.map(({ id }) => id)).toEqual(good.map((intent) => intent.draft.id));
  });

  it('refuses an outcome that cannot be written alone', async () => {
    const ledger = createCallLedger(test.database);
    const intend = (context: VerbContext) =>
      ledger.intend({ author: context, draft: draft(context) });
    const [bad, ...good] = await Promise.all([noisy, quiet, quiet, quiet].map(intend));
    const settle = (context: VerbContext, made: typeof bad, status: number) =>
      made === undefined
        ? Promise.reject(new Error('no call'))
        : ledger.settle({
            author: context,
            call: made,
            operation: 'good',
            task: null,
            outcome: {
              ...{ tenantId: made.tenantId, id: made.id, state: 'SUCCEEDED', status, attempts: 1 },
              ...{
                batchId: null,
                batchSize: null,
                error: null,
                ...{ cache: null, breaker: null, timing: null },
                durationMs: 1,
              },
            },
          });
    const results = await Promise.allSettled([
      settle(noisy, bad, 2 ** 40),
      ...good.map((made) => settle(quiet, made, 200)),
    ]);
    expect(results.map(({ status }) => status)).toEqual([
      'rejected',
      'fulfilled',
      'fulfilled',
      'fulfilled',
    ]);
  });
});
