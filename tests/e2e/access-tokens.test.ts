import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { ask } from '../../gateway/testing/start-gateway.ts';
import { openReadySocket } from '../../gateway/testing/text-socket.ts';
import { createClient, CreateApiKeyDocument, type TokenWish } from '../../sdk/src/index.ts';
import { greeting } from '../support/definitions.ts';
import { publish, startTestPlatform, type TestPlatform } from '../support/platform.ts';
import { until } from '../support/until.ts';

const command = fileURLToPath(new URL('../../cli/operandi.cjs', import.meta.url));
const run = promisify(execFile);

const stack = new AsyncDisposableStack();
let test: TestPlatform;
let jobId: string;
let otherJobId: string;

beforeAll(async () => {
  test = stack.use(await startTestPlatform());
  await publish(test.client, greeting());
  await publish(test.client, greeting('part', 'Bye'));
  jobId = (await test.client.run('greet', { name: 'Ada' })).id;
  otherJobId = (await test.client.run('greet', { name: 'Bob' })).id;
});
afterAll(() => stack.disposeAsync());

/** A backend with a key of its own, which makes a token. */
async function backend(wish: TokenWish, permissions = ['JOBS_READ', 'JOBS_SUBMIT'] as const) {
  const input = { name: 'backend', permissions: [...permissions] };
  const { createApiKey } = await test.client.request(CreateApiKeyDocument, { input });
  const client = createClient({ url: test.platform.url, apiKey: createApiKey.secret ?? '' });
  stack.use(client);
  const token = await client.createToken(wish);
  const page = createClient({ url: test.platform.url, apiKey: token.secret });
  stack.use(page);
  const asPage = async (query: string) => {
    const headers = { authorization: `Bearer ${token.secret}` };
    const { extensions: _, ...answer } = (await ask(test.platform.url, { query }, headers)).body;
    return answer;
  };
  const revoke = () =>
    asAdmin(
      `mutation { revokeApiKey(input: {id: "${createApiKey.apiKey?.id ?? ''}"}) { userErrors { code } } }`,
    );
  return { client, token, page, asPage, revoke };
}

async function asAdmin(query: string) {
  const headers = { authorization: `Bearer ${test.platform.firstKey ?? ''}` };
  return (await ask(test.platform.url, { query }, headers)).body;
}

const refused = (code: string) => ({ errors: [{ extensions: { code } }] });

describe('a token for a job', () => {
  it('reads that job with its events and result, and finds no other', async () => {
    const { asPage } = await backend({ job: jobId });
    expect(
      await asPage(
        `{ job(id: "${jobId}") { state output events { nodes { seq } } approvals { id }
             result(format: TEXT, locale: "en") { content } agent { name current { version } } } }`,
      ),
    ).toMatchObject({
      data: {
        job: { state: 'SUCCEEDED', output: { text: 'Hello Ada' }, agent: { name: 'greet' } },
      },
    });
    expect(await asPage(`{ job(id: "${otherJobId}") { id } }`)).toEqual({ data: { job: null } });
    expect(await asPage('{ jobs { nodes { id } } agents { nodes { name } } }')).toEqual({
      data: { jobs: { nodes: [{ id: jobId }] }, agents: { nodes: [{ name: 'greet' }] } },
    });
    expect(await asPage('{ agent(name: "part") { id } }')).toEqual({ data: { agent: null } });
    expect(await asPage('{ viewer { kind name permissions } }')).toEqual({
      data: { viewer: { kind: 'ACCESS_TOKEN', name: 'backend', permissions: ['JOBS_READ'] } },
    });
  });

  it.each([
    ['the definition', '{ agent(name: "greet") { current { definition } } }'],
    ['the queue', '{ queue { queued } }'],
    ['the linter', '{ validateDefinition(definition: "x") { isValid } }'],
    ['roles', '{ customRoles { name } }'],
    ['members', '{ members { nodes { id } } }'],
    ['secrets', '{ secrets { nodes { name } } }'],
    ['audit', '{ auditEvents { nodes { id } } }'],
    ['another token', 'mutation { createAccessToken(input: {agent: "greet"}) { secret } }'],
    ['a key', 'mutation { createApiKey(input: {name: "x", permissions: [JOBS_READ]}) { secret } }'],
    ['a submit', 'mutation { submitJob(input: {agent: "greet"}) { job { id } } }'],
    ['a cancel', 'mutation { cancelJob(input: {id: "$job"}) { job { id } } }'],
    [
      'a decision',
      'mutation { decideApproval(input: {id: "$job", approve: true}) { approval { id } } }',
    ],
  ])('is refused %s', async (_, query) => {
    const { asPage } = await backend({ job: jobId });
    expect(await asPage(query.replace('$job', jobId))).toMatchObject(refused('FORBIDDEN'));
  });

  it('follows that job over a socket, and finds no other there', async () => {
    const { page, token } = await backend({ job: jobId });
    const seen: number[] = [];
    for await (const event of page.watch(jobId)) seen.push(event.seq);
    expect(seen.length).toBeGreaterThan(2);
    const socket = await openReadySocket(test.platform.url.replace('http', 'ws'), {
      authorization: `Bearer ${token.secret}`,
    });
    const query = `subscription { jobEvents(jobId: "${otherJobId}") { seq } }`;
    socket.send({ type: 'subscribe', id: '1', payload: { query } });
    expect(JSON.stringify(await socket.next())).toContain('NOT_FOUND');
    socket.close();
  });

  it('tells by jobChanges of nothing that it does not reach, while a key beside it sees all', async () => {
    const { token } = await backend({ agent: 'part' });
    const open = async (secret: string) => {
      const socket = await openReadySocket(test.platform.url.replace('http', 'ws'), {
        authorization: `Bearer ${secret}`,
      });
      const query = 'subscription { jobChanges { job { agent { name } } } }';
      socket.send({ type: 'subscribe', id: '1', payload: { query } });
      return socket;
    };
    const page = await open(token.secret);
    const all = await open(test.platform.firstKey ?? '');
    const names = new Set<string>();
    const submitter = (async () => {
      // Until both are heard of, as nothing says when a subscription has begun.
      while (names.size < 2) {
        await test.client.run('greet', { name: 'Ada' });
        await test.client.run('part', { name: 'Ada' });
      }
    })();
    while (names.size < 2) {
      const [, name = ''] = /"name":"(\w+)"/.exec(JSON.stringify(await all.next())) ?? [];
      names.add(name);
    }
    await submitter;
    for (const message of [await page.next(), await page.next(), await page.next()])
      expect(JSON.stringify(message)).toContain('"name":"part"');
    page.close();
    all.close();
  });
});

