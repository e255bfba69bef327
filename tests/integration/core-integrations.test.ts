import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { json, openLoopback } from '../../connectors/testing/loopback.ts';
import type { Loopback } from '../../connectors/testing/loopback.ts';
import { rolePermissions } from '../../core/access/permissions.ts';
import { listAuditEvents } from '../../core/audit/list-audit-events.ts';
import type { VerbContext } from '../../core/context.ts';
import { createIntegration } from '../../core/integrations/create-integration.ts';
import { deleteIntegration } from '../../core/integrations/delete-integration.ts';
import { getIntegration } from '../../core/integrations/get-integration.ts';
import { invokeForJob } from '../../core/integrations/invoke-for-job.ts';
import { invokeIntegration } from '../../core/integrations/invoke-integration.ts';
import { listCalls } from '../../core/integrations/list-calls.ts';
import { listIntegrations } from '../../core/integrations/list-integrations.ts';
import { loadIntegrations } from '../../core/integrations/load-integrations.ts';
import { setCredential } from '../../core/integrations/set-credential.ts';
import { testIntegration } from '../../core/integrations/test-integration.ts';
import { updateIntegration } from '../../core/integrations/update-integration.ts';
import { newId } from '../../kernel/ids.ts';
import { createTestDatabase } from '../support/database.ts';
import type { TestDatabase } from '../support/database.ts';
import { recordingLog } from '../support/log.ts';
import {
  auditLogOf,
  contextFor,
  contextOfNewTenant,
  openTestServices,
} from '../support/verb-context.ts';
import { onlyPage } from '../support/only-page.ts';
import type { TestServices } from '../support/verb-context.ts';

const canary = 'canary-7f3a9c1e';
const newCanary = 'canary-52b8d0aa';
const { log, lines } = recordingLog();

const someDate: unknown = expect.any(Date);
const someNumber: unknown = expect.any(Number);

let test: TestDatabase;
let services: TestServices;
let partner: Loopback;

beforeAll(async () => {
  test = await createTestDatabase();
  partner = await openLoopback((response, { url, headers, body }) => {
    const { pathname } = new URL(url, 'http://partner');
    if (pathname === '/batch') {
      const { ids } = JSON.parse(body) as { ids: string[] };
      json(response, { items: ids.map((id) => ({ id, name: `supplier ${id}` })) });
    } else if (pathname === '/refuse') {
      json(response, { secret: headers.authorization }, 422);
    } else if (pathname !== '/hang') {
      json(response, { path: pathname, authorization: headers.authorization ?? null });
    }
  });
  services = openTestServices(test.database, { log, allow: [partner.host] });
});

afterAll(async () => {
  await services[Symbol.asyncDispose]();
  await partner[Symbol.asyncDispose]();
  await test[Symbol.asyncDispose]();
});

const bearer = (token: string) => ({ type: 'bearer', token });
const config = () => ({
  baseUrl: partner.url,
  operations: [
    { name: 'echo', path: '/echo' },
    { name: 'refuse', path: '/refuse' },
    { name: 'hang', path: '/hang' },
    {
      name: 'supplier',
      path: '/suppliers/{id}',
      arguments: { id: { type: 'string' } },
      batch: {
        path: '/batch',
        body: { ids: '{keys}' },
        keyArgument: 'id',
        maxKeys: 100,
        items: '/items',
        key: '/id',
      },
    },
  ],
});
const connection = (name = 'partner') => ({ name, kind: 'http', config: config() });
const connect = (context: VerbContext) =>
  createIntegration(context, { ...connection(), credential: bearer(canary) });
const connectId = async (context: VerbContext) => (await connect(context)).id;

interface Case {
  readonly verb: string;
  readonly action: string;
  readonly needs: string;
  readonly prepare: (context: VerbContext) => Promise<string>;
  readonly run: (context: VerbContext, id: string) => Promise<unknown>;
  readonly effect: object;
  readonly data: readonly object[];
  readonly isAboutAnObject?: false;
}

