import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Platform } from '../../cli/compose-platform.ts';
import { startPlatform } from '../../cli/platform.ts';
import { insertApiKey } from '../../core/access/insert-api-key.ts';
import { permissions } from '../../core/access/permissions.ts';
import { readConfig } from '../../kernel/config/config.ts';
import { type Client, createClient, PublishAgentDocument } from '../../sdk/src/index.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { silentLog } from '../support/log.ts';
import { freePort } from '../support/process.ts';
import { insertTenant } from '../support/tenant.ts';

interface Answer {
  readonly status: number;
  readonly data?: Readonly<Record<string, unknown>> | null;
  readonly errors?: readonly {
    readonly message: string;
    readonly path?: readonly (string | number)[];
    readonly locations?: readonly unknown[];
    readonly extensions: { readonly code: string; readonly requestId?: string };
  }[];
}

const greet = `
document: { dsl: '1.0.3', namespace: tests, name: greet, version: '1.0.0' }
input:
  schema:
    document:
      type: object
      additionalProperties: false
      required: [name]
      properties: { name: { type: string } }
do:
  - hello: { set: { greeting: '\${ "Hello \\(.name)" }' } }
`;

const askPartner = `
document: { dsl: '1.0.3', namespace: tests, name: ask-partner, version: '1.0.0' }
do:
  - ask:
      call: integration
      with: { integration: dead, operation: ask, arguments: {} }
`;

