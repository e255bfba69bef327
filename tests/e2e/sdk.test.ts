import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import {
  type Client,
  createClient,
  CreateApiKeyDocument,
  ListMembersDocument,
  RevokeApiKeyDocument,
} from '../../sdk/src/index.ts';
import { publish, startTestPlatform, type TestPlatform, untilState } from '../support/platform.ts';
import { freePort } from '../support/process.ts';
import { until } from '../support/until.ts';

const stack = new AsyncDisposableStack();
let test: TestPlatform;
let adminKey: string;

const head = (name: string) =>
  `document: { dsl: '1.0.3', namespace: t, name: ${name}, version: '1.0.0' }`;

/** Two events of others, each of which makes some of its own. */
const listener = `${head('listener')}
do:
  - first: { listen: { to: { one: { with: { type: first } } } } }
  - between: { set: { ok: true } }
  - second: { listen: { to: { one: { with: { type: second } } } } }`;

const asker = `${head('asker')}
do:
  - ask:
      call: approval
      with:
        title: May it?
        form: { type: object, required: [limit], properties: { limit: { type: number } } }`;

beforeAll(async () => {
  const port = String(await freePort());
  test = stack.use(await startTestPlatform({ PORT: port }));
  await publish(test.client, listener);
  await publish(test.client, asker);
  adminKey = test.platform.firstKey ?? '';
});
afterAll(() => stack.disposeAsync());

/** A client that outlives a restart of the platform. */
function clientOf(apiKey: Parameters<typeof createClient>[0]['apiKey']): Client {
  return createClient({ url: test.platform.url, apiKey });
}

interface Watch {
  readonly seqs: number[];
  readonly ended: Promise<void>;
}

function watch(client: Client, id: string): Watch {
  const seqs: number[] = [];
  const follow = async (): Promise<void> => {
    for await (const { seq } of client.watch(id)) seqs.push(seq);
  };
  return { seqs, ended: follow() };
}

describe('a client that watches', () => {
  it('misses nothing and sees nothing twice while the platform restarts', async () => {
    await using client = clientOf(adminKey);
    const { id } = await client.submit('listener', {});
    const { seqs, ended } = watch(client, id);
    await untilState(test.client, id, 'WAITING');
    await until('some events have come', () => Promise.resolve(seqs.length > 3));
    await test.restart();
    await client.sendEvent({ type: 'first' });
    await client.sendEvent({ type: 'second' });
    await ended;
    expect(await client.jobs.get(id)).toMatchObject({ state: 'SUCCEEDED' });
    expect(seqs).toEqual(seqs.map((_seq, index) => index + 1));
    expect(seqs.length).toBeGreaterThan(8);
  });

  it('goes on with a fresh key when its key is revoked', async () => {
    const made = await test.client.request(CreateApiKeyDocument, {
      input: { name: 'short', permissions: ['JOBS_READ'] },
    });
    const asked: boolean[] = [];
    await using client = clientOf(({ isRefused }) => {
      asked.push(isRefused);
      return isRefused ? adminKey : (made.createApiKey.secret ?? '');
    });
    const { id } = await test.client.submit('listener', {});
    const { seqs, ended } = watch(client, id);
    await untilState(test.client, id, 'WAITING');
    await until('some events have come', () => Promise.resolve(seqs.length > 3));
    await test.client.request(RevokeApiKeyDocument, {
      input: { id: made.createApiKey.apiKey?.id ?? '' },
    });
    await until('another key is asked for', () => Promise.resolve(asked.includes(true)));
    await test.client.sendEvent({ type: 'first' });
    await test.client.sendEvent({ type: 'second' });
    await ended;
    expect(seqs).toEqual(seqs.map((_seq, index) => index + 1));
  });
});

