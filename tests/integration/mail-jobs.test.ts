import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { CreateIntegrationDocument } from '../../sdk/src/index.ts';
import {
  publish,
  startTestPlatform,
  type TestPlatform,
  typed,
  untilState,
} from '../support/platform.ts';
import { type Exim, eximUser, hasExim, startExim } from '../support/start-exim.ts';

let exim: Exim;
let running: TestPlatform;

const failureDocument = typed<{ readonly job: { readonly error: object | null } | null }>(
  'query Failure($id: ID!) { job(id: $id) { error { title detail status } } }',
);

const definition = `
document:
  dsl: '1.0.3'
  namespace: tests
  name: letter
  version: '1.0.0'
  metadata:
    responses:
      text: 'Dear {{ output.name }}, order {{ output.order }} is on its way.'
      html: '<p>Dear {{ output.name }}, order <b>{{ output.order }}</b> is on its way.</p>'
do:
  - both:
      fork:
        branches:
          - text: { call: render, with: { format: text, data: '\${ . }' } }
          - html: { call: render, with: { format: html, data: '\${ . }' } }
      export: { as: '\${ { text: .[0], html: .[1] } }' }
  - subject:
      call: render
      with: { format: text, template: 'Order {{ order }} for {{ name }}', data: '\${ $workflow.input }' }
  - send:
      call: integration
      with:
        integration: mail
        operation: send
        arguments:
          to: ['\${ $workflow.input.address }']
          subject: '\${ . }'
          text: '\${ $context.text }'
          html: '\${ $context.html }'
`;

describe.skipIf(!hasExim)('a job', { timeout: 240_000 }, () => {
  beforeAll(async () => {
    exim = await startExim();
    const { host, port } = exim.endpoint;
    running = await startTestPlatform({ OPERANDI_EGRESS_ALLOW: `${host}:${String(port)}` });
    const config = { host, port, security: 'off', from: { address: 'shop@operandi.example' } };
    const credential = { type: 'password', ...eximUser };
    const input = { name: 'mail', kind: 'smtp', config, credential };
    await running.client.request(CreateIntegrationDocument, { input });
    await publish(running.client, definition);
  }, 240_000);

  afterAll(async () => {
    await running[Symbol.asyncDispose]();
    await exim[Symbol.asyncDispose]();
  });

  it('sends what its templates make, escaped for each part, once', async () => {
    const input = { name: 'Ada & <Söhne>', order: 17, address: 'ada@example.com' };
    const { id } = await running.client.submit('letter', input);
    await untilState(running.client, id, 'SUCCEEDED');
    const messages = await exim.delivered(1);
    expect(messages).toHaveLength(1);
    const got = messages[0]?.toString('latin1') ?? '';
    expect(got).toContain('Dear Ada & <S=C3=B6hne>, order 17 is on its way.');
    expect(got).toContain(
      '<p>Dear Ada &amp; &lt;S=C3=B6hne&gt;, order <b>17</b> is on its way.</p>',
    );
    expect(got).toContain('Subject: =?UTF-8?Q?Order_17_for_Ada_=26_=3CS=C3=B6hne=3E?=');
  });

  it('that a subject made of its input would give headers fails before anything leaves', async () => {
    const name = 'Ada\r\nBcc: eve@example.com';
    const { id } = await running.client.submit('letter', {
      name,
      order: 1,
      address: 'a@example.com',
    });
    await untilState(running.client, id, 'FAILED');
    expect(await exim.log()).not.toContain('eve@example.com');
  });

  it('whose recipient the server does not have fails with what it said', async () => {
    const address = 'nobody@example.com';
    const { id } = await running.client.submit('letter', { name: 'Ada', order: 2, address });
    await untilState(running.client, id, 'FAILED');
    const { job } = await running.client.request(failureDocument, { id });
    expect(job?.error).toMatchObject({ detail: expect.stringContaining('no such box') as string });
  });
});
