import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

import { buildSchema, execute, type GraphQLSchema, parse } from 'graphql';
import { beforeAll, describe, expect, it } from 'vitest';

import * as operations from '../_generated/operations.ts';
import { ConnectionError, OperandiError } from '../errors.ts';
import { createTestPlatform } from './create-test-platform.ts';
import { type AgentScript, JobFailure } from './script.ts';

const agents: Record<string, AgentScript> = {
  double: ({ input }) => ({ twice: (input as { n: number }).n * 2 }),
  asking: async (job) => {
    const { approve, data } = await job.approval({ title: 'May it?', form: { type: 'object' } });
    return { approve, data };
  },
  listening: async (job) => await job.event('paid'),
  failing: () => {
    throw new JobFailure({ title: 'Closed', detail: 'the ledger is closed', status: 409 });
  },
  choosy: {
    check: (input) =>
      input === null ? [{ code: 'INPUT_INVALID', field: 'input', message: 'is null' }] : [],
    run: () => ({}),
  },
  stepping: async (job) => {
    await job.event('go');
    return await job.task('work', () => 7);
  },
};

describe('the test platform', () => {
  it('runs a script to its output, and tells what happens', async () => {
    await using platform = createTestPlatform({ agents });
    const { client } = platform;
    expect(await client.run('double', { n: 4 })).toMatchObject({
      output: { twice: 8 },
      state: 'SUCCEEDED',
    });
    const { id } = await client.submit('double', { n: 1 });
    const events = await Array.fromAsync(client.watch(id));
    expect(events.map(({ seq, type }) => [seq, type])).toEqual([
      [1, 'dev.operandi.job.queued.v1'],
      [2, 'io.serverlessworkflow.workflow.started.v1'],
      [3, 'io.serverlessworkflow.workflow.completed.v1'],
    ]);
    expect(platform.sent.map(({ operation }) => operation)).toEqual([
      'RunJob',
      'SubmitJob',
      'WatchJob',
    ]);
  });

  it('ends, refuses and forgets jobs as the platform does', async () => {
    await using platform = createTestPlatform({ agents });
    const { client } = platform;
    await expect(client.run('failing', {})).rejects.toMatchObject({
      ...{
        name: 'JobEndedError',
        message: expect.stringContaining('the ledger is closed') as string,
      },
      job: { state: 'FAILED', error: { status: 409, title: 'Closed' } },
    });
    await expect(client.submit('choosy', null)).rejects.toMatchObject({ name: 'RefusedError' });
    await expect(client.submit('nobody', {})).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const first = await client.submit('double', { n: 1 }, { idempotencyKey: 'k' });
    expect((await client.submit('double', { n: 1 }, { idempotencyKey: 'k' })).id).toBe(first.id);
    const other = client.submit('double', { n: 2 }, { idempotencyKey: 'k' });
    await expect(other).rejects.toMatchObject({ code: 'IDEMPOTENCY_MISMATCH' });
    expect(await client.jobs.get('nothing')).toBeNull();
  });

  it('asks people, and goes on with what they say', async () => {
    await using platform = createTestPlatform({ agents });
    const { client } = platform;
    const running = client.run('asking', {});
    await platform.settled();
    const [approval] = await client.approvals.list({ mine: true }).toArray();
    expect(approval).toMatchObject({ title: 'May it?', state: 'PENDING', canDecide: true });
    await client.approvals.approve(approval?.id ?? '', { data: { limit: 5 }, comment: 'yes' });
    await expect(running).resolves.toMatchObject({ output: { approve: true, data: { limit: 5 } } });
    await expect(client.approvals.reject(approval?.id ?? '')).rejects.toMatchObject({
      code: 'CONFLICT',
    });
  });

  it('hands over events once, and follows what changes through lost connections', async () => {
    await using platform = createTestPlatform({ agents });
    const { client } = platform;
    const { id } = await client.submit('listening', {});
    const types: string[] = [];
    const following = (async () => {
      for await (const { type, seq } of client.watch(id)) types.push(`${String(seq)} ${type}`);
    })();
    await platform.settled();
    await Promise.resolve();
    platform.dropConnections();
    expect(await client.sendEvent({ id: 'e', type: 'paid', data: 5 })).toMatchObject({
      isNew: true,
      wokenJobs: 1,
    });
    expect(await client.sendEvent({ id: 'e', type: 'paid' })).toMatchObject({
      isNew: false,
      wokenJobs: 0,
    });
    await following;
    expect(new Set(types).size).toBe(types.length);
    expect(await client.jobs.get(id)).toMatchObject({ output: { type: 'paid', data: 5 } });
  });

  it('pauses, resumes, cancels and redrives', async () => {
    await using platform = createTestPlatform({ agents });
    const { client } = platform;
    const { id } = await client.submit('stepping', {});
    await platform.settled();
    expect(await client.jobs.pause(id)).toMatchObject({ state: 'PAUSED' });
    await client.sendEvent({ type: 'go' });
    await Promise.resolve();
    expect(await client.jobs.get(id)).toMatchObject({ state: 'PAUSED' });
    await client.jobs.resume(id);
    await platform.settled();
    expect(await client.jobs.get(id)).toMatchObject({ state: 'SUCCEEDED', output: 7 });
    const second = await client.submit('asking', {});
    await platform.settled();
    expect(await client.jobs.cancel(second.id)).toMatchObject({ state: 'CANCELLED' });
    expect(await client.approvals.list().toArray()).toEqual([]);
    expect(await client.approvals.list({ state: 'WITHDRAWN' }).toArray()).toHaveLength(1);
    expect(await client.jobs.redrive(second.id)).toMatchObject({ state: 'QUEUED' });
    await platform.settled();
    expect(await client.approvals.list().toArray()).toHaveLength(1);
  });

  it('lists page by page and refuses a filter that it does not know', async () => {
    await using platform = createTestPlatform({ agents });
    const { client } = platform;
    const jobs = Array.from({ length: 5 }, (_, n) => ({ agent: 'double', input: { n } }));
    const results = await Array.fromAsync(client.submitBatch(jobs));
    const listing = client.jobs.list({ batchId: results[0]?.batchId ?? '' }, { pageSize: 2 });
    expect((await listing.toArray()).map(({ id }) => id)).toEqual(
      results.map(({ jobId }) => jobId).reverse(),
    );
    await expect(client.jobs.list({ createdFrom: '2026' }).toArray()).rejects.toThrow(
      'no filter createdFrom',
    );
  });

  it('meets faults that a test asks for, and answers of its own', async () => {
    const AuditHead = () => ({ auditCheckpoint: { note: 'n' } });
    await using platform = createTestPlatform({ agents, answers: { AuditHead } });
    const { client } = platform;
    platform.failNext(new OperandiError('FORBIDDEN', 'no'));
    await expect(client.jobs.get('j')).rejects.toMatchObject({ code: 'FORBIDDEN' });
    platform.failNext(new ConnectionError('gone'));
    await expect(client.submit('double', { n: 1 })).rejects.toThrow('gone');
    expect(await client.audit.checkpoint()).toBe('n');
    await expect(client.audit.keys()).rejects.toThrow('does not play AuditKeys');
  });
});