describe('a token that submits', () => {
  it('submits jobs of its agent, and reads those and no others', async () => {
    const { page, asPage } = await backend({ agent: 'greet', submit: true });
    const job = await page.run('greet', { name: 'Eve' });
    expect(job.output).toEqual({ text: 'Hello Eve' });
    expect(await asPage('{ jobs { nodes { id } } }')).toEqual({
      data: { jobs: { nodes: [{ id: job.id }] } },
    });
    expect(await asPage(`{ job(id: "${jobId}") { id } }`)).toEqual({ data: { job: null } });
    await expect(page.submit('part', { name: 'Eve' })).rejects.toMatchObject({
      problems: [{ code: 'NOT_FOUND' }],
    });
  });

  it('has idempotency keys of its own', async () => {
    const { page, client } = await backend({ agent: 'greet', submit: true });
    const options = { idempotencyKey: 'order-1' };
    const theirs = await client.submit('greet', { name: 'Ada' }, options);
    const own = await page.submit('greet', { name: 'Eve' }, options);
    expect(own.id).not.toBe(theirs.id);
    expect((await page.submit('greet', { name: 'Eve' }, options)).id).toBe(own.id);
  });
});

describe('a token whose maker is revoked', () => {
  it('is refused over HTTP, and its sockets close', async () => {
    const { asPage, token, revoke } = await backend({ agent: 'greet' });
    expect(await asPage('{ agents { nodes { name } } }')).toMatchObject({ data: {} });
    const socket = await openReadySocket(test.platform.url.replace('http', 'ws'), {
      authorization: `Bearer ${token.secret}`,
    });
    await revoke();
    expect(await socket.closed).toEqual({ code: 4403, reason: 'Credential ended' });
    await until('it is refused', async () =>
      JSON.stringify(await asPage('{ viewer { id } }')).includes('UNAUTHENTICATED'),
    );
  });
});

describe('operandi tokens create', () => {
  const operandi = async (...args: readonly string[]): Promise<string> => {
    const env = { PATH: process.env['PATH'], OPERANDI_URL: test.platform.url };
    const OPERANDI_API_KEY = test.platform.firstKey;
    const ran = await run(process.execPath, [command, ...args], {
      env: { ...env, OPERANDI_API_KEY },
    });
    return ran.stdout.trim();
  };

  it('prints a token for a job or an agent', async () => {
    expect(await operandi('tokens', 'create', '--job', jobId)).toMatch(/^opt_local_/);
    const made = await operandi(
      ...['tokens', 'create', '--agent', 'greet', '--submit', '--ttl', '2h', '--json'],
    );
    expect(JSON.parse(made)).toMatchObject({
      secret: expect.stringMatching(/^opt_/) as string,
      expiresAt: expect.stringMatching(/Z$/) as string,
    });
  });

  it.each([
    [['--agent', 'greet', '--ttl', 'soon'], 'soon is no time'],
    [['--job', 'x', '--agent', 'greet'], 'say --job ID, or --agent NAME'],
    [['--agent', 'nobody'], 'Agent "nobody" does not exist'],
    [['--agent', 'greet', '--ttl', '25h'], 'input.seconds: Too big'],
  ])('says what is wrong with %s', async (args, message) => {
    await expect(operandi('tokens', 'create', ...args)).rejects.toThrow(message);
  });
});
