import { readFile } from 'node:fs/promises';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';

import { afterEach, describe, expect, it } from 'vitest';

import { connectorServices } from '../../core/integrations/open-connectors.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../kernel/json.ts';
import { createAuthority } from '../../tests/support/certificates.ts';
import { until } from '../../tests/support/until.ts';
import { createEgress } from '../egress/egress.ts';
import { brokerUser, hasBroker, openBroker } from '../testing/broker.ts';
import { openLoopback } from '../testing/loopback.ts';
import { openSocketPeer, socketToken } from '../testing/socket-peer.ts';
import { openTlsFront } from '../testing/tls-front.ts';
import { createWorkflowHttp } from '../workflow-http/workflow-http.ts';
import { createWorkflowAsyncApi } from './workflow-asyncapi.ts';

const opened: AsyncDisposable[] = [];

afterEach(async () => {
  for (const each of opened.splice(0).reverse()) await each[Symbol.asyncDispose]();
});

function kept<T extends AsyncDisposable>(each: T): T {
  opened.push(each);
  return each;
}

const payload = {
  type: 'object',
  required: ['celsius'],
  properties: { celsius: { type: 'number' } },
};

/** A document of version 3 for one server and the channel of a room. */
function documentFor(protocol: string, host: string, more: JsonObject = {}): JsonObject {
  return {
    asyncapi: '3.0.0',
    info: { title: 'Rooms', version: '1.0.0' },
    servers: { main: { host, protocol } },
    channels: {
      measured: {
        address: 'rooms/{room}/measured',
        parameters: { room: {} },
        messages: { measurement: { $ref: '#/components/messages/measurement' } },
        ...more,
      },
    },
    operations: { measure: { action: 'receive', channel: { $ref: '#/channels/measured' } } },
    components: {
      messages: {
        measurement: {
          correlationId: { location: '$message.payload#/id' },
          payload: { $ref: '#/components/schemas/measurement' },
        },
      },
      schemas: { measurement: payload },
    },
  };
}

const job = { tenantId: 'tenant-1', jobId: 'job-1', signal: new AbortController().signal };

function open({ allow = ['127.0.0.1'], timeoutMs = 60_000 } = {}) {
  const egress = kept(createEgress({ allow }));
  const limits = { timeoutMs, concurrency: 4 };
  const http = createWorkflowHttp({ egress, limits });
  const { compileSchema } = connectorServices(egress);
  const calls = createWorkflowAsyncApi({ egress, http, limits, compileSchema });
  return {
    calls,
    send: (document: JsonObject, message: JsonObject, more: JsonObject = {}) =>
      calls.call(
        {
          ...{ document, operation: 'measure', parameters: { room: 'blue' }, message },
          ...{ idempotencyKey: 'key-1', ...more },
        },
        job,
      ),
    take: (more: JsonObject, context = job) =>
      calls.call(
        { operation: 'measure', parameters: { room: 'blue' }, subscription: 's1', ...more },
        context,
      ),
  };
}

const bearer = { authentication: { scheme: 'bearer', token: socketToken } };

function payloadsOf(answer: JsonValue): JsonValue[] {
  return Array.isArray(answer)
    ? answer.map((each: JsonValue) => (isJsonObject(each) ? (each['payload'] ?? null) : null))
    : [];
}

