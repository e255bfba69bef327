import { expect, it } from 'vitest';

import { runJob } from '../testing/run-job.ts';

const task = `
use: { secrets: [ledger] }
do:
  - entry:
      call: grpc
      metadata: { tls: 'off' }
      with:
        proto: { endpoint: 'https://protos.example/ledger.proto' }
        service:
          name: ledger.v1.Books
          host: ledger.example
          port: 5011
          authentication: { bearer: { token: '\${ $secrets.ledger }' } }
        method: GetEntry
        arguments: { id: '\${ .id }' }
`;

it('fetches the proto and sends the evaluated arguments, as one effect', async () => {
  const { host, outcome, journal } = await runJob(task, {
    input: { id: 'e1' },
    script: {
      secrets: { ledger: 's3cret' },
      call: ({ kind }) => (kind === 'resource' ? { content: 'the text' } : { cents: '5' }),
    },
  });
  expect(outcome).toMatchObject({ state: 'completed', output: { cents: '5' } });
  expect(host.calls.map(({ kind }) => kind)).toEqual(['resource', 'grpc']);
  expect(host.calls[1]?.with).toEqual({
    ...{ uri: 'http://ledger.example:5011', proto: 'the text', service: 'ledger.v1.Books' },
    ...{ method: 'GetEntry', arguments: { id: 'e1' } },
    idempotencyKey: expect.any(String) as string,
    authentication: { scheme: 'bearer', token: 's3cret' },
  });
  expect(JSON.stringify(journal)).not.toContain('the text');
});

it('is secured unless the task says otherwise', async () => {
  const { host } = await runJob(task.replace("metadata: { tls: 'off' }", 'metadata: {}'), {
    input: { id: 'e1' },
    script: { secrets: { ledger: 'x' }, call: () => ({ content: '' }) },
  });
  expect(host.calls[1]?.with).toMatchObject({ uri: 'https://ledger.example:5011' });
});
