import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import {
  publish,
  startTestPlatform,
  typed,
  untilState,
  type TestPlatform,
} from '../support/platform.ts';

interface Effect {
  readonly action: string;
  readonly key: string | null;
  readonly state: string;
  readonly [member: string]: unknown;
}

interface Lineage {
  readonly agent: string;
  readonly version: number;
  readonly definitionHash: string;
  readonly submission: { readonly action: string; readonly actor: { readonly kind: string } };
  readonly decisions: readonly { readonly action: string }[];
  readonly effects: readonly Effect[];
  readonly next: string | null;
}

const lineageDocument = typed<{ readonly job: { readonly lineage: Lineage } }>(
  `query Why($id: ID!) { job(id: $id) { lineage {
    agent version definitionHash next
    submission { action actor { kind } } decisions { action }
    effects {
      action key task operation state epoch version definitionHash integrationVersion credentialVersion
      operationSchema model promptDigest inputTokens outputTokens
      target { kind } intent { id } outcome { id }
    } } } }`,
);

const change = (field: string, type: string) =>
  typed<
    Record<
      string,
      { readonly userErrors: readonly unknown[]; readonly integration: { readonly id: string } }
    >
  >(
    `mutation Change($input: ${type}!) { ${field}(input: $input) { integration { id } userErrors { code message } } }`,
  );

describe('the lineage of a job', () => {
  let running: TestPlatform;
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      if (request.url === '/cut') {
        request.socket.destroy();
        return;
      }
      response.setHeader('content-type', 'application/json');
      if (request.url !== '/chat/completions') {
        response.end('{}');
        return;
      }
      asked.push(Buffer.concat(chunks).toString());
      const message = { role: 'assistant', content: 'Pay it.' };
      response.end(
        JSON.stringify({
          choices: [{ message, finish_reason: 'stop' }],
          usage: { prompt_tokens: 11, completion_tokens: 3 },
        }),
      );
    });
  });
  let address = '';

  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    address = `127.0.0.1:${String((server.address() as AddressInfo).port)}`;
    running = await startTestPlatform({ OPERANDI_EGRESS_ALLOW: address });
    const config = {
      baseUrl: `http://${address}`,
      operations: [{ name: 'judge', model: 'small', instructions: 'Judge the invoice.' }],
    };
    const { createIntegration } = await running.client.request(
      change('createIntegration', 'CreateIntegrationInput'),
      { input: { name: 'judge', kind: 'llm', config } },
    );
    expect(createIntegration?.userErrors).toEqual([]);
    const id = createIntegration?.integration.id;
    await running.client.request(change('updateIntegration', 'UpdateIntegrationInput'), {
      input: { id, config: { ...config, prices: { small: { input: 1, output: 2 } } } },
    });
    await running.client.request(change('setCredential', 'SetCredentialInput'), {
      input: { integrationId: id, credential: { type: 'bearer', token: 'hunter2' } },
    });
  });
  afterAll(async () => {
    await running[Symbol.asyncDispose]();
    server.close();
  });

  let counter = 0;

  async function lineageOf(tasks: string, state: string, head = ''): Promise<Lineage> {
    counter += 1;
    const name = `agent-${String(counter)}`;
    const document = `document: {dsl: '1.0.3', namespace: test, name: ${name}, version: '1.0.0'}\n`;
    await publish(running.client, document + head + tasks);
    const { id } = await running.client.submit(name, { email: 'ann@example.com' });
    await untilState(running.client, id, state);
    const { job } = await running.client.request(lineageDocument, { id });
    return job.lineage;
  }

  const judge = `do:
  - judge: {call: integration, with: {integration: judge, operation: judge, arguments: {input: '\${ .email }'}}}
`;

  it('tells of a call of a model what it followed from and what it has cost', async () => {
    const lineage = await lineageOf(judge, 'SUCCEEDED');
    const digest = createHash('sha256')
      .update(asked.at(-1) ?? '')
      .digest('hex');
    expect(lineage).toMatchObject({
      ...{ agent: 'test/agent-1', version: 1, next: null },
      submission: { action: 'job.submit', actor: { kind: 'api_key' } },
      decisions: [{ action: 'job.end' }],
    });
    expect(lineage.effects).toHaveLength(1);
    expect(lineage.effects[0]).toMatchObject({
      ...{
        action: 'integration.call',
        operation: 'judge',
        state: 'SUCCEEDED',
        task: '/do/0/judge',
      },
      ...{ epoch: 1, version: 1, definitionHash: lineage.definitionHash },
      ...{
        integrationVersion: 2,
        credentialVersion: 1,
        operationSchema: expect.stringMatching(/^[\da-f]{64}$/),
      },
      ...{ model: 'small', promptDigest: digest, inputTokens: 11, outputTokens: 3 },
      ...{
        target: { kind: 'integration' },
        intent: { id: expect.any(String) },
        outcome: { id: expect.any(String) },
      },
    });
  });

  it('keeps no digest of what a job with sensitive data has asked', async () => {
    const head = `input:
  schema: {document: {type: object, properties: {email: {type: string, x-sensitive: true}}}}
`;
    const { effects } = await lineageOf(judge, 'SUCCEEDED', head);
    expect(effects[0]).toMatchObject({ model: 'small', promptDigest: null, inputTokens: 11 });
  });

  it('has each attempt of a call whose outcome nobody saw', async () => {
    const { effects, decisions } = await lineageOf(
      `do:
  - once: {call: http, with: {method: post, endpoint: 'http://${address}/cut'}}
`,
      'FAILED',
    );
    expect(effects).toMatchObject([
      { action: 'http.call', state: 'UNKNOWN', epoch: 1, version: 1, target: { kind: 'origin' } },
    ]);
    expect(decisions).toMatchObject([{ action: 'job.end' }]);
  });
});
