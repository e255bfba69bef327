import { createHash } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { rolePermissions } from '../../core/access/permissions.ts';
import { updateTenant } from '../../core/access/update-tenant.ts';
import { eventCursor } from '../../core/audit/audit-event.ts';
import type { ListedEvent } from '../../core/audit/audit-event.ts';
import { listAuditEvents } from '../../core/audit/list-audit-events.ts';
import { listAuditTrail } from '../../core/audit/list-audit-trail.ts';
import { record } from '../../core/audit/record.ts';
import { sealAuditEvents } from '../../core/audit/seal.ts';
import { tailAuditEvents } from '../../core/audit/tail-audit-events.ts';
import { verifyLog } from '../../core/audit/verify-log.ts';
import type { VerbContext } from '../../core/context.ts';
import { newId } from '../../kernel/ids.ts';
import { isJsonObject } from '../../kernel/json.ts';
import type { Fault } from '../../sdk/src/verify/index.ts';
import { createTestDatabase, databaseKinds } from '../support/database.ts';
import type { TestDatabase } from '../support/database.ts';
import { onlyPage } from '../support/only-page.ts';
import { sealAll } from '../support/seal-all.ts';
import { until } from '../support/until.ts';
import { contextFor, contextOfNewTenant, openTestServices } from '../support/verb-context.ts';
import type { TestServices } from '../support/verb-context.ts';

/** Leaves one audit row for each name. */
async function act(context: VerbContext, ...names: readonly string[]): Promise<void> {
  for (const name of names) await updateTenant(context, { name });
}

const nameOf = ({ data }: Pick<ListedEvent, 'data'>) =>
  isJsonObject(data) ? data['name'] : undefined;

