import { json, openLoopback } from '../../../connectors/testing/loopback.ts';
import type { Subject } from '../../../connectors/conformance/subject.ts';

const token = 'canary-good-token';

export async function openLedger(): Promise<Subject> {
  const server = await openLoopback((response, request) => {
    if (request.headers.authorization !== `Bearer ${token}`)
      json(response, { detail: `not you, ${request.headers.authorization ?? ''}` }, 401);
    else json(response, { account: '7', balance: '12.50' });
  });
  const [host = '', port] = server.host.split(':');
  return {
    kind: 'http',
    endpoint: { host, port: Number(port) },
    configFor: (endpoint) => ({
      baseUrl: `http://${endpoint.host}:${String(endpoint.port)}`,
      operations: [
        {
          name: 'balance',
          path: '/accounts/{account}',
          arguments: { account: { type: 'string' } },
        },
        { name: 'book', method: 'POST', path: '/accounts/{account}/entries' },
      ],
    }),
    credential: { type: 'bearer', token },
    wrongCredential: { type: 'bearer', token: 'canary-bad-token' },
    secrets: [token, 'canary-bad-token'],
    reading: {
      operation: 'balance',
      arguments: { account: '7' },
      value: { account: '7', balance: '12.50' },
    },
    writing: { operation: 'book', arguments: { account: '7', amount: 1 }, actsOn: 'amount' },
    badArguments: {
      'arguments.account': {},
      'arguments.other': { account: '7', other: 1 },
    },
    badConfigs: {
      baseUrl: { baseUrl: 'ftp://host' },
      operations: { operations: [] },
      'operations.0.path': { operations: [{ name: 'a', path: 'x' }] },
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}