describe('jobs by the SDK', () => {
  it('are paused, resumed, cancelled and redriven, and say why they are not', async () => {
    const { client } = test;
    const { jobs } = client;
    const { id } = await client.submit('listener', {});
    await untilState(client, id, 'WAITING');
    expect(await jobs.pause(id)).toMatchObject({ id, state: 'PAUSED' });
    await jobs.resume(id);
    await untilState(client, id, 'WAITING');
    expect(await jobs.cancel(id, { reason: 'enough' })).toMatchObject({ state: 'CANCELLED' });
    await expect(jobs.cancel(id)).rejects.toMatchObject({ code: 'CONFLICT' });
    expect((await jobs.redrivePlan(id, { from: 'START' })).warnings).toBeInstanceOf(Array);
    await jobs.redrive(id, { from: 'START' });
    await untilState(client, id, 'WAITING');
    const bulk = await jobs.cancelAll(
      { agent: 't/listener', states: ['WAITING'] },
      { dryRun: true },
    );
    expect(bulk).toMatchObject({ operation: null, isMore: false });
    expect(bulk.matched).toBeGreaterThan(0);
    await jobs.cancel(id);
    const refused = client.submit('nobody', {});
    await expect(refused).rejects.toMatchObject({ requestId: expect.any(String) as string });
  });

  it('are listed to their end over several pages, and change before one’s eyes', async () => {
    const { client } = test;
    const ids: string[] = [];
    const ended = new AbortController();
    const seen = new Set<string>();
    const following = (async () => {
      for await (const { job } of client.jobs.changes({ agent: 't/asker' }, ended))
        seen.add(job.id);
    })();
    const batch = client.submitBatch(Array.from({ length: 5 }, () => ({ agent: 'asker' })));
    let batchId = '';
    for await (const result of batch) {
      batchId = result.batchId;
      ids.push(result.jobId ?? '');
    }
    const listing = client.jobs.list({ batchId }, { pageSize: 2, orderBy: 'CREATED_ASC' });
    expect((await listing.toArray()).map(({ id }) => id).sort()).toEqual(ids.sort());
    expect((await Array.fromAsync(listing.pages())).map(({ nodes }) => nodes.length)).toEqual([
      2, 2, 1,
    ]);
    await until('changes were told', async () => {
      // What happens before the stream is there is not told: go on making changes until it is.
      if (seen.size === 0) await client.submit('asker', {});
      return seen.size > 0;
    });
    ended.abort(new Error('seen'));
    await expect(following).rejects.toThrow('seen');
    const members = await client.paginate(ListMembersDocument, {}).toArray();
    expect(members).toEqual([]);
  });
});

describe('approvals by the SDK', () => {
  it('are found, told, refused without what the form asks for, and decided with it', async () => {
    const { client } = test;
    const ended = new AbortController();
    const told: string[] = [];
    const following = (async () => {
      for await (const { approval } of client.approvals.watch(ended)) told.push(approval.id);
    })();
    await until('an approval was told', async () => {
      if (told.length === 0) await client.submit('asker', {});
      return told.length > 0;
    });
    const job = await client.submit('asker', {});
    await untilState(client, job.id, 'WAITING');
    const [approval] = await client.approvals.ofJob(job.id);
    const id = approval?.id ?? '';
    const listed = await client.approvals.list({ mine: true, pageSize: 1 }).toArray();
    expect(listed.map((each) => each.id)).toContain(id);
    await expect(client.approvals.approve(id)).rejects.toMatchObject({ name: 'RefusedError' });
    const decided = await client.approvals.approve(id, { comment: 'yes', data: { limit: 5 } });
    expect(decided).toMatchObject({ state: 'APPROVED', comment: 'yes' });
    await expect(client.approvals.reject(id)).rejects.toMatchObject({ code: 'CONFLICT' });
    await untilState(client, job.id, 'SUCCEEDED');
    ended.abort(new Error('seen'));
    await expect(following).rejects.toThrow('seen');
  });
});

describe('agents, integrations and the audit log by the SDK', () => {
  it('are managed and read', async () => {
    const { agents, integrations, audit } = test.client;
    const names = (await agents.list().toArray()).map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['asker', 'listener']));
    expect(await agents.get('t/asker')).toMatchObject({ name: 'asker', current: { version: 1 } });
    expect(await agents.validate('do: 7')).toMatchObject({ isValid: false });
    const published = await agents.publish(
      `${head('passing')}\ndo: [{ a: { set: { ok: true } } }]`,
    );
    expect(published.version.version).toBe(1);
    await agents.archive(published.agent.id);
    const created = await integrations.create({
      ...{ name: 'greeter', kind: 'http' },
      config: {
        baseUrl: 'http://127.0.0.1:9',
        operations: [{ name: 'greet', method: 'GET', path: '/' }],
      },
    });
    expect(await integrations.get('greeter')).toMatchObject({ id: created, kind: 'http' });
    expect((await integrations.list().toArray()).map(({ name }) => name)).toEqual(['greeter']);
    expect((await integrations.kinds()).map(({ name }) => name)).toContain('http');
    // This platform reaches nothing that is not public.
    await expect(
      integrations.invoke({ integrationId: created, operation: 'greet' }),
    ).rejects.toMatchObject({ name: 'RefusedError', code: 'EGRESS_BLOCKED' });
    expect(await integrations.test(created)).toMatchObject({ isReachable: false });
    const operations = [{ name: 'other', path: '/other', method: 'GET' }];
    await integrations.update(created, { baseUrl: 'https://example.com', operations });
    expect((await integrations.get('greeter'))?.operations).toMatchObject([{ name: 'other' }]);
    await integrations.delete(created);
    expect(await integrations.get('greeter')).toBeNull();
    const [newest] = await audit.events({ actions: ['integration.delete'] }).toArray(1);
    expect(newest).toMatchObject({ target: { id: created } });
    const [before] = await audit.events({}, { pageSize: 1 }).toArray(1);
    for await (const event of audit.watch({ after: before?.cursor })) {
      expect(event.action).not.toBe('');
      break;
    }
    const pages = await Array.fromAsync(audit.export());
    expect(pages.length).toBeGreaterThan(0);
    expect(await audit.status()).toMatchObject({ strays: 0 });
    expect((await audit.keys()).length).toBeGreaterThan(0);
  });
});
