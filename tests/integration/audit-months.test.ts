import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { updateTenant } from '../../core/access/update-tenant.ts';
import { lastCheckpoint, listCheckpoints } from '../../core/audit/checkpoints.ts';
import { placeLegalHold } from '../../core/audit/holds/place-hold.ts';
import { releaseLegalHold } from '../../core/audit/holds/release-hold.ts';
import { listAuditEvents } from '../../core/audit/list-audit-events.ts';
import { consistencyProof, inclusionProof } from '../../core/audit/proofs.ts';
import { forgetAuditEvents } from '../../core/audit/retention/forget-audit-events.ts';
import { auditRetention } from '../../core/audit/retention/retention.ts';
import { setAuditRetention } from '../../core/audit/retention/set-audit-retention.ts';
import { sweepAuditEvents } from '../../core/audit/sweep.ts';
import { verifyLog } from '../../core/audit/verify-log.ts';
import type { VerbContext } from '../../core/context.ts';
import { checkConsistency, parseCheckpoint, verifyExport } from '../../sdk/src/verify/index.ts';
import { openAuditExports, verifierKeys } from '../support/audit-exports.ts';
import { databaseKinds, createTestDatabase, type TestDatabase } from '../support/database.ts';
import { sealAll } from '../support/seal-all.ts';
import {
  auditLogOf,
  contextOfNewTenant,
  openTestServices,
  type TestServices,
} from '../support/verb-context.ts';
import { requireIncluded } from '../support/included.ts';

/** The first three bytes of ids of January and of February 2020. */
const january = '016f60';
const february = '01700a';

