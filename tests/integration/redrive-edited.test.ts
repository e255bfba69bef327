import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { VerbContext } from '../../core/context.ts';
import { cancelJob } from '../../core/jobs/cancel-job.ts';
import { decideApproval } from '../../core/jobs/decide-approval.ts';
import { listJobSteps } from '../../core/jobs/list-job-steps.ts';
import { publishAgent } from '../../core/jobs/publish-agent.ts';
import { recordJob } from '../../core/jobs/record-job.ts';
import { redriveJob } from '../../core/jobs/redrive-job.ts';
import { getRedrivePlan } from '../../core/jobs/redrive-plan.ts';
import { submitJob } from '../../core/jobs/submit-job.ts';
import { workflowError } from '../../engine/problem.ts';
import { sha256Hex } from '../../kernel/crypto/hash.ts';
import type { JsonValue } from '../../kernel/json.ts';
import type { PerformCall } from '../../worker/outside.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { jobState } from '../support/jobs.ts';
import { onlyPage } from '../support/only-page.ts';
import { until } from '../support/until.ts';
import {
  auditLogOf,
  contextOfNewTenant,
  openTestServices,
  type TestServices,
} from '../support/verb-context.ts';
import { startTestWorker } from '../support/worker.ts';

const head = (name: string): string =>
  `document: {dsl: '1.0.3', namespace: tests, name: ${name}, version: '1.0.0'}\n`;

const call = (name: string): string =>
  `  - ${name}: {call: integration, with: {integration: i, operation: ${name}, arguments: {got: '\${ . }'}}}\n`;

/** The outside: what each operation was handed under which key, and which fail for now. */
function outside() {
  const asked: { readonly name: string; readonly got: JsonValue; readonly key: string }[] = [];
  const failing = new Set<string>();
  const perform: PerformCall = ({ with: given }, { idempotencyKey }) => {
    const { operation, arguments: handed } = given as {
      readonly operation: string;
      readonly arguments: { readonly got: JsonValue };
    };
    asked.push({ name: operation, got: handed.got, key: idempotencyKey.replace(/^[^:]*:/, '') });
    return failing.has(operation)
      ? Promise.reject(workflowError('communication', `${operation} is down`, { status: 503 }))
      : Promise.resolve({ did: operation });
  };
  return { failing, perform, news: () => asked.splice(0) };
}

