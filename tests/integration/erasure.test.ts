import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { exportAudit } from '../../cli/audit/export-audit.ts';
import { inviteMember } from '../../core/access/invite-member.ts';
import { removeMember } from '../../core/access/remove-member.ts';
import { updateTenant } from '../../core/access/update-tenant.ts';
import { listAuditKeys } from '../../core/audit/audit-keys.ts';
import { eraseSubject } from '../../core/audit/erase-subject.ts';
import { exportLog } from '../../core/audit/export-log.ts';
import { listLegalHolds } from '../../core/audit/holds/list-holds.ts';
import { placeLegalHold } from '../../core/audit/holds/place-hold.ts';
import { releaseLegalHold } from '../../core/audit/holds/release-hold.ts';
import { listAuditEvents } from '../../core/audit/list-audit-events.ts';
import { veilNames } from '../../core/audit/names/veil-names.ts';
import { inclusionProof } from '../../core/audit/proofs.ts';
import { verifyLog } from '../../core/audit/verify-log.ts';
import type { VerbContext } from '../../core/context.ts';
import { newId } from '../../kernel/ids.ts';
import type { Client } from '../../sdk/src/index.ts';
import { parseVerifierKey, verifyExport } from '../../sdk/src/verify/index.ts';
import { allRows } from '../support/all-rows.ts';
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

const name = 'Ada cAnary Lovelace';

