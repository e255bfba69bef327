import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { exportAudit } from '../../cli/audit/export-audit.ts';
import { updateTenant } from '../../core/access/update-tenant.ts';
import { listAuditKeys } from '../../core/audit/audit-keys.ts';
import { auditStatus } from '../../core/audit/audit-status.ts';
import { lastCheckpoint, listCheckpoints } from '../../core/audit/checkpoints.ts';
import { chainHash, genesisHash } from '../../core/audit/chained.ts';
import { exportLog } from '../../core/audit/export-log.ts';
import { listAuditEvents } from '../../core/audit/list-audit-events.ts';
import { measureLog } from '../../core/audit/measure-log.ts';
import { consistencyProof, inclusionProof } from '../../core/audit/proofs.ts';
import { sweepAuditEvents } from '../../core/audit/sweep.ts';
import { verifyLog } from '../../core/audit/verify-log.ts';
import type { VerbContext } from '../../core/context.ts';
import { newId } from '../../kernel/ids.ts';
import type { Client } from '../../sdk/src/index.ts';
import {
  checkConsistency,
  parseCheckpoint,
  parseVerifierKey,
  verifyExport,
  type ExportReport,
} from '../../sdk/src/verify/index.ts';
import { createTestDatabase, databaseKinds, type TestDatabase } from '../support/database.ts';
import { requireIncluded } from '../support/included.ts';
import { sealAll } from '../support/seal-all.ts';
import {
  contextOfNewTenant,
  openTestServices,
  type TestServices,
} from '../support/verb-context.ts';

const bytes = (hex: string): Buffer<ArrayBuffer> => Buffer.from(hex, 'hex');
const pick = (count: number): number => Math.floor(Math.random() * count);

