import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { Webhook } from 'standardwebhooks';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';

import { createEgress } from '../../connectors/egress/egress.ts';
import { openS3, s3Credential, s3Settings } from '../../connectors/testing/s3-server.ts';
import { updateTenant } from '../../core/access/update-tenant.ts';
import { rewrapSealedValues } from '../../core/access/sealed-values.ts';
import { setAuditRetention } from '../../core/audit/retention/set-audit-retention.ts';
import { forgetAuditEvents } from '../../core/audit/retention/forget-audit-events.ts';
import { createAuditStream } from '../../core/audit/streams/create-stream.ts';
import { deleteAuditStream } from '../../core/audit/streams/delete-stream.ts';
import { findAuditStream, listAuditStreams } from '../../core/audit/streams/list-streams.ts';
import { measureStreams } from '../../core/audit/streams/measure-streams.ts';
import { pauseAuditStream } from '../../core/audit/streams/pause-stream.ts';
import { resumeAuditStream } from '../../core/audit/streams/resume-stream.ts';
import { rotateAuditStreamSecret } from '../../core/audit/streams/rotate-stream-secret.ts';
import type { AuditStream } from '../../core/audit/streams/stream.ts';
import { testAuditStream } from '../../core/audit/streams/test-stream.ts';
import type { VerbContext } from '../../core/context.ts';
import { openConnectors } from '../../core/integrations/open-connectors.ts';
import { createIntegration } from '../../core/integrations/create-integration.ts';
import { createKeyring } from '../../kernel/crypto/keyring.ts';
import { newId } from '../../kernel/ids.ts';
import { createAuditStreamer, type AuditStreamer } from '../../worker/audit-streams.ts';
import { openHttpsReceiver, openSyslogReceiver } from '../support/audit-receivers.ts';
import { createTestDatabase, hasPostgres, type TestDatabase } from '../support/database.ts';
import { actionsOf } from '../support/greeter.ts';
import { type GuardedProcess, startGuarded } from '../support/process.ts';
import { sealAll } from '../support/seal-all.ts';
import { until } from '../support/until.ts';
import {
  contextOfNewTenant,
  openTestServices,
  type TestServices,
} from '../support/verb-context.ts';

const told = z.object({
  id: z.string(),
  sequence: z.string(),
  type: z.string(),
  data: z.record(z.string(), z.unknown()),
});

let test: TestDatabase;
let services: TestServices;
const opened: AsyncDisposable[] = [];

beforeAll(async () => {
  test = await createTestDatabase();
  services = openTestServices(test.database);
});

afterEach(async () => {
  for (const each of opened.splice(0).reverse()) await each[Symbol.asyncDispose]();
  await test.database.pool.query('delete from audit.stream');
});

afterAll(async () => {
  await services[Symbol.asyncDispose]();
  await test[Symbol.asyncDispose]();
});

function keep<T extends AsyncDisposable>(made: T): T {
  opened.push(made);
  return made;
}

/** What sends for all tenants, and may reach these. */
function streamer(...hosts: readonly string[]): AuditStreamer {
  const egress = keep(createEgress({ allow: hosts }));
  return keep(createAuditStreamer({ ...services, egress, connectors: openConnectors(egress) }));
}

async function turn({ chores }: AuditStreamer): Promise<void> {
  for (const chore of chores) await chore.turn();
}

/** A tenant with so many sealed events more. */
async function withEvents(context: VerbContext, count: number): Promise<void> {
  for (let at = 0; at < count; at += 1) await updateTenant(context, { name: `name ${newId()}` });
  await sealAll(services);
}

/** The same for many, which no verb has to make. */
async function withManyEvents({ actor }: VerbContext, count: number): Promise<void> {
  await test.database.pool.query(
    `insert into audit.event (tenant_id, id, action, actor_kind, actor_id, actor_name, target_kind, target_id, data)
     select $1::uuid, gen_random_uuid(), 'tenant.update', 'system', 'operandi', 'operandi', 'tenant', $1::uuid::text, '{}'
     from generate_series(1, $2::int)`,
    [actor.tenantId, count],
  );
  await sealAll(services, 1_000);
}

