import { openS3, s3Credential, s3Settings } from '../../../connectors/testing/s3-server.ts';
import type { Subject } from '../../../connectors/conformance/subject.ts';

export async function openBucket(): Promise<Subject> {
  const server = await openS3();
  server.objects.set('in/a b.txt', { body: 'hello', contentType: 'text/plain' });
  return {
    kind: 's3',
    endpoint: server.endpoint,
    configFor: ({ host, port }) => ({
      ...{ endpoint: `http://${host}:${String(port)}`, prefix: 'in/', ...s3Settings },
    }),
    credential: s3Credential,
    wrongCredential: { ...s3Credential, secretAccessKey: 'canary-bad-secret-key' },
    secrets: [s3Credential.secretAccessKey, 'canary-bad-secret-key'],
    reading: {
      operation: 'get',
      arguments: { key: 'a b.txt' },
      value: {
        ...{ key: 'a b.txt', size: 5, etag: '"5d41402abc4b2a76b9719d911017c592"' },
        ...{ lastModified: '2025-10-01T12:00:00.000Z', contentType: 'text/plain', text: 'hello' },
      },
    },
    writing: {
      operation: 'put',
      arguments: { key: 'b', text: 'canary-text' },
      actsOn: 'canary-text',
    },
    badArguments: {
      'arguments.key': { key: 7 },
      'arguments.other': { key: 'a', other: 1 },
    },
    badConfigs: {
      endpoint: { endpoint: 's3.example' },
      bucket: { bucket: 'No_Bucket' },
      prefix: { prefix: '../' },
      'allow.0': { allow: ['empty'] },
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}
