import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { ServerCredentials } from '@grpc/grpc-js';
import { afterEach, describe, expect, it } from 'vitest';

import type { JsonObject } from '../../kernel/json.ts';
import { openTrial, type Trial } from '../../tests/support/connector-trial.ts';
import {
  type GrpcServer,
  ledgerProto,
  ledgerToken,
  openGrpcServer,
} from '../testing/grpc-server.ts';
import { openLoopback } from '../testing/loopback.ts';

const opened: AsyncDisposable[] = [];

afterEach(async () => {
  for (const each of opened.splice(0).reverse()) await each[Symbol.asyncDispose]();
});

describe('messages', () => {
  it('go and come as they are, whatever their fields', async () => {
    const { server, trial } = await openBooks();
    const entry = {
      ...{ id: 'e1', amountCents: '-9223372036854775808', state: 'BOOKED', remark: 'ä' },
      lines: [{ account: 'a', cents: '-5', lines: [{ account: 'b', cents: '7', lines: [] }] }],
      byAccount: { x: { account: 'x', cents: '1', lines: [] } },
      flags: { '-3': true },
      transfer: { account: 't', cents: '0', lines: [] },
      bookedAt: '2026-02-28T23:59:59.123456789Z',
      receipt: Buffer.from('bytes').toString('base64'),
      ...{ codes: [1, -2], serials: ['18446744073709551615'], rate: 0.25 },
      earlier: 'OPEN',
    };
    const { value } = await trial.call('Books_Book', entry);
    expect(value).toEqual(entry);
    expect(server.booked).toMatchObject([
      {
        amountCents: '-9223372036854775808',
        serials: ['18446744073709551615'],
        source: 'transfer',
      },
    ]);
  });

  it('of a stream come as a list, and not one more than is allowed', async () => {
    const { trial } = await openBooks({ maxMessages: 5 });
    const { value } = await trial.call('Books_ListEntries', { count: 5 });
    expect(value).toHaveLength(5);
    expect(value).toMatchObject([{ id: '0' }, { id: '1' }, { id: '2' }, { id: '3' }, { id: '4' }]);
    await expect(trial.call('Books_ListEntries', { count: 6 })).rejects.toThrow(
      'more than 5 messages',
    );
  });

  it('of a stream that fails are no answer', async () => {
    const { trial } = await openBooks();
    await expect(trial.call('Books_ListEntries', { count: 3 })).rejects.toMatchObject({
      status: 409,
      isRetryable: true,
    });
  });

  it('have a size together', async () => {
    const { trial } = await openBooks({ limits: { maxResponseBytes: 100_000 } });
    await expect(trial.call('Books_ListEntries', { count: 11, bytesEach: 10_000 })).rejects.toThrow(
      'more than 100000 bytes',
    );
  });

  it('that fit no field are refused unsent', async () => {
    const { server, trial } = await openBooks();
    await expect(
      trial.call('Books_Book', { person: 'Ada', transfer: { account: 'x' } }),
    ).rejects.toMatchObject({ code: 'BAD_USER_INPUT', path: 'arguments' });
    await expect(trial.call('Books_Book', { bookedAt: 'yesterday' })).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
    });
    expect(server.seen).toEqual([]);
  });
});

describe('failures', () => {
  it('tell the code, the status of HTTP that means the same, and whether it may pass', async () => {
    const { trial } = await openBooks();
    const expected: readonly (readonly [number, object])[] = [
      [5, { status: 404, isRetryable: false, isOutcomeUnknown: false }],
      [6, { status: 409, isRetryable: false, isOutcomeUnknown: false }],
      [8, { status: 429, isRetryable: true, isOutcomeUnknown: false }],
      [14, { status: 503, isRetryable: true, isOutcomeUnknown: false }],
    ];
    for (const [code, failure] of expected)
      await expect(
        trial.call('Books_GetEntry', { id: `fail-${String(code)}` }),
      ).rejects.toMatchObject(failure);
    await expect(trial.call('Books_GetEntry', { id: 'fail-5' })).rejects.toMatchObject({
      message: 'partner answered NOT_FOUND: it is über',
      answer: { content: { code: 'NOT_FOUND', message: 'it is über' } },
    });
    await expect(trial.call('Books_GetEntry', { id: 'fail-4' })).rejects.toMatchObject({
      ...{ isLate: true, isOutcomeUnknown: true },
    });
  });

  it('of a server that speaks another protocol are failures of the call', async () => {
    const peer = await openLoopback((response) => response.end('hello'));
    opened.push(peer);
    const { port } = new URL(peer.url);
    const trial = trialOf(Number(port), {});
    await expect(trial.call('Books_GetEntry', { id: 'x' })).rejects.toMatchObject({
      code: 'INTEGRATION_FAILED',
    });
  });
});