describe.each(databaseKinds)('the audit log on %s', (kind) => {
  let test: TestDatabase;
  let services: TestServices;

  beforeAll(async () => {
    test = await createTestDatabase(kind);
    services = openTestServices(test.database);
  });

  afterAll(async () => {
    await services[Symbol.asyncDispose]();
    await test[Symbol.asyncDispose]();
  });

  it('gives each tenant its own numbers without gaps, in order of commit', async () => {
    const one = await contextOfNewTenant(services);
    const other = await contextOfNewTenant(services);
    await act(one, 'a');
    await act(other, 'x');
    await act(one, 'b', 'c', 'd');
    await act(other, 'y');
    await sealAll(services, 3);
    const numbered = async (context: VerbContext) =>
      (await listAuditEvents(context, {})).nodes.map((event) => [event.seq, nameOf(event)]);
    expect(await numbered(one)).toEqual([
      ['4', 'd'],
      ['3', 'c'],
      ['2', 'b'],
      ['1', 'a'],
    ]);
    expect(await numbered(other)).toEqual([
      ['2', 'y'],
      ['1', 'x'],
    ]);
    expect(await verifyLog(one, {})).toMatchObject({ isIntact: true, checked: 4, next: null });
    await act(one, 'e');
    await sealAll(services, 3);
    expect(await verifyLog(one, {})).toMatchObject({ isIntact: true, checked: 5 });
  });

  it('hashes as the documentation says', async () => {
    const context = await contextOfNewTenant(services);
    await act(context, 'Zoë "1"');
    await sealAll(services, 3);
    const [event] = (await listAuditEvents(context, {})).nodes;
    const { actor, requestId } = context;
    const texts = [
      `{"action":"tenant.update","actor":{"id":"${actor.id}","kind":"user"},` +
        `"at":"${event?.at ?? ''}","id":"${event?.id ?? ''}","jobId":null,` +
        `"requestId":"${requestId}","seq":"1",` +
        `"target":{"id":"${actor.tenantId}","kind":"tenant"},"tenantId":"${actor.tenantId}"}`,
      '"Ada"',
      '{"name":"Zoë \\"1\\""}',
    ];
    const { rows } = await test.database.pool.query<{ salts: Buffer }>(
      'select salts from audit.seal where event_id = $1',
      [event?.id],
    );
    const leaf = createHash('sha256').update(Buffer.of(0, 1));
    for (const [at, text] of texts.entries()) {
      const salt = rows[0]?.salts.subarray(at * 16, at * 16 + 16) ?? '';
      leaf.update(createHash('sha256').update(salt).update(text).digest());
    }
    expect(event?.hash).toBe(leaf.digest('hex'));
  });

  it.each<[string, string, Fault]>([
    ['changed data', `update audit.event set data = '{"name":"b!"}' where id = $1`, 'edited'],
    ['a changed actor', `update audit.event set actor_name = 'Eve' where id = $1`, 'edited'],
    [
      'a moved microsecond',
      `update audit.event set at = at + interval '1 us' where id = $1`,
      'edited',
    ],
    ['a deleted event', 'delete from audit.event where id = $1', 'deleted'],
    ['a deleted seal', 'delete from audit.seal where event_id = $1', 'deleted'],
    ['a changed leaf', `update audit.seal set leaf = '\\x00' where event_id = $1`, 'edited'],
    ['a changed salt', `update audit.seal set salts = sha256(salts) where event_id = $1`, 'edited'],
    ['a changed number', 'update audit.seal set seq = 99 where event_id = $1', 'deleted'],
  ])(
    'attack 54: names the first event that does not fit after %s by the owner',
    async (_, sql, fault) => {
      const context = await contextOfNewTenant(services);
      await act(context, 'a', 'b', 'c');
      await sealAll(services, 3);
      const second = (await listAuditEvents(context, {})).nodes.at(1);
      expect((await test.database.pool.query(sql, [second?.id])).rowCount).toBe(1);
      expect(await verifyLog(context, {})).toMatchObject({
        isIntact: false,
        checked: 1,
        firstBadSeq: 2n,
        problem: { fault },
      });
    },
  );

  it.each(['app', 'worker'] as const)(
    'cannot be changed, deleted or emptied by the %s role',
    async (role) => {
      const context = await contextOfNewTenant(services);
      await act(context, 'a');
      await sealAll(services, 3);
      for (const table of ['audit.event', 'audit.seal', 'audit.node', 'audit.checkpoint']) {
        for (const sql of [
          `update ${table} set tenant_id = tenant_id`,
          `delete from ${table}`,
          `truncate ${table}`,
        ]) {
          const attempt = test.database.withTenant(
            context.actor.tenantId,
            (tx) => tx.$executeRawUnsafe(sql),
            { role },
          );
          await expect(attempt, sql).rejects.toThrow();
        }
      }
      expect(await verifyLog(context, {})).toMatchObject({ isIntact: true, checked: 1 });
    },
  );

  it('cannot be sealed by the app role', async () => {
    const context = await contextOfNewTenant(services);
    const forged = test.database.withTenant(
      context.actor.tenantId,
      (tx) => tx.$executeRaw`
        insert into audit.seal (tenant_id, seq, event_id, epoch, salts, leaf)
        values (${context.actor.tenantId}::uuid, 1, ${newId()}::uuid, 1, '', '')`,
    );
    await expect(forged).rejects.toThrow();
  });

  it('keeps neither the change nor the row when a transaction fails', async () => {
    const context = await contextOfNewTenant(services);
    const { tenantId } = context.actor;
    const failing = test.database.withTenant(tenantId, async (tx) => {
      await record(tx, context, { action: 'a.b', target: { kind: 'tenant', id: tenantId } });
      throw new Error('too late');
    });
    await expect(failing).rejects.toThrow('too late');
    expect((await listAuditEvents(context, {})).nodes).toEqual([]);
  });

  it('filters by action, actor, target and time', async () => {
    const context = await contextOfNewTenant(services);
    await act(context, 'a');
    const jobId = newId();
    await test.database.withTenant(context.actor.tenantId, (tx) =>
      record(tx, context, { action: 'job.cancel', target: { kind: 'job', id: jobId }, jobId }),
    );
    const found = async (filter: object) =>
      (await listAuditEvents(context, { filter })).nodes.map(({ action }) => action);
    expect(await found({ actions: ['job.cancel'] })).toEqual(['job.cancel']);
    expect(await found({ targetId: jobId })).toEqual(['job.cancel']);
    expect(await found({ actorId: context.actor.id })).toEqual(['job.cancel', 'tenant.update']);
    expect(await found({ actorId: newId() })).toEqual([]);
    expect(await found({ to: '2020-01-01T00:00:00Z' })).toEqual([]);
    expect(await found({ from: '2020-01-01T00:00:00+01:00' })).toHaveLength(2);
    await expect(found({ from: 'yesterday' })).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
      problems: [{ field: 'filter.from' }],
    });
  });

  it('pages newest first without a repeat', async () => {
    const context = await contextOfNewTenant(services);
    await act(context, 'a', 'b', 'c', 'd', 'e');
    const first = await listAuditEvents(context, { first: 2 });
    const second = await listAuditEvents(context, { first: 2, after: first.pageInfo.endCursor });
    const third = await listAuditEvents(context, { last: 1 });
    const names = [first, second, third].map(({ nodes }) => nodes.map(nameOf));
    expect(names).toEqual([['e', 'd'], ['c', 'b'], ['a']]);
    expect(second.pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: true });
  });

  it('tells the story of one object in order', async () => {
    const context = await contextOfNewTenant(services);
    const [jobId, otherId] = [newId(), newId()];
    const { tenantId } = context.actor;
    await test.database.withTenant(tenantId, async (tx) => {
      for (const [action, id] of [
        ['job.submit', jobId],
        ['job.submit', otherId],
        ['job.cancel', jobId],
      ] as const) {
        await record(tx, context, { action, target: { kind: 'job', id }, jobId: id });
      }
      await record(tx, context, {
        action: 'integration.call',
        target: { kind: 'integration', id: otherId },
        jobId,
      });
    });
    const trail = (first: number, after?: string | null) =>
      onlyPage(listAuditTrail(context, 'job', [{ id: jobId, first, after }]));
    const start = await trail(2);
    const rest = await trail(2, start.pageInfo.endCursor);
    const actions = [...start.nodes, ...rest.nodes].map(({ action }) => action);
    expect(actions).toEqual(['job.submit', 'job.cancel', 'integration.call']);
  });

  it('is closed to other tenants and to those who may not read it', async () => {
    const context = await contextOfNewTenant(services);
    await act(context, 'a');
    await sealAll(services, 3);
    const stranger = await contextOfNewTenant(services);
    const subject = { kind: 'integration', id: context.actor.tenantId } as const;
    expect((await listAuditEvents(stranger, {})).nodes).toEqual([]);
    expect(
      (await onlyPage(listAuditTrail(stranger, subject.kind, [{ id: subject.id }]))).nodes,
    ).toEqual([]);
    expect(await verifyLog(stranger, {})).toMatchObject({ checked: 0 });
    const viewer = contextFor(services, context.actor.tenantId, rolePermissions.VIEWER);
    const { signal } = new AbortController();
    for (const reading of [
      () => listAuditEvents(viewer, {}),
      () => listAuditTrail(viewer, subject.kind, [{ id: subject.id }]),
      () => verifyLog(viewer, {}),
      () => tailAuditEvents(viewer, { signal }).next(),
    ]) {
      await expect(reading()).rejects.toMatchObject({ code: 'FORBIDDEN' });
    }
  });

  describe('its tail', () => {
    it('brings what is sealed from now on, at the ring', async () => {
      const context = await contextOfNewTenant(services);
      await act(context, 'before');
      await sealAll(services, 3);
      const stop = new AbortController();
      const tail = tailAuditEvents(context, { signal: stop.signal });
      let first: unknown;
      const told = tail.next().then(({ value }) => (first = value));
      // Only the tail itself knows when it began to listen.
      await until('the tail speaks', async () => {
        await act(context, 'after');
        await sealAll(services, 3);
        return first !== undefined;
      });
      await told;
      expect(first).toMatchObject({ data: { name: 'after' } });
      stop.abort();
    });

    it('ends when its signal aborts, also while it waits', async () => {
      const context = await contextOfNewTenant(services);
      const stop = new AbortController();
      const tail = tailAuditEvents(context, { signal: stop.signal });
      const next = tail.next();
      stop.abort();
      expect(await next).toEqual({ done: true, value: undefined });
    });

    it('resumes after any cursor without gap or repeat, sealed or not', async () => {
      const context = await contextOfNewTenant(services);
      const letters = ['a', 'b', 'c', 'd', 'e', 'f'];
      await act(context, ...letters.slice(0, 3));
      await sealAll(services, 3);
      await act(context, ...letters.slice(3, 5));
      const listed = (await listAuditEvents(context, {})).nodes.toReversed();
      expect(listed.map(({ seq }) => seq)).toEqual(['1', '2', '3', null, null]);
      const tails = listed.map((event) => collect(context, eventCursor(event), 'f'));
      await act(context, 'f');
      await sealAll(services, 3);
      expect(await Promise.all(tails)).toEqual(listed.map((_, at) => letters.slice(at + 1)));
    });

    it('refuses a cursor of another tenant', async () => {
      const context = await contextOfNewTenant(services);
      const stranger = await contextOfNewTenant(services);
      await act(context, 'a');
      const [event] = (await listAuditEvents(context, {})).edges;
      const { signal } = new AbortController();
      const tail = tailAuditEvents(stranger, { after: event?.cursor, signal });
      await expect(tail.next()).rejects.toMatchObject({ code: 'BAD_USER_INPUT', path: 'after' });
    });
  });

  it('is sealed once although several sealers are at work', async () => {
    const context = await contextOfNewTenant(services);
    await act(context, 'a', 'b', 'c');
    await Promise.all([1, 2, 3].map(() => sealAuditEvents(services, 100)));
    await sealAll(services, 3);
    expect(await verifyLog(context, {})).toMatchObject({ isIntact: true, checked: 3 });
  });

  /** Names of the events after a cursor, up to and with the given one. */
  async function collect(context: VerbContext, after: string, last: string): Promise<unknown[]> {
    const stop = new AbortController();
    const names: unknown[] = [];
    for await (const event of tailAuditEvents(context, { after, signal: stop.signal })) {
      names.push(nameOf(event));
      if (nameOf(event) === last) stop.abort();
    }
    return names;
  }
});

// Only a server with several sessions has transactions that overlap.
describe.each(databaseKinds.filter((kind) => kind === 'postgres'))('sealing on %s', (kind) => {
  it('waits for an older transaction, whose events come first', async () => {
    await using test = await createTestDatabase(kind);
    await using services = openTestServices(test.database);
    const context = await contextOfNewTenant(services);
    const { tenantId } = context.actor;
    const begun = Promise.withResolvers<undefined>();
    const release = Promise.withResolvers<undefined>();
    const older = test.database.withTenant(tenantId, async (tx) => {
      const target = { kind: 'tenant', id: tenantId };
      await record(tx, context, { action: 'older', target });
      begun.resolve(undefined);
      await release.promise;
    });
    await begun.promise;
    await act(context, 'younger');
    expect(await sealAuditEvents(services, 100)).toBe(0);
    release.resolve(undefined);
    await older;
    await sealAll(services);
    const { nodes } = await listAuditEvents(context, {});
    const order = nodes.toSorted((one, other) => Number(one.seq) - Number(other.seq));
    expect(order.map(({ action }) => action)).toEqual(['older', 'tenant.update']);
  });
});