const cases: readonly Case[] = [
  {
    verb: 'createIntegration',
    action: 'integration.create',
    needs: 'INTEGRATIONS_MANAGE',
    prepare: () => Promise.resolve(''),
    run: (context) => connect(context),
    effect: { name: 'partner', kind: 'http', credentialVersion: 1 },
    data: [{ name: 'partner', kind: 'http', hasCredential: true }],
    isAboutAnObject: false,
  },
  {
    verb: 'updateIntegration',
    action: 'integration.update',
    needs: 'INTEGRATIONS_MANAGE',
    prepare: connectId,
    run: (context, id) => updateIntegration(context, { id, config: config() }),
    effect: { name: 'partner' },
    data: [{}],
  },
  {
    verb: 'setCredential',
    action: 'credential.set',
    needs: 'INTEGRATIONS_MANAGE',
    prepare: connectId,
    run: (context, id) =>
      setCredential(context, { integrationId: id, credential: bearer(newCanary) }),
    effect: { credentialVersion: 2 },
    data: [{ version: 2 }],
  },
  {
    verb: 'deleteIntegration',
    action: 'integration.delete',
    needs: 'INTEGRATIONS_MANAGE',
    prepare: connectId,
    run: (context, id) => deleteIntegration(context, { id }),
    effect: { deletedAt: someDate },
    data: [{ name: 'partner' }],
  },
  {
    verb: 'testIntegration',
    action: 'integration.test',
    needs: 'INTEGRATIONS_MANAGE',
    prepare: connectId,
    run: (context, id) => testIntegration(context, { id }),
    effect: { isReachable: true, message: 'answered with status 200' },
    data: [{ phase: 'intent' }, { phase: 'outcome', isReachable: true }],
  },
  {
    verb: 'invokeIntegration',
    action: 'integration.call',
    needs: 'INTEGRATIONS_INVOKE',
    prepare: connectId,
    run: (context, id) => invokeIntegration(context, { integrationId: id, operation: 'echo' }),
    effect: {
      call: { operation: 'echo', state: 'SUCCEEDED', status: 200, attempts: 1, jobId: null },
      result: { path: '/echo', authorization: `Bearer ${canary}` },
      userErrors: [],
    },
    data: [
      { phase: 'intent', operation: 'echo' },
      { phase: 'outcome', operation: 'echo', state: 'SUCCEEDED', status: 200 },
    ],
  },
];