describe('messages over HTTP', () => {
  it('are posted to the channel of the document, with the key and the credential', async () => {
    const peer = kept(await openLoopback((response) => response.writeHead(202).end()));
    const document = documentFor('http', peer.host);
    const { send } = open();
    const message = { payload: { celsius: 20 }, headers: { 'x-sensor': 'a' } };
    expect(await send(document, message, bearer)).toBeNull();
    expect(peer.seen).toMatchObject([
      {
        ...{ method: 'POST', url: '/rooms/blue/measured', body: '{"celsius":20}' },
        headers: {
          ...{ 'content-type': 'application/json', 'idempotency-key': 'key-1', 'x-sensor': 'a' },
          authorization: `Bearer ${socketToken}`,
        },
      },
    ]);
  });

  it('go by the method of the binding, and fail by the status of the answer', async () => {
    const peer = kept(await openLoopback((response) => response.writeHead(409).end()));
    const document = documentFor('http', peer.host, {
      bindings: { http: { method: 'PUT' } },
    });
    const { send } = open();
    await expect(send(document, { payload: { celsius: 20 } })).rejects.toMatchObject({
      status: 409,
    });
    expect(peer.seen).toMatchObject([{ method: 'PUT' }]);
  });

  it('that do not fit the document are refused before anything is sent', async () => {
    const peer = kept(await openLoopback((response) => response.writeHead(202).end()));
    const { send } = open();
    const document = documentFor('http', peer.host);
    await expect(send(document, { payload: { celsius: 'warm' } })).rejects.toMatchObject({
      problems: [{ field: 'message.payload.celsius' }],
    });
    expect(peer.seen).toEqual([]);
  });

  it.each([
    ['text/event-stream', ['data: {"celsius":1}\n\n: nothing\n\ndata: {"cels', 'ius":2}\n\n']],
    ['application/x-ndjson', ['{"celsius":1}\n\n\r\n{"cel', 'sius":2}\n']],
  ])('come from a stream of %s', async (type, chunks) => {
    const peer = kept(
      await openLoopback((response) => {
        response.writeHead(200, { 'content-type': type });
        for (const chunk of chunks) response.write(chunk);
      }),
    );
    const { take } = open();
    expect(await take({})).toBeNull();
    const document = documentFor('http', peer.host);
    const came: JsonValue[] = [];
    while (came.length < 2) came.push(...payloadsOf(await take({ document, ...bearer })));
    expect(came).toEqual([{ celsius: 1 }, { celsius: 2 }]);
    expect(peer.seen).toMatchObject([
      { method: 'GET', headers: { authorization: `Bearer ${socketToken}` } },
    ]);
  });

  it('of a stream that ends are taken before the call fails', async () => {
    const peer = kept(
      await openLoopback((response) => {
        response.writeHead(200, { 'content-type': 'application/x-ndjson' }).end('{"celsius":1}');
      }),
    );
    const { take } = open();
    const document = documentFor('http', peer.host);
    expect(payloadsOf(await take({ document }))).toEqual([{ celsius: 1 }]);
    await expect(take({ document })).rejects.toMatchObject({ code: 'INTEGRATION_FAILED' });
  });
});

