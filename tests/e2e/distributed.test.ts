import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readExampleFile, readInvoices } from '../../cli/demo/invoices.ts';
import { readDecisions } from '../../cli/demo/read-decisions.ts';
import { publishProcedure, registerPartner } from '../../cli/demo/set-up.ts';
import { submitInvoices } from '../../cli/demo/submit-invoices.ts';
import { differences } from '../../cli/demo/verify.ts';
import { type Partner, startPartner } from '../../examples/invoice-triage/partner.ts';
import { type Client, createClient } from '../../sdk/src/index.ts';
import { createTestDatabase, hasPostgres, hasRedis, testRedisUrl } from '../support/database.ts';
import { until } from '../support/until.ts';
import { openAccepted } from '../support/socket.ts';
import { type DistributedPlatform, startDistributed, startProcess } from './platform-processes.ts';

// Machines of developers may lack the servers; the pipeline may not.
const isLeftOut = !(hasPostgres && hasRedis) && process.env['CI'] === undefined;

describe.skipIf(isLeftOut)('separate processes on PostgreSQL and Redis', () => {
  const stack = new AsyncDisposableStack();
  let partner: Partner;
  let platform: DistributedPlatform;
  let client: Client;

  beforeAll(async () => {
    partner = stack.use(await startPartner({ port: 0 }));
    const { databaseUrl } = stack.use(await createTestDatabase('postgres'));
    platform = stack.use(
      await startDistributed({
        databaseUrl: databaseUrl ?? '',
        redisUrl: testRedisUrl() ?? '',
        egressAllow: partner.host,
      }),
    );
    client = stack.use(createClient({ url: platform.url, apiKey: platform.adminKey }));
    await registerPartner(client, partner);
    await publishProcedure(client);
  });

  afterAll(() => stack.disposeAsync());

  it('triage all invoices though a worker is killed in the middle', async () => {
    const doomed = platform.startWorker();
    await until('the worker runs', () => doomed.output().includes('worker started'), 30_000);
    const submitted = await submitInvoices(client, readInvoices());
    await until('the partner is asked', () => partner.stats.archiveChecks > 0);
    await doomed.kill();
    const survivor = platform.startWorker();

    const jobs = submitted.flatMap(({ jobId }) => jobId ?? []);
    const states = await Promise.all(
      jobs.map(async (jobId) => {
        let seq = 0;
        for await (const event of client.watch(jobId)) {
          expect(event.seq).toBe(seq + 1);
          ({ seq } = event);
        }
        return seq;
      }),
    );
    expect(
      states.every((seq) => seq > 3),
      survivor.output(),
    ).toBe(true);

    const decided = await readDecisions(client, submitted);
    // A call whose answer the dead worker took with it is made again with the same idempotency key.
    const posted = decided.filter(({ outcome }) => outcome.decision === 'POSTED').length;
    const stats = { ...partner.stats, posts: posted };
    expect(differences(decided, stats).filter((line) => !line.includes('a call did not'))).toEqual(
      [],
    );
    expect(partner.stats.distinctKeys).toBe(posted);
  });

  it('answer one query from three subgraphs over HTTP', async () => {
    const [decided] = await readDecisions(
      client,
      await submitInvoices(client, readInvoices().slice(0, 1)),
    );
    expect(decided?.story?.integrationCalls.nodes.length).toBeGreaterThan(2);
    expect(decided?.story?.auditTrail.nodes.map(({ action }) => action)).toContain('job.submit');
  });

  it('refuse a wrong key with UNAUTHENTICATED', async () => {
    await using stranger = createClient({ url: platform.url, apiKey: `${platform.adminKey}x` });
    await expect(stranger.submit('invoice-triage', {})).rejects.toMatchObject({
      code: 'UNAUTHENTICATED',
    });
  });

  it('strip the actor header that a client sends itself', async () => {
    const response = await fetch(platform.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-operandi-actor': 'forged' },
      body: JSON.stringify({ query: '{ viewer { id } }' }),
    });
    const { errors } = (await response.json()) as {
      readonly errors: readonly { readonly extensions: { readonly code: string } }[];
    };
    expect(errors[0]?.extensions.code).toBe('UNAUTHENTICATED');
  });

  it('refuse a malformed definition with line and column', async () => {
    const broken = readExampleFile('sop.yaml').replace('then: refuseSanctioned', 'then: nowhere');
    await expect(
      client.request((await import('../../sdk/src/index.ts')).PublishAgentDocument, {
        input: { definition: broken },
      }),
    ).resolves.toMatchObject({
      publishAgent: { agent: null, userErrors: [{ code: 'DEFINITION_INVALID' }] },
    });
  });

  it('refuse the keys of a tenant that the operator has suspended, until it is resumed', async () => {
    const operate = async (...args: readonly string[]) => {
      await using command = startProcess(['tenant', ...args], platform.environment);
      expect(await command.exitCode, command.output()).toBe(0);
    };
    const ask = async () => {
      const response = await fetch(platform.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-api-key': platform.adminKey },
        body: '{"query": "{ viewer { name } }"}',
      });
      return { status: response.status, body: await response.text() };
    };
    const socket = await openAccepted(platform.url, { 'x-api-key': platform.adminKey });
    await operate('suspend', 'Operandi', '--reason', 'unpaid');
    expect(await socket.closed).toBe(4403);
    expect(await ask()).toMatchObject({
      status: 403,
      body: expect.stringContaining('the tenant is suspended') as unknown,
    });
    await operate('resume', 'Operandi');
    await until('the key is accepted again', async () => (await ask()).status === 200);
  });
});