describe.runIf(process.platform !== 'win32')('bad input over the API of a running platform', () => {
  const stack = new AsyncDisposableStack();
  let test: TestDatabase;
  let platform: Platform;
  let client: Client;
  let key: string;
  let deadPort: number;

  beforeAll(async () => {
    test = stack.use(await createTestDatabase('postgres'));
    deadPort = await freePort();
    const config = readConfig({
      DATABASE_URL: test.databaseUrl,
      PORT: '0',
      OPERANDI_MASTER_KEY: `k1:${randomBytes(32).toString('base64')}`,
      OPERANDI_MAX_INPUT_BYTES: '2000',
      OPERANDI_MAX_REQUEST_BYTES: '20000',
      OPERANDI_EGRESS_ALLOW: `127.0.0.1:${deadPort}`,
    });
    const { signal } = new AbortController();
    platform = stack.use(await startPlatform(config, { log: silentLog, signal }));
    key = platform.firstKey ?? '';
    client = stack.use(createClient({ url: platform.url, apiKey: key }));
    for (const definition of [greet, askPartner]) {
      await client.request(PublishAgentDocument, { input: { definition } });
    }
  });

  afterAll(() => stack.disposeAsync());

  async function ask(query: string, variables: object = {}, apiKey = key): Promise<Answer> {
    const response = await fetch(platform.url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/graphql-response+json',
        authorization: `Bearer ${apiKey}`,
      },
      body: JSON.stringify({ query, variables }),
    });
    return { status: response.status, ...((await response.json()) as object) };
  }

  it('a definition that is not YAML is refused with line and column', async () => {
    const { publishAgent } = await client.request(PublishAgentDocument, {
      input: { definition: 'document: {\n  dsl: "1.0.3"\n do' },
    });
    expect(publishAgent.agent).toBeNull();
    expect(publishAgent.userErrors[0]).toMatchObject({
      code: 'DEFINITION_INVALID',
      field: 'input.definition',
    });
    expect(publishAgent.findings[0]?.line).toBeGreaterThan(1);
  });

  it('an unknown field is refused before anything runs', async () => {
    const { status, errors } = await ask('{ jobs { nodes { id colour } } }');
    expect(status).toBe(400);
    expect(errors?.[0]).toMatchObject({ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } });
    expect(errors?.[0]?.locations).toHaveLength(1);
  });

  it('an unknown input field is refused', async () => {
    const { status, errors } = await ask(
      'mutation ($input: SubmitJobInput!) { submitJob(input: $input) { isNew } }',
      { input: { agent: 'greet', tenantId: 'other' } },
    );
    expect(status).toBe(400);
    expect(errors?.[0]?.message).toContain('tenantId');
  });

  it('an input that breaks its schema names every place at once', async () => {
    const { data } = await ask(
      'mutation ($input: SubmitJobInput!) { submitJob(input: $input) { job { id } userErrors { code field } } }',
      { input: { agent: 'greet', input: { name: 1, extra: true } } },
    );
    expect(data).toEqual({
      submitJob: {
        job: null,
        userErrors: expect.arrayContaining([
          { code: 'INPUT_INVALID', field: 'input.input.name' },
          { code: 'INPUT_INVALID', field: 'input.input.extra' },
        ]) as unknown,
      },
    });
  });

  it('an input over the limit is refused with its size', async () => {
    const attempt = client.submit('greet', { name: 'x'.repeat(3_000) });
    await expect(attempt).rejects.toMatchObject({ code: 'PAYLOAD_TOO_LARGE' });
  });

  it('a request over the limit is refused with 413', async () => {
    const { status, errors } = await ask('{ viewer { id } }', { filler: 'x'.repeat(30_000) });
    expect(status).toBe(413);
    expect(errors?.[0]?.extensions.code).toBe('PAYLOAD_TOO_LARGE');
  });

  it('a wrong key is UNAUTHENTICATED with 401', async () => {
    const { status, errors } = await ask('{ viewer { id } }', {}, `${key.slice(0, -4)}0000`);
    expect(status).toBe(401);
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  it("another tenant's job does not exist, to read, to steer or to watch", async () => {
    const job = await client.submit('greet', { name: 'Ada' });
    const tenantId = await insertTenant(test.database);
    const { secret } = await test.database.withTenant(tenantId, (tx) =>
      insertApiKey(tx, test.database, {
        tenantId,
        name: 'stranger',
        permissions,
        createdBy: 'test',
        expiresAt: null,
      }),
    );
    const read = await ask('query ($id: ID!) { job(id: $id) { id } }', { id: job.id }, secret);
    expect(read.data).toEqual({ job: null });
    const steered = await ask(
      'mutation ($id: ID!) { cancelJob(input: { id: $id }) { userErrors { code } } }',
      { id: job.id },
      secret,
    );
    expect(steered.data).toEqual({ cancelJob: { userErrors: [{ code: 'NOT_FOUND' }] } });
    await using stranger = createClient({ url: platform.url, apiKey: secret });
    await expect(stranger.watch(job.id).next()).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('a dead partner fails the job with the reason, and the job can be redriven', async () => {
    const created = await ask(
      'mutation ($input: CreateIntegrationInput!) { createIntegration(input: $input) { integration { id } userErrors { message } } }',
      {
        input: {
          name: 'dead',
          kind: 'http',
          config: {
            baseUrl: `http://127.0.0.1:${deadPort}`,
            operations: [{ name: 'ask', path: '/' }],
          },
        },
      },
    );
    expect(created.data).toMatchObject({ createIntegration: { userErrors: [] } });
    const ended = client.run('ask-partner', {});
    await expect(ended).rejects.toMatchObject({
      job: { state: 'FAILED', error: { instance: '/do/0/ask' } },
    });
    const failed = await ask(
      '{ jobs(filter: { states: [FAILED] }) { nodes { id error { type status detail } integrationCalls { nodes { state error } } } } }',
    );
    const jobs = failed.data?.['jobs'] as
      { readonly nodes: readonly { readonly id: string }[] } | undefined;
    const job = jobs?.nodes[0];
    expect(job).toMatchObject({
      error: { type: expect.stringContaining('/errors/communication') as unknown },
      integrationCalls: { nodes: [{ state: 'FAILED' }] },
    });
    const redriven = await ask(
      'mutation ($id: ID!) { redriveJob(input: { id: $id }) { job { state } userErrors { code } } }',
      { id: job?.id },
    );
    expect(redriven.data).toMatchObject({ redriveJob: { userErrors: [] } });
  });
});