describe('messages over WebSocket', () => {
  it('are frames, sent with the credential', async () => {
    const peer = kept(await openSocketPeer());
    const document = documentFor('ws', `127.0.0.1:${String(peer.endpoint.port)}`);
    const { send } = open();
    await send(document, { payload: { celsius: 20 } }, bearer);
    expect(peer.came).toEqual(['{"celsius":20}']);
    expect(peer.asked).toMatchObject([{ path: '/rooms/blue/measured' }]);
    await expect(send(document, { payload: { celsius: 20 } })).rejects.toMatchObject({
      status: 401,
    });
  });

  it('come one after the other while the job is busy, and the connection ends with the subscription', async () => {
    const peer = kept(await openSocketPeer());
    peer.greeting = ['{"celsius":1,"id":"a"}', '{"celsius":2}'];
    const document = documentFor('ws', `127.0.0.1:${String(peer.endpoint.port)}`);
    const { take, calls } = open();
    const came: JsonObject[] = [];
    while (came.length < 2) {
      const answer = await take({ document, ...bearer });
      came.push(...(Array.isArray(answer) ? (answer as JsonObject[]) : []));
    }
    expect(came).toEqual([
      { payload: { celsius: 1, id: 'a' }, headers: {}, correlationId: 'a' },
      { payload: { celsius: 2 }, headers: {} },
    ]);
    expect(peer.open.size).toBe(1);
    await calls.call({ subscription: 's1', isOver: true }, job);
    await until('the connection is closed', () => peer.open.size === 0);
  });

  it('that do not fit the document fail the call', async () => {
    const peer = kept(await openSocketPeer());
    peer.greeting = ['{"celsius":"hot"}'];
    const document = documentFor('ws', `127.0.0.1:${String(peer.endpoint.port)}`);
    const { take } = open();
    await expect(take({ document, ...bearer })).rejects.toThrow('/payload/celsius');
    await until('the connection is closed', () => peer.open.size === 0);
  });

  it('that nobody takes make the peer wait', async () => {
    const peer = kept(await openSocketPeer());
    const document = documentFor('ws', `127.0.0.1:${String(peer.endpoint.port)}`);
    const { take } = open();
    peer.greeting = ['{"celsius":0}'];
    await take({ document, ...bearer });
    const [socket] = peer.open;
    const text = JSON.stringify({ celsius: 1, padding: 'x'.repeat(1_000_000) });
    for (let sent = 0; sent < 60; sent += 1) socket?.send(text);
    await until('some have come', async () => (await take({})) !== null);
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(socket?.bufferedAmount ?? 0).toBeGreaterThan(10_000_000);
  });

  it('end with the job, the cancellation and the time', async () => {
    const peer = kept(await openSocketPeer());
    const document = documentFor('ws', `127.0.0.1:${String(peer.endpoint.port)}`);
    const { take, calls } = open();
    expect(await take({ document, dueAt: Date.now() + 50, ...bearer })).toEqual([]);
    calls.leave('job-1');
    await until('the connection is closed', () => peer.open.size === 0);
    const controller = new AbortController();
    const waiting = take({ document, ...bearer }, { ...job, signal: controller.signal });
    await until('it listens', () => peer.open.size === 1);
    controller.abort(new Error('cancelled'));
    await expect(waiting).rejects.toThrow('cancelled');
    await until('the connection is closed', () => peer.open.size === 0);
    const impatient = open({ timeoutMs: 300 });
    await expect(impatient.take({ document, ...bearer })).rejects.toMatchObject({ isLate: true });
  });

  it('reach no address that is not public', async () => {
    const peer = kept(await openSocketPeer());
    const document = documentFor('ws', `127.0.0.1:${String(peer.endpoint.port)}`);
    const { send, take } = open({ allow: [] });
    const blocked = { code: 'EGRESS_BLOCKED' };
    await expect(send(document, { payload: { celsius: 1 } }, bearer)).rejects.toMatchObject(
      blocked,
    );
    await expect(take({ document, ...bearer })).rejects.toMatchObject(blocked);
    expect(peer.asked).toEqual([]);
  });
});

describe('messages over TLS', () => {
  const before = getCACertificates('default');
  afterEach(() => setDefaultCACertificates(before));

  /** A certificate for this machine, of an authority that this process trusts or does not. */
  async function identityOf({ isTrusted = true, isExpired = false } = {}) {
    const authority = kept(await createAuthority());
    const files = await authority.issue('peer', { san: 'IP:127.0.0.1', isExpired });
    if (isTrusted) setDefaultCACertificates([...before, await readFile(authority.caFile, 'utf8')]);
    return { cert: await readFile(files.certFile), key: await readFile(files.keyFile) };
  }

  async function overTls(protocol: string, identity: Awaited<ReturnType<typeof identityOf>>) {
    const isSocket = protocol === 'wss';
    const { endpoint } = kept(isSocket ? await openSocketPeer() : await openBroker());
    const front = kept(await openTlsFront(endpoint, identity));
    const bindings = { mqtt: { qos: 1, retain: true } };
    const document = documentFor(protocol, front.host, isSocket ? {} : { bindings });
    const basic = { authentication: { scheme: 'basic', ...brokerUser } };
    return { document, proof: isSocket ? bearer : basic, front };
  }

  const protocols = hasBroker ? ['wss', 'mqtts'] : ['wss'];

  it.each(protocols)('go by %s to whom a trusted authority vouches for', async (protocol) => {
    const { document, proof, front } = await overTls(protocol, await identityOf());
    const { send, take } = open();
    expect(await send(document, { payload: { celsius: 7 } }, proof)).toBeNull();
    expect(front.received).toBeGreaterThan(0);
    if (protocol !== 'mqtts') return;
    const came = await take({ document, dueAt: Date.now() + 100_000, ...proof });
    expect(payloadsOf(came)).toEqual([{ celsius: 7 }]);
  });

  it.each(
    protocols.flatMap((each) => [
      [each, 'isTrusted', false] as const,
      [each, 'isExpired', true] as const,
    ]),
  )(
    'go by %s to nobody whose certificate has %s %s, and no credential leaves',
    async (protocol, name, value) => {
      const { document, proof, front } = await overTls(
        protocol,
        await identityOf({ [name]: value }),
      );
      const { send } = open();
      const refusal = send(document, { payload: { celsius: 7 } }, proof);
      await expect(refusal).rejects.toMatchObject({
        message: expect.stringContaining('shows a certificate that is not trusted') as string,
        isRetryable: false,
        isOutcomeUnknown: false,
      });
      expect(front.received).toBe(0);
    },
  );
});

