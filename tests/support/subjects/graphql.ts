import type { JsonObject } from '../../../kernel/json.ts';
import {
  openSuppliers,
  supplierSchema,
  supplierToken,
} from '../../../connectors/testing/suppliers-api.ts';
import type { Endpoint, Subject } from '../../../connectors/conformance/subject.ts';

export async function openGraphql(): Promise<Subject> {
  const server = await openSuppliers();
  return {
    kind: 'graphql',
    endpoint: server.endpoint,
    configFor: (endpoint) => ({ ...settingsFor(endpoint), schema: supplierSchema }),
    discovery: { configFor: settingsFor },
    credential: { type: 'bearer', token: supplierToken },
    wrongCredential: { type: 'bearer', token: 'canary-bad-token' },
    secrets: [supplierToken, 'canary-bad-token'],
    reading: {
      operation: 'supplier',
      arguments: { id: 's1' },
      value: { supplier: { id: 's1', name: 'Acme' } },
    },
    writing: {
      operation: 'rename',
      arguments: { id: 's2', name: 'Beta' },
      actsOn: 'rename(',
    },
    badArguments: {
      'arguments.id': {},
      'arguments.other': { id: 's1', other: 1 },
    },
    badConfigs: {
      url: { url: 'file:///etc/passwd' },
      schema: { schema: 'type Query { a: Missing }' },
      'operations.0.document': {
        operations: [{ name: 'a', document: '{ noSuchField }' }],
      },
      'operations.0.batch': {
        operations: [
          {
            name: 'a',
            document: 'mutation ($id: ID!) { rename(id: $id, name: "x") { name } }',
            batch: { keyArgument: 'id' },
          },
        ],
      },
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

const settingsFor = ({ host, port }: Endpoint): JsonObject => ({
  url: `http://${host}:${String(port)}/`,
  operations: [
    { name: 'supplier', document: 'query ($id: ID!) { supplier(id: $id) { id name } }' },
    {
      name: 'rename',
      document: 'mutation ($id: ID!, $name: String!) { rename(id: $id, name: $name) { name } }',
    },
  ],
});
