import { describeConnector } from '../../connectors/conformance/conformance.ts';
import type { Subject } from '../../connectors/conformance/subject.ts';
import { json, openLoopback } from '../../connectors/testing/loopback.ts';
import { connectorServices } from '../../core/integrations/open-connectors.ts';
import { createRatesConnector } from './rates-connector.ts';

describeConnector('rates', openBank, (egress) => createRatesConnector(connectorServices(egress)));

async function openBank(): Promise<Subject> {
  const bank = await openLoopback((response, { headers }) => {
    if (headers.authorization === 'Bearer canary-good') json(response, { rate: '1.10' });
    else json(response, { detail: 'not you' }, 401);
  });
  const { hostname: host, port } = new URL(bank.url);
  return {
    kind: 'rates',
    endpoint: { host, port: Number(port) },
    configFor: (endpoint) => ({ baseUrl: `http://${endpoint.host}:${String(endpoint.port)}` }),
    credential: { type: 'bearer', token: 'canary-good' },
    wrongCredential: { type: 'bearer', token: 'canary-bad' },
    secrets: ['canary-good', 'canary-bad'],
    reading: {
      operation: 'rate',
      arguments: { from: 'EUR', to: 'USD' },
      value: { rate: '1.10' },
    },
    badArguments: { 'arguments.to': { from: 'EUR' } },
    badConfigs: { baseUrl: { baseUrl: 'bank' } },
    [Symbol.asyncDispose]: () => bank[Symbol.asyncDispose](),
  };
}