describe.each(databaseKinds)('proofs of the audit log on %s', (kind) => {
  let test: TestDatabase;
  let services: TestServices;
  const folders: string[] = [];

  beforeAll(async () => {
    test = await createTestDatabase(kind);
    services = openTestServices(test.database);
  });
  afterAll(async () => {
    await services[Symbol.asyncDispose]();
    await test[Symbol.asyncDispose]();
    for (const folder of folders) await rm(folder, { recursive: true });
  });

  const query = (text: string, values: unknown[] = []) => test.database.pool.query(text, values);

  async function act(context: VerbContext, count: number): Promise<void> {
    for (let at = 0; at < count; at += 1) await updateTenant(context, { name: `name ${at}` });
  }

  /** A tenant with so many sealed events, under several checkpoints. */
  async function sealed(count: number): Promise<VerbContext> {
    const context = await contextOfNewTenant(services);
    await act(context, count);
    await sealAll(services, 7);
    return context;
  }

  /** What `operandi audit export` writes, without the way over HTTP. */
  async function exported(context: VerbContext, segmentEvents = 10): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), 'operandi-export-'));
    folders.push(folder);
    await exportAudit(clientOf(context), { folder, segmentEvents });
    return folder;
  }

  function clientOf(context: VerbContext): Pick<Client, 'request'> {
    const request = async (_document: unknown, variables: unknown) => ({
      auditExport: await exportLog(context, variables as { after: string }),
    });
    return { request: request as unknown as Client['request'] };
  }

  async function verified(context: VerbContext, folder: string): Promise<ExportReport> {
    const keys = (await listAuditKeys(context)).map((key) => parseVerifierKey(key.verifierKey));
    return verifyExport(folder, { keys });
  }

  it('lead from each event to the root that is signed', async () => {
    const context = await sealed(40);
    const [key] = await listAuditKeys(context);
    const { nodes } = await listAuditEvents(context, { first: 50 });
    for (const { id } of nodes) {
      const proof = requireIncluded(await inclusionProof(context, id));
      const checkpoint = parseCheckpoint(proof.checkpoint.note);
      expect(checkpoint.origin).toBe(parseVerifierKey(key?.verifierKey ?? '').name);
    }
  });

  it('lead from each checkpoint to each later one', async () => {
    const context = await sealed(40);
    const { nodes } = await listCheckpoints(context, { first: 50 });
    expect(nodes.length).toBeGreaterThan(3);
    for (const from of nodes)
      for (const to of nodes.filter(({ size }) => Number(size) >= Number(from.size))) {
        const proof = await consistencyProof(context, { from: from.size, to: to.size });
        checkConsistency({
          from: Number(from.size),
          to: Number(to.size),
          path: proof.path.map(bytes),
          fromRoot: parseCheckpoint(from.note).root,
          toRoot: parseCheckpoint(to.note).root,
        });
      }
    await expect(consistencyProof(context, { from: '1', to: '999' })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });

  it('are none of another tenant', async () => {
    const context = await sealed(2);
    const stranger = await contextOfNewTenant(services);
    const [event] = (await listAuditEvents(context, {})).nodes;
    await expect(inclusionProof(stranger, event?.id ?? '')).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    expect(await lastCheckpoint(stranger)).toBeNull();
  });

  describe('in an export', () => {
    it('hold, and go on to hold after it went on', async () => {
      const context = await sealed(33);
      const folder = await exported(context);
      expect(await verified(context, folder)).toMatchObject({ problem: undefined, events: 33 });
      await act(context, 8);
      await sealAll(services, 7);
      await exportAudit(clientOf(context), { folder, segmentEvents: 10 });
      const report = await verified(context, folder);
      expect(report.problem).toBeUndefined();
      expect(report.events).toBeGreaterThan(40);
    });

    it('hold without the names and data that are hidden', async () => {
      const context = await sealed(5);
      const folder = await mkdtemp(join(tmpdir(), 'operandi-export-'));
      folders.push(folder);
      await exportAudit(clientOf(context), { folder, hide: ['NAME', 'DATA'] });
      expect(await verified(context, folder)).toMatchObject({ problem: undefined, events: 5 });
      const lines = await linesOf(folder);
      expect(lines.join('')).not.toContain('name 1');
      expect(lines.join('')).not.toContain('Ada');
    });

    /** Changes the lines of one segment at an index; answers the first number that is then wrong. */
    type Tamper = (lines: string[], at: number) => void;
    it.each<[string, Tamper, number]>([
      ['edited', (lines, at) => void (lines[at] = lines[at]?.replace('name', 'Name') ?? ''), 0],
      ['deleted', (lines, at) => void lines.splice(at, 1), 0],
      [
        'inserted',
        (lines, at) => void lines.splice(at, 0, (lines[0] ?? '').replace('name', 'x')),
        0,
      ],
      [
        'reordered',
        (lines, at) => void lines.splice(at, 2, lines[at + 1] ?? '', lines[at] ?? ''),
        0,
      ],
      ['truncated', (lines, at) => void lines.splice(at), 0],
    ])('name the first number that was %s, at random places', async (fault, tamper) => {
      const context = await sealed(9);
      for (let round = 0; round < 4; round += 1) {
        const folder = await exported(context, 100);
        const at = 1 + pick(6);
        const [file = ''] = (await readdir(folder)).filter((name) => name.startsWith('events'));
        const lines = (await readFile(join(folder, file), 'utf8')).trimEnd().split('\n');
        tamper(lines, at);
        await writeFile(join(folder, file), lines.map((line) => `${line}\n`).join(''));
        const { problem } = await verified(context, folder);
        expect(problem).toMatchObject({ fault, seq: at + 1 });
      }
    });

    it('name the checkpoint that was signed by another key', async () => {
      const context = await sealed(9);
      const folder = await exported(context, 100);
      const other = openTestServices(test.database);
      const keys = (await listAuditKeys({ ...context, keyring: other.keyring })).slice(0, 1);
      await other[Symbol.asyncDispose]();
      const report = await verifyExport(folder, {
        keys: keys.map((key) => parseVerifierKey(key.verifierKey)),
      });
      expect(report.problem).toMatchObject({ fault: 're-signed', seq: 1 });
    });

    it('name a history that is not the one of a checkpoint kept elsewhere', async () => {
      const context = await sealed(9);
      const kept = parseCheckpoint((await lastCheckpoint(context))?.note ?? '');
      const folder = await exported(context, 100);
      const keys = (await listAuditKeys(context)).map((key) => parseVerifierKey(key.verifierKey));
      const [file = ''] = (await readdir(folder)).filter((name) => name.startsWith('checkpoints'));
      expect((await verifyExport(folder, { keys, kept: [kept] })).problem).toBeUndefined();
      // Everything behind the first checkpoint is cut off, its tail and its signatures.
      const [first = ''] = (await readFile(join(folder, file), 'utf8')).split('\n');
      const { size } = parseCheckpoint(JSON.parse(first) as string);
      await writeFile(join(folder, file), `${first}\n`);
      for (const name of await readdir(folder)) {
        const path = join(folder, name);
        if (name.startsWith('leaves'))
          await writeFile(path, (await readFile(path)).subarray(0, size * 32));
        if (name.startsWith('events')) {
          const lines = (await readFile(path, 'utf8')).split('\n').slice(0, size);
          await writeFile(path, lines.map((line) => `${line}\n`).join(''));
        }
      }
      expect((await verifyExport(folder, { keys })).problem).toBeUndefined();
      expect((await verifyExport(folder, { keys, kept: [kept] })).problem).toMatchObject({
        fault: 'truncated',
        seq: size + 1,
      });
    });
  });

  async function linesOf(folder: string): Promise<string[]> {
    const files = (await readdir(folder)).filter((name) => name.startsWith('events'));
    return Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')));
  }

  it.each<[string, string, readonly string[]]>([
    ['deleted', 'deleted', [`delete from audit.seal where tenant_id = $1 and seq = $2`]],
    [
      'edited',
      'edited',
      [`update audit.seal set leaf = sha256(leaf) where tenant_id = $1 and seq = $2`],
    ],
    [
      ...(['reordered', 'reordered'] as const),
      [
        `update audit.seal set seq = -$2 where tenant_id = $1 and seq = $2`,
        `update audit.seal set seq = $2 where tenant_id = $1 and seq = $2 + 1`,
        `update audit.seal set seq = $2 + 1 where tenant_id = $1 and seq = -$2`,
      ],
    ],
    ['truncated', 'truncated', [`delete from audit.seal where tenant_id = $1 and seq >= $2`]],
  ])(
    'name the first number that the owner of the tables has %s, at random places',
    async (_, fault, statements) => {
      for (let round = 0; round < 2; round += 1) {
        const context = await sealed(9);
        const at = 2 + pick(6);
        for (const statement of statements)
          await query(statement.replaceAll('$2', String(at)), [context.actor.tenantId]);
        expect(await verifyLog(context, {})).toMatchObject({
          ...{ isIntact: false, firstBadSeq: BigInt(at), problem: { fault } },
        });
      }
    },
  );

  it('name the first number that the owner of the tables has inserted behind the last that is signed', async () => {
    const context = await sealed(9);
    await act(context, 1);
    await sealAll(services, 7);
    await query('delete from audit.checkpoint where tenant_id = $1 and size > 9', [
      context.actor.tenantId,
    ]);
    expect(await verifyLog(context, {})).toMatchObject({
      ...{ isIntact: false, firstBadSeq: 10n, problem: { fault: 'inserted' } },
    });
  });

  it('do not hold for an event whose owner has also made its leaf anew', async () => {
    const context = await sealed(20);
    const [event] = (await listAuditEvents(context, { first: 1 })).nodes;
    await query(
      'update audit.seal set leaf = sha256(leaf), salts = sha256(salts) where event_id = $1',
      [event?.id],
    );
    expect(await verifyLog(context, {})).toMatchObject({ isIntact: false });
  });

  it('attack 54: do not hold for a checkpoint that the owner has signed with a key of its own', async () => {
    const context = await sealed(20);
    await query(
      `update audit.checkpoint set note = overlay(note placing 'AAAA' from length(note) - 20) where tenant_id = $1`,
      [context.actor.tenantId],
    );
    expect(await verifyLog(context, {})).toMatchObject({
      isIntact: false,
      problem: { fault: 're-signed', seq: 1 },
    });
  });

  it('never cover a row that was put before what is sealed, and the log says so', async () => {
    const context = await sealed(3);
    const { tenantId } = context.actor;
    const id = newId();
    await query(
      `insert into audit.event (tenant_id, id, action, actor_kind, actor_id, actor_name, target_kind, target_id, data, tx)
       values ($1, $2, 'job.submit', 'user', 'x', 'Eve', 'job', 'x', '{}', '1')`,
      [tenantId, id],
    );
    await act(context, 2);
    await sealAll(services);
    while ((await auditStatus(context)).strays === 0) await sweepAuditEvents(services, 1_000);
    expect(await auditStatus(context)).toMatchObject({
      size: '5',
      unsealed: 0,
      strays: 1,
      strayIds: [id],
    });
    expect(await inclusionProof(context, id)).toBeNull();
    const listed = (await listAuditEvents(context, {})).nodes.find((event) => event.id === id);
    expect(listed).toMatchObject({ seq: null, hash: null });
    expect((await measureLog(services)).strays).toBeGreaterThan(0);
  });

  it('make leaves of the links of the chain that earlier versions kept', async () => {
    const context = await contextOfNewTenant(services);
    await act(context, 5);
    await sealAll(services);
    const { tenantId } = context.actor;
    const events = (await listAuditEvents(context, {})).nodes.toReversed();
    for (const table of ['seal', 'tree', 'node', 'checkpoint'])
      await query(`delete from audit.${table} where tenant_id = $1`, [tenantId]);
    let previous = genesisHash;
    for (const [at, event] of events.entries()) {
      const hash = chainHash(previous, event, BigInt(at + 1));
      await query('insert into audit.chain values ($1, $2, $3, $4, $5, $6, $7)', [
        ...[tenantId, at + 1, event.id, previous, at === 3 ? previous : hash, event.tx],
        event.position,
      ]);
      previous = hash;
    }
    await sealAll(services, 3);
    await sealAll(services, 3);
    const { nodes } = await listAuditEvents(context, {});
    expect(nodes.slice(-5).map(({ seq }) => seq)).toEqual(['5', '4', '3', '2', '1']);
    expect(nodes.map(({ action, data }) => [action, data])).toContainEqual([
      'audit.chain-broken',
      { seq: '4' },
    ]);
    expect(nodes[0]).toMatchObject({ action: 'audit.chain-adopted', data: { seq: '5' } });
    expect(await verifyLog(context, {})).toMatchObject({ isIntact: true });
  });

  it('go on in a new epoch after a restore into a cluster that counts from the start', async () => {
    await using fresh = await createTestDatabase(kind);
    await using own = openTestServices(fresh.database);
    const context = await contextOfNewTenant(own);
    await act(context, 3);
    await sealAll(own);
    await act(context, 2);
    // As after a restore: what was written has numbers of transactions that this cluster has not reached.
    await fresh.database.pool.query(
      `update audit.event set tx = (tx::text::bigint + 1000000)::text::xid8`,
    );
    await fresh.database.pool.query(
      `update audit.sealer set tx = (tx::text::bigint + 1000000)::text::xid8`,
    );
    await act(context, 2);
    await sealAll(own);
    await act(context, 1);
    await sealAll(own);
    expect(await auditStatus(context)).toMatchObject({
      size: '8',
      epoch: 2,
      unsealed: 0,
      strays: 0,
    });
    const names = (await listAuditEvents(context, {})).nodes.map(({ seq }) => seq);
    expect(names).toEqual(['8', '7', '6', '5', '4', '3', '2', '1']);
    expect(await verifyLog(context, {})).toMatchObject({ isIntact: true, checked: 8 });
  });
});