/** Turns until the stream is as it is to be. */
function streamIs(
  context: VerbContext,
  { id }: { readonly id: string },
  { by, is }: { readonly by: AuditStreamer; readonly is: (stream: AuditStream) => boolean },
): Promise<AuditStream> {
  return until('the stream is so far', async () => {
    await turn(by);
    const stream = await findAuditStream(context, id);
    return stream !== null && is(stream) && stream;
  });
}

const isUpToDate = ({ behind }: AuditStream): boolean => behind === 0n;

/** The next try is due now. */
async function hurry(): Promise<void> {
  await test.database.pool.query('update audit.stream set next_at = now()');
}

/** From one to the last, in order, each once. */
function inOrder(sequences: readonly string[], first = 1): boolean {
  return sequences.every((sequence, index) => Number(sequence) === first + index);
}

describe('a stream over HTTPS', () => {
  it('brings every sealed event in order as CloudEvents, signed so that standardwebhooks verifies it', async () => {
    const receiver = keep(await openHttpsReceiver(() => 204));
    const context = await contextOfNewTenant(services);
    await withEvents(context, 3);
    const { port, certificateAuthority } = receiver;
    const { stream, secret } = await createAuditStream(context, {
      ...{ name: 'siem', after: '0', format: 'OCSF' },
      https: { url: `https://127.0.0.1:${port}/in?key=canary`, certificateAuthority },
    });
    await withManyEvents(context, 1_100);
    const by = streamer(receiver.host);
    const done = await streamIs(context, stream, { by, is: isUpToDate });
    expect(done).toMatchObject({
      failingSince: null,
      error: null,
      skipped: 0n,
      waitingSince: null,
    });
    const events = receiver.seen.flatMap(({ headers, body }) =>
      z.array(told).parse(new Webhook(secret ?? '').verify(body, headers)),
    );
    expect(events.length).toBe(Number(done.sent));
    expect(inOrder(events.map(({ sequence }) => sequence))).toBe(true);
    expect(receiver.seen.length).toBeGreaterThan(1);
    expect(Math.max(...receiver.seen.map(({ body }) => body.length))).toBeLessThan(1_048_576);
    expect(
      events.find(({ type }) => type === 'dev.operandi.audit.audit_stream.create'),
    ).toMatchObject({
      data: { class_uid: 6_003, unmapped: { data: { to: `https://127.0.0.1:${port}` } } },
    });
    expect(JSON.stringify(events)).not.toContain('canary');
  });

  it('tries the same batch again under the same id until it is taken, and says since when it fails', async () => {
    const receiver = keep(await openHttpsReceiver((count) => (count < 3 ? 503 : 200)));
    const context = await contextOfNewTenant(services);
    await withEvents(context, 2);
    const { port, certificateAuthority } = receiver;
    const { stream } = await createAuditStream(context, {
      ...{ name: 'siem', after: '0' },
      https: { url: `https://127.0.0.1:${port}/`, certificateAuthority },
    });
    const by = streamer(receiver.host);
    const failing = await streamIs(context, stream, { by, is: ({ error }) => error !== null });
    expect(failing).toMatchObject({ error: 'it answered with status 503', sent: 0n });
    expect(failing.failingSince).not.toBeNull();
    expect(await measureStreams(services)).toMatchObject({ failing: 1 });
    // What is sealed meanwhile comes with the next batch: this one stays what it was.
    await withEvents(context, 5);
    await until('it is taken', async () => {
      await hurry();
      await turn(by);
      return receiver.seen.length >= 3;
    });
    await streamIs(context, stream, { by, is: isUpToDate });
    const [first, second, third] = receiver.seen;
    expect(new Set([first, second, third].map((each) => each?.headers['webhook-id'])).size).toBe(1);
    expect(new Set([first, second, third].map((each) => each?.body)).size).toBe(1);
    expect((await findAuditStream(context, stream.id))?.failingSince).toBeNull();
  });

  it('is held to the addresses that may be called, and to certificates that are trusted', async () => {
    const receiver = keep(await openHttpsReceiver(() => 204));
    const context = await contextOfNewTenant(services);
    const make = (name: string, more: object) =>
      createAuditStream(context, {
        ...{ name, after: '0' },
        https: { url: `https://127.0.0.1:${receiver.port}/`, ...more },
      });
    const { certificateAuthority } = receiver;
    const { stream: guarded } = await make('guarded', { certificateAuthority });
    const { stream: distrusted } = await make('distrusted', {});
    await withEvents(context, 1);
    const blocked = await streamIs(context, guarded, {
      by: streamer(),
      is: ({ error }) => error !== null,
    });
    expect(blocked.error).toContain('no public address');
    await hurry();
    const by = streamer(receiver.host);
    const untrusted = await streamIs(context, distrusted, {
      by,
      is: ({ error }) => error?.includes('certificate') === true,
    });
    expect(untrusted.sent).toBe(0n);
  });

  it('stands still while it is paused, goes on behind what has arrived, and can be tested meanwhile', async () => {
    const receiver = keep(await openHttpsReceiver(() => 204));
    const context = await contextOfNewTenant(services);
    const { port, certificateAuthority } = receiver;
    const { stream } = await createAuditStream(context, {
      ...{ name: 'siem', after: '0' },
      https: { url: `https://127.0.0.1:${port}/`, certificateAuthority },
    });
    await pauseAuditStream(context, { id: stream.id });
    await withEvents(context, 3);
    await testAuditStream(context, { id: stream.id });
    const by = streamer(receiver.host);
    const tested = await streamIs(context, stream, { by, is: ({ testedAt }) => testedAt !== null });
    expect(tested).toMatchObject({ testError: null, testAskedAt: null, sent: 0n });
    expect(receiver.seen).toHaveLength(1);
    expect(receiver.seen[0]?.body).toContain('dev.operandi.audit.audit_stream.ping');
    await resumeAuditStream(context, { id: stream.id });
    await sealAll(services);
    await streamIs(context, stream, { by, is: isUpToDate });
    const events = receiver.seen
      .slice(1)
      .flatMap(({ body }) => z.array(told).parse(JSON.parse(body)));
    expect(inOrder(events.map(({ sequence }) => sequence))).toBe(true);
    await deleteAuditStream(context, { id: stream.id });
    expect(await listAuditStreams(context)).toEqual([]);
    expect(await actionsOf(context)).toEqual(
      expect.arrayContaining(
        ['create', 'pause', 'test', 'resume', 'delete'].map((verb) => `audit_stream.${verb}`),
      ),
    );
  });

  it('goes on where events were forgotten before it could send them, and counts those', async () => {
    const receiver = keep(await openHttpsReceiver(() => 204));
    const context = await contextOfNewTenant(services);
    const { tenantId } = context.actor;
    const { port, certificateAuthority } = receiver;
    const { stream } = await createAuditStream(context, {
      ...{ name: 'siem', after: '0' },
      https: { url: `https://127.0.0.1:${port}/`, certificateAuthority },
    });
    await withEvents(context, 40);
    await test.database.pool.query(
      `update audit.event set at = at - interval '70 days' where tenant_id = $1`,
      [tenantId],
    );
    await setAuditRetention(context, { days: 30 });
    await sealAll(services);
    await forgetAuditEvents(services, { tenants: 100, events: 2_000 });
    const done = await streamIs(context, stream, { by: streamer(receiver.host), is: isUpToDate });
    expect(Number(done.skipped)).toBeGreaterThanOrEqual(32);
    const events = receiver.seen.flatMap(({ body }) => z.array(told).parse(JSON.parse(body)));
    expect(
      inOrder(
        events.map(({ sequence }) => sequence),
        Number(done.skipped) + 1,
      ),
    ).toBe(true);
  });

  it('is signed by two secrets while one takes the place of the other, and then by the new one alone', async () => {
    const receiver = keep(await openHttpsReceiver(() => 204));
    const context = await contextOfNewTenant(services);
    const { port, certificateAuthority } = receiver;
    const { stream, secret: before } = await createAuditStream(context, {
      ...{ name: 'siem', after: '0' },
      https: { url: `https://127.0.0.1:${port}/`, certificateAuthority },
    });
    const { id } = stream;
    const rotated = await rotateAuditStreamSecret(context, { id, overlapSeconds: 600 });
    expect(rotated.stream.previousSecretUntil?.getTime()).toBeGreaterThan(Date.now());
    const opens = (secret: string | null): boolean => {
      const { headers, body } = receiver.seen.at(-1) ?? { headers: {}, body: '' };
      try {
        new Webhook(secret ?? '').verify(body, headers);
        return true;
      } catch {
        return false;
      }
    };
    const by = streamer(receiver.host);
    await withEvents(context, 1);
    await streamIs(context, stream, { by, is: isUpToDate });
    expect([before, rotated.secret].map(opens)).toEqual([true, true]);
    const last = await rotateAuditStreamSecret(context, { id, overlapSeconds: 0 });
    expect(last.stream.previousSecretUntil).toBeNull();
    await withEvents(context, 1);
    await streamIs(context, stream, { by, is: isUpToDate });
    expect([before, rotated.secret, last.secret].map(opens)).toEqual([false, false, true]);
    expect(await actionsOf(context)).toContain('audit_stream.rotate_secret');
    const syslog = await createAuditStream(context, { name: 'log', syslog: { host: '127.0.0.1' } });
    await expect(rotateAuditStreamSecret(context, { id: syslog.stream.id })).rejects.toMatchObject({
      code: 'CONFLICT',
    });
    await expect(
      rotateAuditStreamSecret(await contextOfNewTenant(services), { id }),
    ).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('has its secret put under a new master key', async () => {
    const key = (byte: number) => Buffer.alloc(32, byte).toString('base64');
    const context = {
      ...(await contextOfNewTenant(services)),
      keyring: createKeyring(`a:${key(1)}`),
    };
    const { stream } = await createAuditStream(context, {
      ...{ name: 'siem', https: { url: 'https://siem.example/' } },
    });
    await rotateAuditStreamSecret(context, { id: stream.id });
    const keyring = createKeyring(`b:${key(2)},a:${key(1)}`);
    expect(await rewrapSealedValues({ ...services, keyring })).toBeGreaterThan(1);
    const { rows } = await test.database.pool.query<{ now: string; before: string }>(
      `select sealed ->> 'kek' as now, previous_sealed ->> 'kek' as before from audit.stream`,
    );
    expect(rows).toEqual([{ now: 'b', before: 'b' }]);
  });
});

describe('a stream to S3', () => {
  it('puts objects that are named by the numbers of their events, by the credential of an integration', async () => {
    const server = keep(await openS3());
    const context = await contextOfNewTenant(services);
    const { id: integrationId } = await createIntegration(context, {
      ...{ name: 'papers', kind: 's3' },
      config: { endpoint: server.url, ...s3Settings, prefix: 'logs/' },
      credential: s3Credential,
    });
    await withEvents(context, 5);
    const { stream, secret } = await createAuditStream(context, {
      ...{ name: 'archive', after: '0', s3: { integrationId, everySeconds: 3_600 } },
    });
    expect(secret).toBeNull();
    await sealAll(services);
    const by = streamer(new URL(server.url).host);
    await streamIs(context, stream, { by, is: ({ sent }) => sent > 0n });
    await withEvents(context, 3);
    await turn(by);
    // Those wait for others to come.
    expect(server.objects.size).toBe(1);
    await hurry();
    const { sent } = await streamIs(context, stream, { by, is: isUpToDate });
    const keys = [...server.objects.keys()].toSorted();
    expect(keys).toHaveLength(2);
    for (const key of keys)
      expect(key).toMatch(
        new RegExp(`^logs/audit/${context.actor.tenantId}/\\d{15}-\\d{15}-[0-9a-f]{16}\\.ndjson$`),
      );
    const lines = keys.flatMap((key) => server.objects.get(key)?.body.trimEnd().split('\n') ?? []);
    const events = lines.map((line) => told.parse(JSON.parse(line)));
    expect(events).toHaveLength(Number(sent));
    expect(inOrder(events.map(({ sequence }) => sequence))).toBe(true);
    expect(Object.keys(events[0]?.data ?? {})).toEqual(['event', 'name', 'data']);
    // A put is no call on record: each would be the next event to send.
    expect(await actionsOf(context)).not.toContain('integration.call');
  });

  it('is refused to an integration of another kind and to one of another tenant', async () => {
    const [context, other] = [
      await contextOfNewTenant(services),
      await contextOfNewTenant(services),
    ];
    const config = { baseUrl: 'https://example.com', operations: [{ name: 'ping', path: '/' }] };
    const { id } = await createIntegration(context, { name: 'partner', kind: 'http', config });
    const make = (by: VerbContext) =>
      createAuditStream(by, { name: 'archive', s3: { integrationId: id } });
    await expect(make(context)).rejects.toMatchObject({ code: 'CONFLICT' });
    await expect(make(other)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('a stream by syslog', () => {
  it('sends messages of RFC 5424 over TLS, with structured data and a severity', async () => {
    const receiver = keep(await openSyslogReceiver());
    const context = await contextOfNewTenant(services);
    const { port, certificateAuthority } = receiver;
    const { stream } = await createAuditStream(context, {
      ...{ name: 'siem', after: '0' },
      syslog: { host: '127.0.0.1', port, certificateAuthority, hostname: 'prod-1' },
    });
    await updateTenant(context, { name: 'Bücher "x] \\ 😀' });
    const stranger = { ...context, actor: { ...context.actor, permissions: [] } };
    await expect(updateTenant(stranger, { name: 'no' })).rejects.toThrow('permission');
    await withEvents(context, 120);
    const { sent } = await streamIs(context, stream, {
      by: streamer(receiver.host),
      is: isUpToDate,
    });
    const line =
      /^<(?<pri>\d+)>1 (?<time>\S+) prod-1 operandi - (?<kind>\S+) \[operandi@32473 (?<data>(?:[^\]\\]|\\.)*)\] (?<json>\{.*\})$/u;
    const messages = receiver.seen.map((text) => line.exec(text)?.groups ?? {});
    const sequences = messages.map(({ data }) => /seq="(\d+)"/u.exec(data ?? '')?.[1] ?? '');
    expect(sequences).toHaveLength(Number(sent));
    expect(inOrder(sequences)).toBe(true);
    const updates = messages.filter(({ kind }) => kind === 'tenant.update');
    expect(updates.some(({ pri }) => pri === String(13 * 8 + 4))).toBe(true);
    expect(updates.some(({ pri }) => pri === String(13 * 8 + 6))).toBe(true);
    expect(receiver.seen.join('')).toMatch(/^[\u0020-\u007e]*$/u);
    for (const { json = '' } of messages) expect(() => told.parse(JSON.parse(json))).not.toThrow();
  });

  it('counts nothing as arrived that a receiver may not have read', async () => {
    let isBroken = true;
    const receiver = keep(
      await openSyslogReceiver((count, socket) => {
        if (isBroken && count >= 2) socket.destroy();
      }),
    );
    const context = await contextOfNewTenant(services);
    await withEvents(context, 300);
    const { port, certificateAuthority } = receiver;
    const { stream } = await createAuditStream(context, {
      ...{ name: 'siem', after: '0' },
      syslog: { host: '127.0.0.1', port, certificateAuthority },
    });
    const by = streamer(receiver.host);
    const failing = await streamIs(context, stream, { by, is: ({ error }) => error !== null });
    expect(failing.sent).toBe(0n);
    isBroken = false;
    await hurry();
    const { sent } = await streamIs(context, stream, { by, is: isUpToDate });
    const seen = new Set(receiver.seen.map((text) => /seq="(\d+)"/u.exec(text)?.[1]));
    expect(seen.size).toBe(Number(sent));
  });
});

describe('many streams', () => {
  it('of a tenant whose receivers never answer hold up no other tenant', async () => {
    const answers: (() => void)[] = [];
    const stuck = keep(
      await openHttpsReceiver(
        () => new Promise<number>((resolve) => answers.push(() => resolve(204))),
      ),
    );
    const receiver = keep(await openHttpsReceiver(() => 204));
    const poisoned = await contextOfNewTenant(services);
    for (let at = 0; at < 10; at += 1)
      await createAuditStream(poisoned, {
        ...{ name: `stuck ${at}`, after: '0' },
        https: {
          url: `https://127.0.0.1:${stuck.port}/`,
          certificateAuthority: stuck.certificateAuthority,
        },
      });
    // One whose row cannot be read at all.
    await withEvents(poisoned, 1);
    const context = await contextOfNewTenant(services);
    const broken = await createAuditStream(context, {
      ...{ name: 'broken', after: '0', https: { url: 'https://siem.example/' } },
    });
    await test.database.pool.query(`update audit.stream set sealed = '{}' where id = $1`, [
      broken.stream.id,
    ]);
    const { stream } = await createAuditStream(context, {
      ...{ name: 'siem', after: '0' },
      https: {
        url: `https://127.0.0.1:${receiver.port}/`,
        certificateAuthority: receiver.certificateAuthority,
      },
    });
    await withEvents(context, 3);
    const by = streamer(stuck.host, receiver.host);
    await until('the stuck ones are under way', async () => {
      await turn(by);
      return stuck.seen.length >= 4;
    });
    await streamIs(context, stream, { by, is: isUpToDate });
    expect(stuck.seen).toHaveLength(4);
    for (const answer of answers) answer();
  });

  it('are ten of a tenant at most, of different names, behind numbers that there are', async () => {
    const context = await contextOfNewTenant(services);
    const make = (name: string, more: object = {}) =>
      createAuditStream(context, { name, https: { url: 'https://siem.example/' }, ...more });
    await make('0');
    await expect(make('0')).rejects.toMatchObject({ code: 'ALREADY_EXISTS' });
    await expect(make('x', { after: '9999' })).rejects.toMatchObject({ code: 'CONFLICT' });
    await expect(make('x', { https: { url: 'http://siem.example/' } })).rejects.toMatchObject({
      problems: [{ field: 'input.https.url' }],
    });
    await expect(make('x', { syslog: { host: 'a' } })).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
    });
    for (let at = 1; at < 10; at += 1) await make(String(at));
    await expect(make('x')).rejects.toMatchObject({ code: 'CONFLICT' });
    const reader = {
      ...context,
      actor: { ...context.actor, permissions: ['AUDIT_READ'] as const },
    };
    await expect(
      createAuditStream(reader, { name: 'x', https: { url: 'https://siem.example/' } }),
    ).rejects.toMatchObject({ code: 'FORBIDDEN' });
    const other = await contextOfNewTenant(services);
    expect(await listAuditStreams(other)).toEqual([]);
    const [first] = await listAuditStreams(context);
    await expect(pauseAuditStream(other, { id: first?.id })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });
});

describe.runIf(hasPostgres)('a process that is killed', () => {
  it('between a request and its note of the answer loses nothing: the next sends it again under the same id', async () => {
    const masterKey = `test:${Buffer.alloc(32, 9).toString('base64')}`;
    let victim: GuardedProcess | undefined;
    const receiver = keep(
      await openHttpsReceiver(() => {
        // The events are here; that they are, nobody will ever write down.
        victim?.kill('SIGKILL');
        return victim === undefined ? 204 : new Promise<number>(() => undefined);
      }),
    );
    const keyring = createKeyring(masterKey);
    const context = { ...(await contextOfNewTenant(services)), keyring };
    await withEvents(context, 20);
    const { port, certificateAuthority } = receiver;
    const folder = await mkdtemp(join(tmpdir(), 'operandi-stream-'));
    const program = fileURLToPath(new URL('../support/fixtures/stream-worker.ts', import.meta.url));
    const command = [
      ...[process.execPath, program, test.databaseUrl ?? '', receiver.host, masterKey],
    ];
    victim = await startGuarded({ command, stopSignal: 'KILL', folder });
    const { stream } = await createAuditStream(context, {
      ...{ name: 'siem', after: '0' },
      https: { url: `https://127.0.0.1:${port}/`, certificateAuthority },
    });
    await until('a request', () => receiver.seen.length === 1 || undefined);
    await victim.stop();
    victim = undefined;
    await withEvents(context, 5);
    await test.database.pool.query('update audit.stream set lease_until = now()');
    const egress = keep(createEgress({ allow: [receiver.host] }));
    const connectors = openConnectors(egress);
    const survivor = keep(createAuditStreamer({ ...services, keyring, egress, connectors }));
    const { sent } = await streamIs(context, stream, { by: survivor, is: isUpToDate });
    await rm(folder, { recursive: true, force: true });
    const [first, second, ...others] = receiver.seen;
    expect(first?.body).toBe(second?.body);
    expect(first?.headers['webhook-id']).toBe(second?.headers['webhook-id']);
    const events = [second, ...others].flatMap((each) =>
      z.array(told).parse(JSON.parse(each?.body ?? '[]')),
    );
    expect(events).toHaveLength(Number(sent));
    expect(inOrder(events.map(({ sequence }) => sequence))).toBe(true);
  });
});