describe('redriveJob from a task with another input', () => {
  let test: TestDatabase;
  let services: TestServices;
  const stack = new AsyncDisposableStack();
  const peer = outside();
  beforeAll(async () => {
    test = stack.use(await createTestDatabase());
    services = stack.use(openTestServices(test.database));
    stack.use(startTestWorker(test.database, peer.perform, { keyring: services.keyring }));
  }, 120_000);
  afterAll(() => stack.disposeAsync());

  async function submitted(context: VerbContext, tasks: string, input = {}): Promise<string> {
    await publishAgent(context, { definition: head('edited') + tasks });
    return (await submitJob(context, { agent: 'edited', input })).jobId;
  }

  const reached = (jobId: string, ...states: string[]) =>
    until(`job is ${states.join(' or ')}`, async () => {
      const row = await jobState(test.database.pool, jobId);
      return states.includes(row.state) && row;
    });

  const ended = (jobId: string) => reached(jobId, 'SUCCEEDED', 'FAILED', 'DEAD');

  const select = async <Row extends object>(sql: string, id: string): Promise<Row[]> =>
    (await test.database.pool.query<Row>(sql, [id])).rows;

  it('does not call what is before, hands it to the task, and goes on behind it', async () => {
    const context = await contextOfNewTenant(services);
    peer.failing.add('three');
    const id = await submitted(context, `do:\n${call('one')}${call('two')}${call('three')}`);
    await ended(id);
    expect(peer.news().map(({ key }) => key)).toEqual(['/do/0/one', '/do/1/two', '/do/2/three']);
    peer.failing.clear();

    const wish = { id, from: 'TASK', task: 'two', input: { b: 2, a: 'edited' } };
    const { plan } = await getRedrivePlan(context, wish);
    expect(plan.kept.map(({ key }) => key)).toEqual(['/do/0/one']);
    await redriveJob(context, wish);
    expect(await ended(id)).toMatchObject({ state: 'SUCCEEDED', output: { did: 'three' } });
    expect(peer.news()).toEqual([
      { name: 'two', got: { b: 2, a: 'edited' }, key: '/do/1/two~1' },
      { name: 'three', got: { did: 'two' }, key: '/do/2/three~1' },
    ]);
    const { nodes } = await onlyPage(listJobSteps(context, [{ jobId: id, first: 10 }]));
    expect(nodes.map(({ input }) => input)).toEqual([{}, { b: 2, a: 'edited' }, { did: 'two' }]);
  });

  it('is on record with the task and a digest of the input, and not with the input', async () => {
    const context = await contextOfNewTenant(services);
    peer.failing.add('two');
    const id = await submitted(context, `do:\n${call('one')}${call('two')}`);
    await ended(id);
    peer.failing.clear();
    await redriveJob(context, { id, from: 'TASK', task: 'two', input: { b: 2, a: 'edited' } });
    await ended(id);
    const told = {
      from: 'TASK',
      task: '/do/1/two',
      inputDigest: sha256Hex('{"a":"edited","b":2}'),
    };
    const [redriven] = await select<{ data: JsonValue }>(
      `select data from jobs.event where job_id = $1 and type = 'dev.operandi.job.redriven.v1'`,
      id,
    );
    expect(redriven?.data).toMatchObject(told);
    const log = await auditLogOf(test.database, context.actor.tenantId);
    const row = log.find(({ action }) => action === 'job.redrive');
    expect(row?.data).toMatchObject(told);
    expect(JSON.stringify([redriven, row])).not.toContain('edited');
    await expect(recordJob(context, { id })).rejects.toMatchObject({
      ...{ code: 'BAD_USER_INPUT', message: expect.stringContaining('/do/1/two') as string },
    });
  });

  it('refuses an input that does not fit the task, one without a place, and a step that is not there', async () => {
    const context = await contextOfNewTenant(services);
    peer.failing.add('two');
    const schema = '{type: object, properties: {amount: {type: number}}}';
    const two = call('two').replace('call:', `input: {schema: {document: ${schema}}}, call:`);
    const id = await submitted(context, `do:\n${call('one')}${two}`);
    await ended(id);
    const from = { id, from: 'TASK', task: 'two' };
    await expect(redriveJob(context, { ...from, input: { amount: 'much' } })).rejects.toMatchObject(
      {
        code: 'INPUT_INVALID',
        problems: [{ field: 'input.input.amount' }],
      },
    );
    await expect(redriveJob(context, { id, input: {} })).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
      path: 'input.input',
    });
    for (const task of ['/do/1/two@4/do/0/none', '/do/7/none'])
      await expect(redriveJob(context, { ...from, task, input: {} })).rejects.toMatchObject({
        code: 'BAD_USER_INPUT',
        path: 'input.task',
      });
    expect((await jobState(test.database.pool, id)).state).toBe('FAILED');
  });

  it('asks for a decision that stood open anew, as the data is another', async () => {
    const context = await contextOfNewTenant(services);
    const id = await submitted(
      context,
      `do:\n  - form: {set: {sum: '\${ .sum }'}}\n  - ask: {call: approval, with: {title: 'Pay \${ .sum }', data: '\${ . }'}}\n`,
      { sum: 1 },
    );
    const pending = () =>
      until('an approval is asked for', async () => {
        const [row] = await select<{ id: string; data: JsonValue }>(
          `select id, data from jobs.approval where job_id = $1 and state = 'PENDING'`,
          id,
        );
        return row;
      });
    const first = await pending();
    await reached(id, 'WAITING');
    await cancelJob(context, { id });
    await reached(id, 'CANCELLED');
    await redriveJob(context, { id, from: 'TASK', task: 'form', input: { sum: 2 } });
    const second = await pending();
    expect(second).toMatchObject({ data: { sum: 2 } });
    expect(second.id).not.toBe(first.id);
    await reached(id, 'WAITING');
    await decideApproval(context, { id: second.id, approve: true });
    expect((await ended(id)).state).toBe('SUCCEEDED');
  });

  it('starts another child in the place of one that was cancelled with its job', async () => {
    const context = await contextOfNewTenant(services);
    await publishAgent(context, {
      definition: `${head('held')}do:\n${call('child')}  - ask: {call: approval, with: {title: Well}}\n`,
    });
    const id = await submitted(
      context,
      `do:\n${call('one')}  - run: {run: {workflow: {namespace: tests, name: held, version: latest, input: {edited: '\${ .edited }'}}}}\n`,
    );
    const childrenOf = () =>
      select<{ id: string; state: string }>(
        'select id, state::text from jobs.job where parent_id = $1 order by created_at, id',
        id,
      );
    const waitingChild = () =>
      until('a child waits', async () =>
        (await childrenOf()).find(({ state }) => state === 'WAITING'),
      );
    const first = await waitingChild();
    await reached(id, 'WAITING');
    await cancelJob(context, { id });
    await reached(id, 'CANCELLED');
    await reached(first.id, 'CANCELLED');
    peer.news();
    await redriveJob(context, { id, from: 'TASK', task: 'run', input: { edited: true } });
    const second = await waitingChild();
    expect(second.id).not.toBe(first.id);
    expect((await childrenOf()).map(({ state }) => state)).toEqual(['CANCELLED', 'WAITING']);
    expect(peer.news()).toMatchObject([{ name: 'child', got: { edited: true } }]);
  });

  it('keeps the input sealed where the data of the job is', async () => {
    const context = await contextOfNewTenant(services);
    peer.failing.add('two');
    const schema = 'input: {schema: {document: {type: object, x-sensitive: true}}}\n';
    const id = await submitted(context, `${schema}do:\n${call('one')}${call('two')}`);
    await ended(id);
    peer.failing.clear();
    await redriveJob(context, { id, from: 'TASK', task: 'two', input: { name: 'cAnary' } });
    expect((await ended(id)).state).toBe('SUCCEEDED');
    expect(peer.news().at(-1)).toMatchObject({ name: 'two', got: { name: 'cAnary' } });
    const [rows] = await select<{ text: string }>(
      `select concat((select json_agg(journal)::text from jobs.journal where job_id = $1),
        (select json_agg(event)::text from jobs.event where job_id = $1), (select json_agg(job_io)::text from jobs.job_io where job_id = $1)) as text`,
      id,
    );
    expect(rows?.text).toContain('!redrive@1');
    expect(rows?.text).not.toContain('cAnary');
    expect(rows?.text).not.toContain(sha256Hex('{"name":"cAnary"}'));
  });
});