describe('erasing a person', () => {
  let test: TestDatabase;
  let services: TestServices;
  const folders: string[] = [];

  beforeAll(async () => {
    test = await createTestDatabase();
    services = openTestServices(test.database);
  });
  afterAll(async () => {
    await services[Symbol.asyncDispose]();
    await test[Symbol.asyncDispose]();
    for (const folder of folders) await rm(folder, { recursive: true });
  });

  const veilAll = async (): Promise<void> => {
    while (await veilNames(services, { tenants: 20, events: 3 }));
  };

  /** An admin, and a member whose acts are sealed and who was removed. */
  async function tenantWithPast(acts = 4) {
    const admin = await contextOfNewTenant(services);
    const member = await inviteMember(admin, {
      ...{ name, role: 'VIEWER', email: `canary-${newId()}@b.example` },
    });
    const theirs: VerbContext = { ...admin, actor: { ...admin.actor, id: member.id, name } };
    for (let at = 0; at < acts; at += 1) await updateTenant(theirs, { name: `name ${at}` });
    await removeMember(admin, { id: member.id });
    await sealAll(services);
    return { admin, member };
  }

  const namesOf = async (context: VerbContext, actorId: string) =>
    (await listAuditEvents(context, { first: 100, filter: { actorId } })).nodes.map(
      ({ actorName }) => actorName,
    );

  async function exported(context: VerbContext): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), 'operandi-erased-'));
    folders.push(folder);
    const request = async (_document: unknown, variables: unknown) => ({
      auditExport: await exportLog(context, variables as { after: string }),
    });
    await exportAudit({ request } as unknown as Pick<Client, 'request'>, { folder });
    return folder;
  }

  async function textOf(folder: string): Promise<string> {
    const files = await readdir(folder);
    const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'latin1')));
    return texts.join('');
  }

  const keysOf = async (context: VerbContext) =>
    (await listAuditKeys(context)).map(({ verifierKey }) => parseVerifierKey(verifierKey));

  it('keeps names under a key of their own, and shows them as before', async () => {
    const { admin, member } = await tenantWithPast();
    const before = await namesOf(admin, member.id);
    await veilAll();
    const rows = JSON.stringify(
      (
        await test.database.pool.query('select * from audit.event where tenant_id = $1', [
          admin.actor.tenantId,
        ])
      ).rows,
    );
    expect(rows).not.toContain(name);
    expect(await namesOf(admin, member.id)).toEqual(before);
    expect(before).toEqual([name, name, name, name]);
    expect(await verifyLog(admin, {})).toMatchObject({ isIntact: true, next: null });
    const folder = await exported(admin);
    expect(await textOf(folder)).toContain(name);
    const report = await verifyExport(folder, { keys: await keysOf(admin) });
    expect(report.problem).toBeUndefined();
  });

  it.each([
    ['after they were veiled', true],
    ['before', false],
  ])(
    'takes the name out of log, rows and exports, %s, and all stays provable',
    async (_when, isVeiled) => {
      const { admin, member } = await tenantWithPast();
      if (isVeiled) await veilAll();
      const kept = await exported(admin);
      await eraseSubject(admin, { memberId: member.id });
      if (isVeiled) await veilAll();
      expect(await verifyLog(admin, {})).toMatchObject({ isIntact: true });
      const folder = await exported(admin);
      await veilAll();
      const again = await exported(admin);
      for (const each of [folder, again]) {
        expect(await textOf(each)).not.toMatch(/cAnary|canary-/);
        const report = await verifyExport(each, { keys: await keysOf(admin) });
        expect(report.problem).toBeUndefined();
        expect(report.events).toBeGreaterThan(5);
      }
      expect(await textOf(kept)).toContain(name);
      expect(await namesOf(admin, member.id)).toEqual(['***', '***', '***', '***']);
      const [event] = (await listAuditEvents(admin, { filter: { actorId: member.id } })).nodes;
      const proof = requireIncluded(await inclusionProof(admin, event?.id ?? ''));
      expect(proof.parts).not.toHaveProperty('name');
      expect(await verifyLog(admin, {})).toMatchObject({ isIntact: true, next: null });
      const { rows } = await test.database.pool.query<{ sealed: unknown }>(
        'select sealed from jobs.data_key where tenant_id = $1 and erased_at is not null',
        [admin.actor.tenantId],
      );
      expect(rows.every(({ sealed }) => sealed === null)).toBe(true);
      expect(rows.length).toBeGreaterThan(0);
      const own = (await allRows(test.database.pool))
        .split('\n')
        .filter((row) => row.includes(admin.actor.tenantId));
      expect(own.join('\n')).not.toMatch(/cAnary|canary-/);
    },
  );

  it('is on record, without whom a subject of a definition is', async () => {
    const { admin } = await tenantWithPast(0);
    await eraseSubject(admin, { subject: 'customer-cAnary' });
    const log = await auditLogOf(test.database, admin.actor.tenantId);
    expect(log.at(-1)).toMatchObject({ action: 'subject.erase', targetKind: 'subject' });
    expect(JSON.stringify(log)).not.toContain('customer-cAnary');
  });

  it('is refused for a member who is still there, for another tenant, and without the permission', async () => {
    const { admin, member } = await tenantWithPast(0);
    const live = await inviteMember(admin, {
      name: 'B',
      role: 'VIEWER',
      email: `${newId()}@b.example`,
    });
    await expect(eraseSubject(admin, { memberId: live.id })).rejects.toMatchObject({
      code: 'CONFLICT',
    });
    const other = await contextOfNewTenant(services);
    await expect(eraseSubject(other, { memberId: member.id })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    const auditor = contextFor(services, admin.actor.tenantId, ['AUDIT_READ']);
    await expect(eraseSubject(auditor, { memberId: member.id })).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
    expect((await auditLogOf(test.database, admin.actor.tenantId)).at(-1)).toMatchObject({
      action: 'subject.erase',
      data: { denied: ['AUDIT_MANAGE'] },
    });
    await expect(eraseSubject(admin, {})).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
  });

  it('waits for a legal hold to be released', async () => {
    const { admin, member } = await tenantWithPast();
    const hold = await placeLegalHold(admin, { name: 'case 7', reason: 'a lawsuit' });
    await expect(placeLegalHold(admin, { name: 'case 7', reason: 'x' })).rejects.toMatchObject({
      code: 'ALREADY_EXISTS',
    });
    await expect(eraseSubject(admin, { memberId: member.id })).rejects.toMatchObject({
      code: 'CONFLICT',
    });
    expect(await namesOf(admin, member.id)).toContain(name);
    const other = await contextOfNewTenant(services);
    expect(await listLegalHolds(other)).toEqual([]);
    await expect(releaseLegalHold(other, { id: hold.id })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    await releaseLegalHold(admin, { id: hold.id });
    await eraseSubject(admin, { memberId: member.id });
    const actions = (await auditLogOf(test.database, admin.actor.tenantId)).map(
      ({ action }) => action,
    );
    expect(actions.slice(-3)).toEqual(['hold.place', 'hold.release', 'subject.erase']);
  });

  it('tells of a veiled name that was exchanged, emptied or taken away', async () => {
    for (const harm of [
      `update audit.veiled_name set sealed = 'AAAA' where event_id = $1`,
      `update audit.veiled_name set commitment = sha256('x') where event_id = $1`,
      `delete from audit.veiled_name where event_id = $1`,
      `update jobs.data_key set sealed = '{}' where id = (select key_id from audit.veiled_name where event_id = $1)`,
      `update audit.event set actor_name = 'Eve' where id = $1`,
    ]) {
      const { admin, member } = await tenantWithPast();
      await veilAll();
      const [event] = (await listAuditEvents(admin, { filter: { actorId: member.id } })).nodes;
      await test.database.pool.query(harm, [event?.id]);
      expect(await verifyLog(admin, {}), harm).toMatchObject({
        isIntact: false,
        problem: {
          fault: 'edited',
          // A key that does not open spoils all names under it, from the first on.
          seq: harm.includes('data_key') ? 2 : Number(event?.seq),
        },
      });
    }
  });

  it('goes on with other tenants where the names of one cannot be veiled', async () => {
    const bad = await tenantWithPast();
    const good = await tenantWithPast();
    await test.database.pool.query(
      `insert into audit.veiled_name (tenant_id, event_id, commitment)
       select tenant_id, id, 'x' from audit.event where tenant_id = $1`,
      [bad.admin.actor.tenantId],
    );
    await veilNames(services, { tenants: 20, events: 1_000 });
    const { rows } = await test.database.pool.query(
      `select from audit.event where tenant_id = $1 and actor_kind = 'user' and actor_name <> ''`,
      [good.admin.actor.tenantId],
    );
    expect(rows).toEqual([]);
  });
});
