import { json, openLoopback } from '../../../connectors/testing/loopback.ts';
import { petsDocument } from '../../../connectors/testing/pets-document.ts';
import { openPrism } from '../../../connectors/testing/prism-api.ts';
import type { Subject } from '../../../connectors/conformance/subject.ts';

const key = 'canary-good-key';

export async function openPets(): Promise<Subject> {
  const server = await openPrism(petsDocument);
  const documents = await openLoopback((response) => json(response, petsDocument));
  return {
    kind: 'openapi',
    endpoint: server.endpoint,
    configFor: ({ host, port }) => ({
      document: petsDocument,
      server: `http://${host}:${String(port)}`,
    }),
    discovery: {
      configFor: ({ host, port }) => ({
        documentUrl: `${documents.url}/pets.json`,
        server: `http://${host}:${String(port)}`,
      }),
      allow: [documents.host],
    },
    credential: { type: 'schemes', schemes: { key: { value: key } } },
    // Prism looks whether there is a credential, not which one.
    wrongCredential: { type: 'apiKey', header: 'x-other-key', value: 'canary-bad-key' },
    secrets: [key, 'canary-bad-key'],
    reading: {
      operation: 'getPet',
      arguments: { id: 7 },
      value: { id: 7, name: 'Rex', tag: 'dog' },
    },
    writing: { operation: 'add_pet', arguments: { body: { name: 'Rex' } }, actsOn: '"name"' },
    badArguments: {
      'arguments.id': { id: 'seven' },
      'arguments.other': { id: 7, other: 1 },
    },
    badConfigs: {
      document: { document: { openapi: '1.2' } },
      server: { server: 'ftp://host' },
      'operations.0': { operations: ['noSuchOperation'] },
    },
    async [Symbol.asyncDispose]() {
      await documents[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}
