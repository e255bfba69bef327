import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { updateTenant } from '../../core/access/update-tenant.ts';
import { lastCheckpoint } from '../../core/audit/checkpoints.ts';
import { placeLegalHold } from '../../core/audit/holds/place-hold.ts';
import { releaseLegalHold } from '../../core/audit/holds/release-hold.ts';
import { listAuditEvents } from '../../core/audit/list-audit-events.ts';
import { inclusionProof } from '../../core/audit/proofs.ts';
import { forgetAuditEvents } from '../../core/audit/retention/forget-audit-events.ts';
import { auditRetention } from '../../core/audit/retention/retention.ts';
import { setAuditRetention } from '../../core/audit/retention/set-audit-retention.ts';
import { sweepAuditEvents } from '../../core/audit/sweep.ts';
import { verifyLog } from '../../core/audit/verify-log.ts';
import type { VerbContext } from '../../core/context.ts';
import { parseCheckpoint, verifyExport } from '../../sdk/src/verify/index.ts';
import { openAuditExports, verifierKeys } from '../support/audit-exports.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { sealAll } from '../support/seal-all.ts';
import {
  auditLogOf,
  contextFor,
  contextOfNewTenant,
  openTestServices,
  type TestServices,
} from '../support/verb-context.ts';
import { requireIncluded } from '../support/included.ts';

describe('forgetting audit events', () => {
  let test: TestDatabase;
  let services: TestServices;
  const exports = openAuditExports();

  beforeAll(async () => {
    test = await createTestDatabase();
    services = openTestServices(test.database);
  });
  afterAll(async () => {
    await services[Symbol.asyncDispose]();
    await test[Symbol.asyncDispose]();
    await exports[Symbol.asyncDispose]();
  });

  /** A tenant with so many events of long ago and some of now. */
  async function tenantWithPast(old: number): Promise<VerbContext> {
    const context = await contextOfNewTenant(services);
    for (let at = 0; at < old; at += 1) await updateTenant(context, { name: `old ${at}` });
    await test.database.pool.query(
      `update audit.event set at = at - interval '70 days' where tenant_id = $1`,
      [context.actor.tenantId],
    );
    for (let at = 0; at < 5; at += 1) await updateTenant(context, { name: `new ${at}` });
    await sealAll(services, 7);
    return context;
  }

  const forgetAll = async (events = 20): Promise<void> => {
    while (await forgetAuditEvents(services, { tenants: 100, events }));
  };

  it('leaves a stub from which all that follows is proved', async () => {
    const context = await tenantWithPast(50);
    const before = await exports.write(context);
    await setAuditRetention(context, { days: 30 });
    await forgetAll();
    expect(await auditRetention(context)).toMatchObject({ days: 30, forgotten: '48' });
    const { rows } = await test.database.pool.query<{ first: string; events: string }>(
      `select (select min(seq) from audit.seal where tenant_id = $1) as first,
         (select count(*) from audit.event where tenant_id = $1 and at < now() - interval '30 days') as events`,
      [context.actor.tenantId],
    );
    expect(rows).toEqual([{ first: '49', events: '2' }]);
    await sealAll(services, 7);
    expect(await verifyLog(context, {})).toMatchObject({ isIntact: true, next: null });
    for (const event of (await listAuditEvents(context, { first: 10 })).nodes) {
      requireIncluded(await inclusionProof(context, event.id));
    }
    const last = await lastCheckpoint(context);
    const keys = await verifierKeys(context);
    const kept = [parseCheckpoint(last?.note ?? '')];
    const folder = await exports.write(context);
    expect(await verifyExport(folder, { keys, kept })).toMatchObject({
      ...{ problem: undefined, begin: 48, events: Number(last?.size) },
    });
    // An earlier export goes on as long as nothing between is gone.
    await exports.write(context, before);
    expect(await verifyExport(before, { keys, kept })).toMatchObject({
      ...{ problem: undefined, begin: 0, events: Number(last?.size) },
    });
    expect(await sweepAuditEvents(services, 1_000)).toEqual([]);
    const acts = (await auditLogOf(test.database, context.actor.tenantId)).filter(({ action }) =>
      ['audit.set-retention', 'audit.forget'].includes(action),
    );
    expect(acts.map(({ data }) => data)).toEqual([
      { from: null, to: 30 },
      { upTo: '16', days: 30 },
      { upTo: '32', days: 30 },
      { upTo: '48', days: 30 },
    ]);
  });

  it('shows a stub that was changed', async () => {
    const context = await tenantWithPast(40);
    await setAuditRetention(context, { days: 30 });
    await forgetAll();
    const folder = await exports.write(context);
    const path = join(folder, 'start.json');
    const stub = JSON.parse(await readFile(path, 'utf8')) as { peaks: string[] };
    await writeFile(path, JSON.stringify({ ...stub, peaks: ['00'.repeat(32)] }));
    expect(await verifyExport(folder, { keys: await verifierKeys(context) })).toMatchObject({
      problem: { fault: 'edited' },
    });
    await test.database.pool.query(
      `update audit.node set hash = sha256('x') where tenant_id = $1 and level = 1 and n = 0`,
      [context.actor.tenantId],
    );
    expect(await verifyLog(context, {})).toMatchObject({ isIntact: false });
  });

  it('takes nothing of a tenant with a legal hold, without a policy, or of others', async () => {
    const [held, free, other] = [
      await tenantWithPast(20),
      await tenantWithPast(20),
      await tenantWithPast(20),
    ];
    const hold = await placeLegalHold(held, { name: 'case', reason: 'a lawsuit' });
    await setAuditRetention(held, { days: 30 });
    await setAuditRetention(other, { days: 80 });
    await forgetAll();
    for (const each of [held, free, other])
      expect((await auditRetention(each)).forgotten).toBe('0');
    await releaseLegalHold(held, { id: hold.id });
    await forgetAll();
    expect((await auditRetention(held)).forgotten).toBe('16');
    expect((await auditRetention(free)).forgotten).toBe('0');
  });

  it('is not for the roles of the platform but by the policy', async () => {
    const context = await tenantWithPast(20);
    const deleteAll = services.database.asSystem(
      (tx) =>
        tx.$executeRaw`delete from audit.event where tenant_id = ${context.actor.tenantId}::uuid`,
      { role: 'sealer' },
    );
    await expect(deleteAll).rejects.toThrow();
    const asApp = services.database.withTenant(
      context.actor.tenantId,
      (tx) => tx.$queryRaw`select audit.forget_events(${context.actor.tenantId}::uuid, 100)`,
    );
    await expect(asApp).rejects.toThrow();
    const auditor = contextFor(services, context.actor.tenantId, ['AUDIT_READ']);
    await expect(setAuditRetention(auditor, { days: 1 })).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
    await expect(setAuditRetention(context, { days: 0 })).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
    });
  });
});