describe.each(databaseKinds)('whole months of audit events on %s', (kind) => {
  let test: TestDatabase;
  let services: TestServices;
  const exports = openAuditExports();

  beforeAll(async () => {
    test = await createTestDatabase(kind);
    services = openTestServices(test.database);
    await query('drop table audit.event_before');
    for (const month of ['2020-01-01', '2020-02-01'])
      await query(`select jobs.add_month('audit.event', 'id', '${month}')`);
  });
  afterAll(async () => {
    await exports[Symbol.asyncDispose]();
    await services[Symbol.asyncDispose]();
    await test[Symbol.asyncDispose]();
  });

  const query = <Row extends object>(text: string, values: readonly unknown[] = []) =>
    test.database.pool.query<Row>(text, [...values]);

  const forgetAll = async (): Promise<void> => {
    while (await forgetAuditEvents(services, { tenants: 100, events: 20 }));
  };
  const forgotten = async (context: VerbContext) => (await auditRetention(context)).forgotten;
  const drop = async () =>
    (await query<{ name: string | null }>('select audit.drop_month() as name')).rows[0]?.name;

  /** A tenant with so many events of January 2020 and some of now; one of the first may be of February by its id. */
  async function tenantWithPast(
    old: number,
    { now = 5, isMixed = false } = {},
  ): Promise<VerbContext> {
    const context = await contextOfNewTenant(services);
    const { tenantId } = context.actor;
    for (let at = 0; at < old; at += 1) await updateTenant(context, { name: `old ${String(at)}` });
    await query(
      `update audit.event set id = overlay(id::text placing $2 from 1 for 6)::uuid, at = '2020-01-31' where tenant_id = $1`,
      [tenantId, january],
    );
    if (isMixed)
      await query(
        `update audit.event set id = overlay(id::text placing $2 from 1 for 6)::uuid, at = '2020-02-01'
       where tenant_id = $1 and id = (select id from audit.event where tenant_id = $1 order by position offset 2 limit 1)`,
        [tenantId, february],
      );
    for (let at = 0; at < now; at += 1) await updateTenant(context, { name: `new ${String(at)}` });
    await sealAll(services, 7);
    return context;
  }

  /** All that is left is proved: in the tables, event by event, between checkpoints, and offline. */
  async function expectProved(context: VerbContext, begin: number): Promise<void> {
    await sealAll(services, 7);
    expect(await forgotten(context)).toBe(String(begin));
    expect(await verifyLog(context, {})).toMatchObject({ isIntact: true, next: null });
    for (const { id } of (await listAuditEvents(context, { first: 50 })).nodes) {
      const proof = requireIncluded(await inclusionProof(context, id));
      expect(Number(proof.seq)).toBeGreaterThan(begin);
    }
    const checkpoints = (await listCheckpoints(context, { first: 50 })).nodes;
    const [last] = checkpoints;
    for (const { size } of checkpoints) {
      expect(Number(size)).toBeGreaterThanOrEqual(begin);
      const { from, to, path } = await consistencyProof(context, {
        from: size,
        to: last?.size ?? '',
      });
      const [one, other] = [parseCheckpoint(from.note), parseCheckpoint(to.note)];
      checkConsistency({
        ...{ from: one.size, to: other.size, fromRoot: one.root, toRoot: other.root },
        path: path.map((hash) => Buffer.from(hash, 'hex')),
      });
    }
    const folder = await exports.write(context);
    const kept = checkpoints.map(({ note }) => parseCheckpoint(note));
    expect(await verifyExport(folder, { keys: await verifierKeys(context), kept })).toMatchObject({
      ...{ problem: undefined, begin, events: Number(last?.size) },
    });
  }

  it('are dropped when the last hold is released, with a stub for each tenant from which all that follows is proved', async () => {
    const one = await tenantWithPast(37, { isMixed: true });
    const other = await tenantWithPast(21, { isMixed: true });
    await setAuditRetention(one, { days: 30 });
    expect(await drop()).toBeNull();
    await setAuditRetention(other, { days: 60 });
    const hold = await placeLegalHold(other, { name: 'case', reason: 'a lawsuit' });
    expect(await drop()).toBeNull();
    await forgetAll();
    // What others keep goes in portions, to a node of the tree.
    expect([await forgotten(one), await forgotten(other)]).toEqual(['32', '0']);

    await releaseLegalHold(other, { id: hold.id });
    const late = (at: string) =>
      query(
        `update audit.event set at = $2 where tenant_id = $1 and id = (
           select id from audit.event where tenant_id = $1 order by id limit 1)`,
        [other.actor.tenantId, at],
      );
    await late('2100-01-01');
    expect(await drop()).toBeNull();
    await late('2020-01-31');
    const last = await lastCheckpoint(other);
    await forgetAll();

    const { rows } = await query(
      `select to_regclass('audit.event_2020_01') as month,
         (select count(*)::int from audit.event_2020_02) as february,
         (select count(*)::int from audit.seal s join audit.stub t using (tenant_id) where s.seq <= t.size) as leaves,
         (select count(*)::int from audit.seal s join audit.stub t using (tenant_id) where s.seq <= t.size and s.salts <> '') as salts,
         (select count(*)::int from audit.checkpoint c join audit.stub t using (tenant_id) where c.size < t.size) as checkpoints`,
    );
    expect(rows).toEqual([{ month: null, february: 0, leaves: 10, salts: 0, checkpoints: 0 }]);
    await expectProved(one, 37);
    await expectProved(other, 21);
    expect(await sweepAuditEvents(services, 1_000)).toEqual([]);
    const acts = (await auditLogOf(test.database, one.actor.tenantId)).filter(
      ({ action }) => action === 'audit.forget',
    );
    expect(acts.map(({ data }) => data)).toEqual(
      ['16', '32', '37'].map((upTo) => ({ upTo, days: 30 })),
    );
    // What was kept of the time before leads to what is there now.
    const kept = [parseCheckpoint(last?.note ?? '')];
    const folder = await exports.write(other);
    const report = await verifyExport(folder, { keys: await verifierKeys(other), kept });
    expect(report).toMatchObject({ problem: undefined, begin: 21 });
  });

  it('are followed by portions, after a stub that ends between two nodes', async () => {
    await query(`select jobs.add_month('audit.event', 'id', '2020-01-01')`);
    const context = await tenantWithPast(13, { now: 30 });
    await setAuditRetention(context, { days: 30 });
    await forgetAll();
    await expectProved(context, 13);
    await query(
      `update audit.event set at = now() - interval '70 days'
       where tenant_id = $1 and id in (select event_id from audit.seal where tenant_id = $1 and seq <= 40)`,
      [context.actor.tenantId],
    );
    await forgetAll();
    expect(await forgotten(context)).toBe('32');
    const { rows } = await query(
      `select min(seq)::int as first from audit.seal where tenant_id = $1`,
      [context.actor.tenantId],
    );
    expect(rows).toEqual([{ first: 33 }]);
  });

  it('stay where a tenant cannot be sealed or is broken, and those of others go all the same', async () => {
    await query(`select jobs.add_month('audit.event', 'id', '2020-01-01')`);
    const broken = await tenantWithPast(20);
    const well = await tenantWithPast(20);
    await setAuditRetention(well, { days: 30 });
    await setAuditRetention(broken, { days: 30 });
    const unsealed = `
      insert into audit.event (tenant_id, id, at, action, actor_kind, actor_id, actor_name, target_kind, target_id, data)
      values ($1, '016f6fff-0000-7000-8000-000000000000', '2020-01-05', 'a.b', 'user', 'u', 'U', 'job', 'j', '{}')`;
    await query(unsealed, [broken.actor.tenantId]);
    expect(await drop()).toBeNull();
    await query(`delete from audit.event where id = '016f6fff-0000-7000-8000-000000000000'`);

    await query(`
      create function audit.refuse() returns trigger language plpgsql as $$ begin raise 'broken'; end $$;
      create trigger refuse before insert or update on audit.stub for each row
        when (new.tenant_id = '${broken.actor.tenantId}') execute function audit.refuse()`);
    await expect(drop()).rejects.toThrow('broken');
    await forgetAll();
    expect([await forgotten(broken), await forgotten(well)]).toEqual(['0', '16']);
    await query('drop trigger refuse on audit.stub');
    await forgetAll();
    await expectProved(broken, 20);
    await expectProved(well, 20);
  });

  it('wait for whoever places a hold or reads the log, with nothing done by halves', async () => {
    await query(`select jobs.add_month('audit.event', 'id', '2020-01-01')`);
    const context = await tenantWithPast(3);
    await setAuditRetention(context, { days: 30 });
    const holder = await test.database.pool.connect();
    try {
      for (const held of [
        'select pg_advisory_xact_lock_shared(8114205)',
        'select from audit.event limit 1',
      ]) {
        await holder.query('begin');
        await holder.query(held);
        expect(await drop()).toBeNull();
        expect(await forgotten(context)).toBe('0');
        await holder.query('rollback');
      }
    } finally {
      holder.release();
    }
    expect(await drop()).toBe('audit.event_2020_01');
    await expectProved(context, 3);
  });

  it("are nobody else's to drop", async () => {
    const { actor } = await contextOfNewTenant(services);
    for (const call of ['drop_month()', `clear_forgotten('${actor.tenantId}', 1)`])
      await expect(
        test.database.withTenant(actor.tenantId, (tx) =>
          tx.$queryRawUnsafe(`select audit.${call}`),
        ),
      ).rejects.toThrow();
  });
});
