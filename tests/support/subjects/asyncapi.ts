import type { JsonObject } from '../../../kernel/json.ts';
import { openTrial } from '../connector-trial.ts';
import { brokerUser, openBroker } from '../../../connectors/testing/broker.ts';
import { json, openLoopback } from '../../../connectors/testing/loopback.ts';
import type { Endpoint, Subject } from '../../../connectors/conformance/subject.ts';

function documentFor(protocol: string, { host, port }: Endpoint): JsonObject {
  return {
    asyncapi: '3.0.0',
    info: { title: 'Rooms', version: '1.0.0' },
    servers: { main: { protocol, host: `${host}:${String(port)}` } },
    channels: {
      measured: {
        address: 'rooms/measured',
        // The broker has it for whoever comes later.
        bindings: { mqtt: { retain: true } },
        messages: {
          measurement: {
            payload: {
              type: 'object',
              required: ['celsius'],
              properties: { celsius: { $ref: '#/components/schemas/temperature' } },
            },
          },
        },
      },
    },
    operations: {
      measure: { action: 'receive', channel: { $ref: '#/channels/measured' } },
      hear: { action: 'send', channel: { $ref: '#/channels/measured' } },
    },
    components: { schemas: { temperature: { type: 'number', minimum: -273 } } },
  };
}

const measured = '{"celsius":20}\n';

const common = {
  kind: 'asyncapi',
  reading: {
    operation: 'hear',
    arguments: { amount: 1 },
    value: [{ payload: { celsius: 20 }, headers: {} }],
  },
  writing: {
    ...{ operation: 'measure', arguments: { payload: { celsius: 20 } }, actsOn: '"celsius"' },
  },
  badArguments: {
    'arguments.amount': { amount: 0 },
    'arguments.parameters': { parameters: 'blue' },
    'arguments.parameters.room': { parameters: { room: true } },
  },
  badConfigs: {
    document: { document: { openapi: '3.0.0' } },
    server: { server: 'other' },
    'operations.0': { operations: ['unknown'] },
  },
} satisfies Partial<Subject>;

/** Serves the document of a system by whose endpoint it is asked. */
async function openDocuments(protocol: string) {
  const documents = await openLoopback((response, { url }) => {
    const [, host = '', port] = url.split('/');
    json(response, documentFor(protocol, { host, port: Number(port) }));
  });
  return {
    discovery: {
      configFor: ({ host, port }: Endpoint): JsonObject => ({
        documentUrl: `${documents.url}/${host}/${String(port)}`,
      }),
      allow: [documents.host],
    },
    [Symbol.asyncDispose]: () => documents[Symbol.asyncDispose](),
  };
}

export async function openReceiver(): Promise<Subject> {
  const peer = await openLoopback((response, { method, url, headers }) => {
    const isKnown = headers.authorization === 'Bearer canary-good-token';
    if (!isKnown) response.writeHead(401).end();
    else if (method === 'POST' || url === '/') response.writeHead(202).end();
    else response.writeHead(200, { 'content-type': 'application/x-ndjson' }).write(measured);
  });
  const { hostname: host, port } = new URL(peer.url);
  const documents = await openDocuments('http');
  return {
    ...{ ...common, discovery: documents.discovery },
    endpoint: { host, port: Number(port) },
    configFor: (endpoint) => ({ document: documentFor('http', endpoint) }),
    credential: { type: 'bearer', token: 'canary-good-token' },
    wrongCredential: { type: 'bearer', token: 'canary-bad-token' },
    secrets: ['canary-good-token', 'canary-bad-token'],
    async [Symbol.asyncDispose]() {
      await documents[Symbol.asyncDispose]();
      await peer[Symbol.asyncDispose]();
    },
  };
}

export async function openMosquitto(): Promise<Subject> {
  const broker = await openBroker();
  const { host, port } = broker.endpoint;
  const credential = { type: 'basic', ...brokerUser };
  const config = { document: documentFor('mqtt', broker.endpoint) };
  await using trial = openTrial({
    ...{ kind: 'asyncapi', config, credential, allow: [`${host}:${String(port)}`] },
  });
  await trial.call('measure', { payload: { celsius: 20 } });
  const documents = await openDocuments('mqtt');
  return {
    ...{ ...common, discovery: documents.discovery },
    endpoint: broker.endpoint,
    configFor: (endpoint) => ({ document: documentFor('mqtt', endpoint) }),
    credential,
    wrongCredential: { type: 'basic', ...brokerUser, password: 'canary-bad-password' },
    secrets: [brokerUser.password, 'canary-bad-password'],
    async [Symbol.asyncDispose]() {
      await documents[Symbol.asyncDispose]();
      await broker[Symbol.asyncDispose]();
    },
  };
}