describe('what the test platform answers', () => {
  let schema: GraphQLSchema;
  beforeAll(() => {
    const path = resolve(import.meta.dirname, '../../../schema/api.graphql');
    schema = buildSchema(readFileSync(path, 'utf8'));
  });

  /** Answers once more by the schema of the platform, from what was answered. */
  async function again(name: string, rootValue: unknown): Promise<unknown> {
    const operation = Object.values(operations).find((each) => each.name === name);
    const document = parse(operation?.text ?? '');
    const variableValues = { id: 'x', jobId: 'x' };
    const { errors, data } = await execute({ schema, document, rootValue, variableValues });
    expect(errors).toBeUndefined();
    return JSON.parse(JSON.stringify(data));
  }

  it('fits the operations that it answers', async () => {
    const answered: [string, unknown][] = [];
    await using platform = createTestPlatform({ agents });
    const { client } = platform;
    const job = await client.submit('double', { n: 1 });
    answered.push(['Job', { job: await client.jobs.get(job.id) }]);
    answered.push(['Job', { job }]);
    await client.submit('asking', {});
    await platform.settled();
    const [listed] = await client.jobs.list().toArray(1);
    const pageInfo = { hasNextPage: false, endCursor: null };
    const totalCount = { count: 1, isEstimate: false };
    answered.push(['ListJobs', { jobs: { nodes: [listed], pageInfo, totalCount } }]);
    const [approval] = await client.approvals.list().toArray();
    answered.push(['ListApprovals', { approvals: { nodes: [approval], pageInfo } }]);
    const decided = await client.approvals.approve(approval?.id ?? '', { data: {} });
    answered.push(['ListApprovals', { approvals: { nodes: [decided], pageInfo } }]);
    for await (const event of client.watch(job.id))
      answered.push(['WatchJob', { jobEvents: event }]);
    expect(answered.length).toBeGreaterThan(7);
    for (const [name, data] of answered) expect(await again(name, data)).toEqual(data);
  });
});
