import { afterEach, expect, it } from 'vitest';

import type { JsonObject } from '../../kernel/json.ts';
import { createEgress } from '../egress/egress.ts';
import { ledgerProto, ledgerToken, openGrpcServer } from '../testing/grpc-server.ts';
import { createWorkflowHttp } from '../workflow-http/workflow-http.ts';
import { createWorkflowGrpc } from './workflow-grpc.ts';

const opened: AsyncDisposable[] = [];

afterEach(async () => {
  for (const each of opened.splice(0).reverse()) await each[Symbol.asyncDispose]();
});

const context = { tenantId: 'tenant-1', signal: AbortSignal.timeout(30_000) };

async function open(isAllowed = true) {
  const server = await openGrpcServer();
  const origin = `127.0.0.1:${String(server.endpoint.port)}`;
  const egress = createEgress({ allow: isAllowed ? [origin] : [] });
  opened.push(server, egress);
  const limits = { timeoutMs: 20_000, concurrency: 4 };
  const http = createWorkflowHttp({ egress, limits });
  const grpc = createWorkflowGrpc({ egress, http, limits });
  const request = (changes: JsonObject): JsonObject => ({
    ...{ uri: `http://${origin}`, proto: ledgerProto, service: 'ledger.v1.Books' },
    ...{ method: 'GetEntry', arguments: { id: 'e1' }, idempotencyKey: 'key-1' },
    authentication: { scheme: 'bearer', token: ledgerToken },
    ...changes,
  });
  return { server, call: (changes: JsonObject = {}) => grpc.call(request(changes), context) };
}

it('calls a method with the key and the credential of the job', async () => {
  const { server, call } = await open();
  expect(await call()).toMatchObject({ id: 'e1', amountCents: '9007199254740993' });
  expect(server.seen).toMatchObject([{ 'idempotency-key': 'key-1' }]);
  const listed = await call({ method: 'ListEntries', arguments: { count: 2 } });
  expect(listed).toMatchObject([{ id: '0' }, { id: '1' }]);
});

it('sends a call once, and tells what came of it by status', async () => {
  const { server, call } = await open();
  await expect(call({ arguments: { id: 'fail-14' } })).rejects.toMatchObject({ status: 503 });
  await expect(call({ authentication: { scheme: 'bearer', token: 'x' } })).rejects.toMatchObject({
    status: 401,
  });
  expect(server.seen).toHaveLength(2);
});

it('refuses what the proto does not have', async () => {
  const { call } = await open();
  await expect(call({ method: 'Upload' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await expect(call({ proto: 'message' })).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
  await expect(call({ arguments: { other: 1 } })).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
});

it('reaches no address that is not public', async () => {
  const { server, call } = await open(false);
  await expect(call()).rejects.toMatchObject({ code: 'EGRESS_BLOCKED' });
  expect(server.seen).toEqual([]);
});