describe('a verb of integrations', () => {
  it.each(cases)('$verb does what it says and leaves its audit rows', async (one) => {
    const context = await contextOfNewTenant(services);
    const id = await one.prepare(context);
    const before = await auditLogOf(test.database, context.actor.tenantId);
    expect(await one.run(context, id)).toMatchObject(one.effect);
    const added = (await auditLogOf(test.database, context.actor.tenantId)).slice(before.length);
    const { actor, requestId } = context;
    expect(added).toMatchObject(
      one.data.map((data) => ({ action: one.action, actorId: actor.id, requestId, data })),
    );
  });

  it.each(cases.filter(({ isAboutAnObject }) => isAboutAnObject !== false))(
    '$verb finds neither what is deleted nor what another tenant has',
    async (one) => {
      const owner = await contextOfNewTenant(services);
      const stranger = await contextOfNewTenant(services);
      const id = await one.prepare(owner);
      const calls = partner.seen.length;
      await expect(one.run(stranger, id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
      expect(await auditLogOf(test.database, stranger.actor.tenantId)).toEqual([]);
      await deleteIntegration(owner, { id });
      await expect(one.run(owner, id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
      expect(partner.seen).toHaveLength(calls);
    },
  );

  it.each(cases)('$verb is refused without its permission, on record', async (one) => {
    const context = await contextOfNewTenant(services);
    const id = await one.prepare(context);
    const viewer = contextFor(services, context.actor.tenantId, rolePermissions.VIEWER);
    await expect(one.run(viewer, id)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    const acts = await auditLogOf(test.database, context.actor.tenantId);
    expect(acts.at(-1)).toMatchObject({ actorId: viewer.actor.id, data: { denied: [one.needs] } });
  });

  it('createIntegration refuses a taken name, and takes it again after a deletion', async () => {
    const context = await contextOfNewTenant(services);
    const id = await connectId(context);
    await expect(connect(context)).rejects.toMatchObject({
      code: 'ALREADY_EXISTS',
      problems: [{ field: 'input.name' }],
    });
    await deleteIntegration(context, { id });
    expect(await connect(context)).toMatchObject({ name: 'partner' });
    expect(await connect(await contextOfNewTenant(services))).toMatchObject({ name: 'partner' });
  });

  it.each<[string, () => object, string]>([
    ['a name with a slash', () => connection('a/b'), 'input.name'],
    ['an unknown kind', () => ({ ...connection(), kind: 'fax' }), 'input.kind'],
    [
      'a configuration that does not fit its kind',
      () => ({ ...connection(), config: { ...config(), baseUrl: 7 } }),
      'input.config.baseUrl',
    ],
    [
      'a credential that does not fit its kind',
      () => ({ ...connection(), credential: { type: 'bearer', token: 7 } }),
      'input.credential.token',
    ],
  ])('createIntegration refuses %s with its path', async (_, input, field) => {
    const context = await contextOfNewTenant(services);
    await expect(createIntegration(context, input())).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
      problems: [{ field }],
    });
    expect(await auditLogOf(test.database, context.actor.tenantId)).toEqual([]);
  });
});

describe('integrations', () => {
  it('are found by id and by name, within the tenant only', async () => {
    const context = await contextOfNewTenant(services);
    const stranger = await contextOfNewTenant(services);
    const id = await connectId(context);
    expect(await getIntegration(context, { id })).toMatchObject({ name: 'partner' });
    expect(await getIntegration(context, { name: 'partner' })).toMatchObject({ id });
    expect(await getIntegration(stranger, { id })).toBeNull();
    expect(await getIntegration(stranger, { name: 'partner' })).toBeNull();
    expect(await loadIntegrations(stranger, [id, 'noise'])).toEqual(new Map());
    expect([...(await loadIntegrations(context, [id])).keys()]).toEqual([id]);
    await expect(getIntegration(context, {})).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
  });

  it('are listed by name, page by page, without the deleted', async () => {
    const context = await contextOfNewTenant(services);
    for (const name of ['delta', 'alpha', 'charlie', 'bravo']) {
      await createIntegration(context, connection(name));
    }
    const gone = await getIntegration(context, { name: 'bravo' });
    await deleteIntegration(context, { id: gone?.id });
    const first = await listIntegrations(context, { first: 2 });
    const rest = await listIntegrations(context, { first: 2, after: first.pageInfo.endCursor });
    const names = [first, rest].map(({ nodes }) => nodes.map(({ name }) => name));
    expect(names).toEqual([['alpha', 'charlie'], ['delta']]);
  });
});

describe('a credential', () => {
  it('is used, and its successor from the next call on', async () => {
    const context = await contextOfNewTenant(services);
    const id = await connectId(context);
    const echoed = async () => {
      const call = { integrationId: id, operation: 'echo' };
      return (await invokeIntegration(context, call)).result;
    };
    expect(await echoed()).toMatchObject({ authorization: `Bearer ${canary}` });
    await setCredential(context, { integrationId: id, credential: bearer(newCanary) });
    expect(await echoed()).toMatchObject({ authorization: `Bearer ${newCanary}` });
  });

  it('is destroyed by its successor and with its integration', async () => {
    const context = await contextOfNewTenant(services);
    const id = await connectId(context);
    const versions = async () => {
      const { rows } = await test.database.pool.query<{ version: number }>(
        'select version from integrations.credential where integration_id = $1',
        [id],
      );
      return rows.map(({ version }) => version);
    };
    await setCredential(context, { integrationId: id, credential: bearer(newCanary) });
    expect(await versions()).toEqual([2]);
    await deleteIntegration(context, { id });
    expect(await versions()).toEqual([]);
  });

  it('does not open when its row is moved to another integration', async () => {
    const context = await contextOfNewTenant(services);
    const from = await connectId(context);
    const { id: to } = await createIntegration(context, {
      ...connection('thief'),
      credential: bearer('x'),
    });
    await test.database.pool.query(
      `update integrations.credential set sealed = (
         select sealed from integrations.credential where integration_id = $1)
       where integration_id = $2`,
      [from, to],
    );
    const calls = partner.seen.length;
    const attempt = invokeIntegration(context, { integrationId: to, operation: 'echo' });
    await expect(attempt).rejects.toMatchObject({ code: 'INTERNAL' });
    const { nodes } = await onlyPage(listCalls(context, 'integration', [{ callerId: to }]));
    expect(nodes).toMatchObject([{ state: 'FAILED', error: 'a fault of the platform' }]);
    expect(partner.seen).toHaveLength(calls);
  });

  it('appears in no row, log line or error', async () => {
    const context = await contextOfNewTenant(services);
    const id = await connectId(context);
    const failed = await invokeIntegration(context, { integrationId: id, operation: 'refuse' });
    expect(failed).toMatchObject({ call: { state: 'FAILED', status: 422 }, result: null });
    await setCredential(context, { integrationId: id, credential: bearer(newCanary) });
    const wrong = { integrationId: id, credential: { type: 'bearer', token: 7, canary } };
    const refusal = await setCredential(context, wrong).catch((error: unknown) => error);
    const { rows } = await test.database.pool.query<{ text: string }>(
      `select i::text as text from integrations.integration i
       union all select c::text from integrations.credential c
       union all select c::text from integrations.call c
       union all select e::text from audit.event e`,
    );
    const found = [
      ...rows.map(({ text }) => text),
      ...lines,
      JSON.stringify(failed),
      String(refusal),
      JSON.stringify(refusal),
    ].filter((text) => text.includes(canary) || text.includes(newCanary));
    expect(found).toEqual([]);
  });
});

describe('a call', () => {
  const callOf = (context: VerbContext, change: object = {}) => ({
    tenantId: context.actor.tenantId,
    jobId: newId(),
    key: '/do/0/look#1',
    task: '/do/0/look',
    integration: 'partner',
    operation: 'supplier',
    arguments: { id: '7' },
    idempotencyKey: newId(),
    worker: 'worker-1',
    lineage: { agentVersionId: newId(), version: 3, definitionHash: 'f00d', epoch: 2 },
    isSealed: false,
    timeoutMs: 30_000,
    signal: AbortSignal.timeout(10_000),
    ...change,
  });

  it('of a job is on record before it is made and after', async () => {
    const context = await contextOfNewTenant(services);
    await connect(context);
    const call = callOf(context, { operation: 'echo', arguments: {} });
    expect(await invokeForJob(services, call)).toMatchObject({ path: '/echo' });
    const { nodes } = await onlyPage(listCalls(context, 'job', [{ callerId: call.jobId }]));
    expect(nodes).toMatchObject([
      { key: call.key, task: call.task, state: 'SUCCEEDED', attempts: 1, status: 200 },
    ]);
    const trail = (await listAuditEvents(context, { filter: { actions: ['integration.call'] } }))
      .nodes;
    expect(trail).toMatchObject([
      { jobId: call.jobId, actorKind: 'worker', data: { phase: 'outcome', state: 'SUCCEEDED' } },
      { jobId: call.jobId, actorKind: 'worker', data: { phase: 'intent', task: call.task } },
    ]);
  });

  it('stays INTENDED while its outcome is not known', async () => {
    const context = await contextOfNewTenant(services);
    await connect(context);
    const stop = new AbortController();
    const call = callOf(context, { operation: 'hang', arguments: {}, signal: stop.signal });
    const arrivals = partner.seen.length;
    const running = invokeForJob(services, call).catch((error: unknown) => error);
    while (partner.seen.length === arrivals) await new Promise((resolve) => setImmediate(resolve));
    const state = async () =>
      (await onlyPage(listCalls(context, 'job', [{ callerId: call.jobId }]))).nodes.map(
        (one) => one.state,
      );
    expect(await state()).toEqual(['INTENDED']);
    stop.abort();
    expect(await running).toBeInstanceOf(Error);
    expect(await state()).toEqual(['UNKNOWN']);
  });

  it('that is replayed keeps its row and counts its requests', async () => {
    const context = await contextOfNewTenant(services);
    await connect(context);
    const call = callOf(context);
    await invokeForJob(services, call);
    await invokeForJob(services, call);
    const { nodes } = await onlyPage(listCalls(context, 'job', [{ callerId: call.jobId }]));
    expect(nodes).toMatchObject([{ state: 'SUCCEEDED', attempts: 2 }]);
  });

  it('that is under way is not begun again', async () => {
    const context = await contextOfNewTenant(services);
    await connect(context);
    const call = callOf(context);
    const twice = await Promise.allSettled([1, 2].map(() => invokeForJob(services, call)));
    expect(twice.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
  });

  it('to an integration that does not exist leaves no trace and is NOT_FOUND', async () => {
    const context = await contextOfNewTenant(services);
    await connect(await contextOfNewTenant(services));
    const call = callOf(context);
    await expect(invokeForJob(services, call)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await auditLogOf(test.database, context.actor.tenantId)).toEqual([]);
  });

  it('with arguments that do not fit fails without a request', async () => {
    const context = await contextOfNewTenant(services);
    await connect(context);
    const call = callOf(context, { arguments: { identity: 7 } });
    const arrivals = partner.seen.length;
    await expect(invokeForJob(services, call)).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
    const { nodes } = await onlyPage(listCalls(context, 'job', [{ callerId: call.jobId }]));
    expect(nodes).toMatchObject([{ state: 'FAILED', attempts: 0 }]);
    expect(partner.seen).toHaveLength(arrivals);
  });

  it('shares requests with a thousand others of its kind, each with a row of its own', async () => {
    const context = await contextOfNewTenant(services);
    const { id: integrationId } = await connect(context);
    const jobId = newId();
    const arrivals = partner.seen.length;
    const names = await Promise.all(
      Array.from({ length: 1_000 }, (_, at) =>
        invokeForJob(
          services,
          callOf(context, { jobId, key: `#${at}`, arguments: { id: String(at) } }),
        ),
      ),
    );
    expect(names[999]).toEqual({ id: '999', name: 'supplier 999' });
    expect(partner.seen.length - arrivals).toBeLessThanOrEqual(12);
    const { rows } = await test.database.pool.query<{ calls: number; batches: number }>(
      `select count(*)::int as calls, count(distinct batch_id)::int as batches
       from integrations.call where job_id = $1 and state = 'SUCCEEDED'`,
      [jobId],
    );
    expect(rows).toMatchObject([{ calls: 1_000, batches: partner.seen.length - arrivals }]);
    const audited = await auditLogOf(test.database, context.actor.tenantId);
    expect(audited.filter(({ data }) => data['phase'] === 'outcome')).toHaveLength(1_000);
    const page = await onlyPage(
      listCalls(context, 'integration', [{ callerId: integrationId, first: 1 }]),
    );
    expect(page.nodes).toMatchObject([{ batchSize: someNumber }]);
  });
});