describe('calls', () => {
  it('carry the key of the call, and may be repeated then', async () => {
    const { server, trial } = await openBooks({ idempotencyHeader: 'X-Call-Key' });
    await trial.call('Books_Book', { id: 'e1' }, { idempotencyKey: 'k-1' });
    expect(server.seen[0]).toMatchObject({ 'x-call-key': 'k-1' });
  });

  it('go over one connection, one after the other', async () => {
    const { trial } = await openBooks();
    const { attempts } = await trial.call('Books_GetEntry', { id: 'a' });
    const again = await trial.call('Books_GetEntry', { id: 'b' });
    expect([attempts, again.attempts]).toEqual([1, 1]);
    expect(again.value).toMatchObject({ id: 'b' });
  });
});

describe('discovery', () => {
  it('asks the reflection of the server, and what it says can be called', async () => {
    const { server, trial } = await openBooks({ protos: undefined });
    const config = { host: '127.0.0.1', port: server.endpoint.port, tls: 'off' };
    expect(trial.connector.operations(config)).toEqual([]);
    const found = await trial.connector.discover?.(config, trial.context());
    expect(trial.connector.checkConfig(found ?? null)).toEqual([]);
    const operations = trial.connector.operations(found ?? null);
    expect(operations.map(({ name }) => name).sort()).toEqual([
      'Books_Book',
      'Books_GetEntry',
      'Books_ListEntries',
    ]);
    const { value } = await trial.connector.invoke(
      { config: found ?? null, operation: 'Books_GetEntry', arguments: { id: 'e7' } },
      trial.context(),
    );
    expect(value).toMatchObject({ id: 'e7' });
  });

  it('says what to do where a server has no reflection', async () => {
    const { trial, config } = await openBooks({}, { hasReflection: false });
    await expect(trial.connector.discover?.(config, trial.context())).rejects.toThrow(
      'has no reflection: give the texts',
    );
  });
});

describe('tls', () => {
  it('wants a certificate of the authority that is named, and for the host', async () => {
    const { ca, key, certificate } = await makeCertificate();
    const credentials = ServerCredentials.createSsl(null, [
      { private_key: key, cert_chain: certificate },
    ]);
    const server = await openGrpcServer({ credentials });
    opened.push(server);
    const { port } = server.endpoint;
    const trusting = trialOf(port, { tls: 'verify', certificateAuthority: ca });
    expect((await trusting.call('Books_GetEntry', { id: 'e1' })).value).toMatchObject({ id: 'e1' });
    const strict = trialOf(port, { tls: 'verify' });
    await expect(strict.call('Books_GetEntry', { id: 'e1' })).rejects.toThrow('not trusted');
  });
});

async function openBooks(
  changes: Readonly<Record<string, unknown>> = {},
  options: Parameters<typeof openGrpcServer>[0] = {},
): Promise<{ readonly server: GrpcServer; readonly trial: Trial; readonly config: JsonObject }> {
  const server = await openGrpcServer(options);
  opened.push(server);
  const { port } = server.endpoint;
  return { server, trial: trialOf(port, changes), config: configOf(port, changes) };
}

function configOf(port: number, changes: Readonly<Record<string, unknown>>): JsonObject {
  const protos = { 'ledger.proto': ledgerProto };
  const whole = { host: '127.0.0.1', port, tls: 'off', protos, ...changes };
  return JSON.parse(JSON.stringify(whole)) as JsonObject;
}

function trialOf(port: number, changes: Readonly<Record<string, unknown>>): Trial {
  const config = configOf(port, changes);
  const credential = { type: 'bearer', token: ledgerToken };
  const trial = openTrial({
    ...{ kind: 'grpc', config, credential, allow: [`127.0.0.1:${String(port)}`] },
  });
  opened.push(trial);
  return trial;
}

const run = promisify(execFile);
const openssl = (...args: readonly string[]): Promise<unknown> => run('openssl', args);

async function makeCertificate() {
  const folder = mkdtempSync(join(tmpdir(), 'grpc-'));
  const file = (name: string): string => join(folder, name);
  await openssl(
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'],
    ...['-days', '2', '-subj', '/CN=ledger', '-addext', 'subjectAltName=IP:127.0.0.1'],
    ...['-keyout', file('key.pem'), '-out', file('certificate.pem')],
  );
  const certificate = readFileSync(file('certificate.pem'));
  return { ca: certificate.toString(), certificate, key: readFileSync(file('key.pem')) };
}
