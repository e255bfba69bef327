import { once } from 'node:events';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { DocumentNode } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { followLog } from '../../cli/audit/follow-log.ts';
import { openWitnessFolder } from '../../cli/audit/witness-folder.ts';
import { createWitnessServer } from '../../cli/audit/witness-server.ts';
import { updateTenant } from '../../core/access/update-tenant.ts';
import { listAuditKeys } from '../../core/audit/audit-keys.ts';
import { lastCheckpoint } from '../../core/audit/checkpoints.ts';
import { consistencyProof } from '../../core/audit/proofs.ts';
import { verifyLog } from '../../core/audit/verify-log.ts';
import type { VerbContext } from '../../core/context.ts';
import { AuditHeadDocument, type Client } from '../../sdk/src/index.ts';
import {
  cosignatureType,
  cosignedAt,
  createWitness,
  formatVerifierKey,
  parseCheckpoint,
  parseVerifierKey,
  rawPublicKey,
} from '../../sdk/src/verify/index.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { sealAll } from '../support/seal-all.ts';
import {
  contextOfNewTenant,
  openTestServices,
  type TestServices,
} from '../support/verb-context.ts';

const name = 'witness.example/audit';

describe('a witness of logs', () => {
  let test: TestDatabase;
  let services: TestServices;
  let folder: string;

  beforeAll(async () => {
    test = await createTestDatabase();
    services = openTestServices(test.database);
    folder = await mkdtemp(join(tmpdir(), 'operandi-witness-'));
  });
  afterAll(async () => {
    await services[Symbol.asyncDispose]();
    await test[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  });

  async function grow(context: VerbContext, count: number): Promise<void> {
    for (let at = 0; at < count; at += 1) await updateTenant(context, { name: `name ${at}` });
    await sealAll(services, 5);
  }

  /** What the API answers, without the way over HTTP. */
  function clientOf(context: VerbContext): Pick<Client, 'request'> {
    const request = async (document: DocumentNode, variables: unknown) =>
      (document as unknown) === AuditHeadDocument
        ? { auditCheckpoint: await lastCheckpoint(context) }
        : {
            consistencyProof: await consistencyProof(
              context,
              variables as { from: string; to: string },
            ),
          };
    return { request } as unknown as Pick<Client, 'request'>;
  }

  async function open(contexts: readonly VerbContext[]) {
    const kept = await openWitnessFolder(folder);
    const keys = await Promise.all(contexts.map((context) => listAuditKeys(context)));
    const witness = createWitness({
      cosigner: { name, privateKey: kept.privateKey },
      logs: keys.flat().map(({ verifierKey }) => parseVerifierKey(verifierKey)),
      store: kept.store,
      now: () => 1_700_000_000,
    });
    const own = formatVerifierKey(name, rawPublicKey(kept.privateKey), cosignatureType);
    return { witness, kept, key: parseVerifierKey(own, cosignatureType) };
  }

  it('follows many, and goes on where it was when it starts again', async () => {
    const contexts = [await contextOfNewTenant(services), await contextOfNewTenant(services)];
    for (const context of contexts) await grow(context, 7);
    for (const more of [0, 6, 0]) {
      for (const context of contexts) await grow(context, more);
      const { witness, kept, key } = await open(contexts);
      for (const context of contexts) {
        const client = clientOf(context);
        const found = await followLog({ client, witness, store: kept.store });
        const head = await lastCheckpoint(context);
        expect(found).toMatchObject({ state: 'cosigned', size: Number(head?.size) });
        const note = await kept.store.read(`operandi/audit/${context.actor.tenantId}`);
        expect(cosignedAt(parseCheckpoint(note ?? ''), key)).toBe(1_700_000_000);
      }
    }
    expect((await readdir(folder)).filter((file) => file.endsWith('.part'))).toEqual([]);
    expect(await readFile(join(folder, 'witness.pem'), 'utf8')).toContain('PRIVATE KEY');
  });

  it('tells of a history that the owner of database and keys has written anew', async () => {
    const context = await contextOfNewTenant(services);
    await grow(context, 12);
    const { witness, kept } = await open([context]);
    const client = clientOf(context);
    expect(await followLog({ client, witness, store: kept.store })).toMatchObject({
      state: 'cosigned',
    });
    const before = await kept.store.read(`operandi/audit/${context.actor.tenantId}`);
    const { tenantId } = context.actor;
    const own = [tenantId];
    const { rows } = await test.database.pool.query<{ tx: string; position: string }>(
      `update audit.event set data = '{"name": "forged"}' where id = (
         select id from audit.event where tenant_id = $1 order by position offset 3 limit 1)
       returning tx::text, position::text`,
      own,
    );
    expect(rows).toHaveLength(1);
    for (const table of ['seal', 'node', 'checkpoint', 'tree'])
      await test.database.pool.query(`delete from audit.${table} where tenant_id = $1`, own);
    // All is sealed again, from the first event on, and signed by the right key.
    await test.database.pool.query(
      `insert into audit.backlog (tenant_id, event_id, position)
       select tenant_id, id, position from audit.event where tenant_id = $1`,
      own,
    );
    await grow(context, 3);
    await sealAll(services, 5);
    expect(await verifyLog(context, {})).toMatchObject({ isIntact: true });
    const found = await followLog({ client, witness, store: kept.store });
    expect(found).toMatchObject({ state: 'refused' });
    expect(await kept.store.read(`operandi/audit/${tenantId}`)).toBe(before);
  });

  it('takes checkpoints over HTTP', async () => {
    const context = await contextOfNewTenant(services);
    await grow(context, 3);
    const { witness, key } = await open([context]);
    const server = createWitnessServer(witness);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
    const head = await lastCheckpoint(context);
    const post = (body: string) => fetch(`${url}/add-checkpoint`, { method: 'POST', body });
    const answer = await post(`old 0\n\n${head?.note ?? ''}`);
    expect(answer.status).toBe(200);
    const cosigned = parseCheckpoint(`${head?.note ?? ''}${await answer.text()}`);
    expect(cosignedAt(cosigned, key)).toBe(1_700_000_000);
    const stale = await post(`old 0\n\n${head?.note ?? ''}`);
    expect([stale.status, stale.headers.get('content-type'), await stale.text()]).toEqual([
      ...[409, 'text/x.tlog.size', `${head?.size ?? ''}\n`],
    ]);
    expect((await post('x'.repeat(100_000))).status).toBe(413);
    expect((await fetch(`${url}/add-checkpoint`)).status).toBe(405);
    expect((await fetch(url)).status).toBe(404);
    server.close();
    server.closeAllConnections();
  });
});