describe.skipIf(!hasBroker)('messages over MQTT', () => {
  const basic = { authentication: { scheme: 'basic', ...brokerUser } };

  it.each(['mqtt', 'mqtt5'])('of %s come to whoever listens, of all rooms', async (protocol) => {
    const { endpoint } = kept(await openBroker());
    const document = documentFor(protocol, `127.0.0.1:${String(endpoint.port)}`);
    const { send, take } = open();
    const wish = { document, parameters: {}, ...basic };
    const first = take({ ...wish, dueAt: Date.now() + 100_000 });
    let isThere = false;
    void first.then(
      () => (isThere = true),
      () => undefined,
    );
    // Whoever listens too late gets nothing: it is said until it is heard.
    await until('a message has come', async () => {
      await send(document, { payload: { celsius: 5 } }, basic);
      return isThere;
    });
    expect(payloadsOf(await first)[0]).toEqual({ celsius: 5 });
  });

  it('carry headers where the version has them', async () => {
    const { endpoint } = kept(await openBroker());
    const host = `127.0.0.1:${String(endpoint.port)}`;
    const { send, take } = open();
    const document = documentFor('mqtt5', host);
    const message = { payload: { celsius: 5 }, headers: { trace: 't-1' } };
    const first = take({ document, dueAt: Date.now() + 100_000, ...basic });
    let came: JsonValue = null;
    void first.then(
      (answer) => (came = answer),
      () => undefined,
    );
    await until('a message has come', async () => {
      await send(document, message, basic);
      return came !== null;
    });
    expect(came).toMatchObject([{ headers: { trace: 't-1' } }]);
    await expect(send(documentFor('mqtt', host), message, basic)).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
    });
  });

  it.each([0, 1, 2])(
    'are handed over with QoS %i and kept where the binding says so',
    async (qos) => {
      const { endpoint } = kept(await openBroker());
      const bindings = { mqtt: { qos, retain: true } };
      const document = documentFor('mqtt', `127.0.0.1:${String(endpoint.port)}`, { bindings });
      const { send, take } = open();
      await send(document, { payload: { celsius: qos } }, basic);
      expect(await take({ document, dueAt: Date.now() + 100_000, ...basic })).toEqual([
        { payload: { celsius: qos }, headers: {} },
      ]);
    },
  );

  it('are refused to whom the broker does not know, and with a topic that is none', async () => {
    const { endpoint } = kept(await openBroker());
    const document = documentFor('mqtt', `127.0.0.1:${String(endpoint.port)}`);
    const { send } = open();
    const wrong = { authentication: { ...basic.authentication, password: 'canary-bad' } };
    const refusal = await send(document, { payload: { celsius: 1 } }, wrong).catch(
      (error: unknown) => error,
    );
    expect(refusal).toMatchObject({ status: 401, isRetryable: false });
    expect(String(refusal)).not.toContain('canary');
    const more = { ...basic, parameters: { room: 'a/#' } };
    await expect(send(document, { payload: { celsius: 1 } }, more)).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
    });
  });
});
