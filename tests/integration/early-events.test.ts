import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { forgetEvents } from '../../core/jobs/forget-events.ts';
import { sendEvent } from '../../core/jobs/send-event.ts';
import type { VerbContext } from '../../core/context.ts';
import { createTestDatabase, databaseKinds, type TestDatabase } from '../support/database.ts';
import { jobState } from '../support/jobs.ts';
import { until } from '../support/until.ts';
import {
  contextFor,
  contextOfNewTenant,
  openTestServices,
  type TestServices,
} from '../support/verb-context.ts';
import { publishTestAgent, startTestWorker, type TestWorker } from '../support/worker.ts';

const ask = '- ask: {call: integration, with: {integration: partner, operation: ask}}';
const hear = (name: string, filter = '{with: {type: reply}}'): string =>
  `- ${name}: {listen: {to: {one: ${filter}}}, export: {as: '\${ $context + {${name}: .[0].n} }'}}`;
const tasks = (...list: readonly string[]): string =>
  `do:\n${[...list, "- last: {set: '${ $context }'}"].map((each) => `  ${each}\n`).join('')}`;

/** What an event has besides its number. */
interface Sent {
  readonly type?: string;
  readonly id?: number;
}

describe.each(databaseKinds)('an event before its listener on the %s database', (kind) => {
  let test: TestDatabase;
  let services: TestServices;

  beforeAll(async () => {
    test = await createTestDatabase(kind);
    services = openTestServices(test.database);
  });
  afterAll(async () => {
    await services[Symbol.asyncDispose]();
    await test[Symbol.asyncDispose]();
  });

  /** A job that stands in its first call until it is let go. */
  async function begin(source: string, input = {}) {
    const agent = await publishTestAgent(test.database, source);
    const { promise: answer, resolve: letGo } = Promise.withResolvers<null>();
    const { promise: asked, resolve: isAsked } = Promise.withResolvers<null>();
    const running = startTestWorker(test.database, () => {
      isAsked(null);
      return answer;
    });
    const row = agent.row(input);
    await running.services.queue.submit([row]);
    await asked;
    const context = contextFor(services, agent.tenantId);
    return { context, running, jobId: row.jobId, goOn: () => letGo(null) };
  }

  let sent = 0;
  async function send(context: VerbContext, n: number, { type = 'reply', ...more }: Sent = {}) {
    sent += 1;
    const event = { id: `e${sent}`, source: '/partner', type, data: { n, ...more } };
    return (await sendEvent(context, event)).wokenJobs;
  }

  const stateOf = async (jobId: string) => (await jobState(test.database.pool, jobId)).state;

  async function outputOf(jobId: string, running: TestWorker): Promise<unknown> {
    await until('the job ends', async () => (await stateOf(jobId)) === 'SUCCEEDED');
    await running[Symbol.asyncDispose]();
    return (await jobState(test.database.pool, jobId)).output;
  }

  const untilWaiting = (jobId: string) =>
    until('the job waits', async () => (await stateOf(jobId)) === 'WAITING');

  it('is kept for it', async () => {
    const { context, running, jobId, goOn } = await begin(tasks(ask, hear('a')));
    expect(await send(context, 7)).toBe(0);
    goOn();
    expect(await outputOf(jobId, running)).toEqual({ a: 7 });
  });

  it('goes to one listener after the other, each event to one', async () => {
    const { context, running, jobId, goOn } = await begin(
      tasks(ask, hear('a'), hear('b'), hear('c')),
    );
    await send(context, 1);
    await send(context, 2);
    goOn();
    await untilWaiting(jobId);
    expect(await send(context, 3)).toBe(1);
    expect(await outputOf(jobId, running)).toEqual({ a: 1, b: 2, c: 3 });
  });

  it('is not there for a second one when it was consumed as it came', async () => {
    const { context, running, jobId, goOn } = await begin(tasks(ask, hear('a'), hear('b')));
    goOn();
    await untilWaiting(jobId);
    await send(context, 1);
    await until('the next one listens', async () => {
      const { rows } = await test.database.pool.query(
        `select from jobs.wait where job_id = $1 and key like '%b!event@0' and looked`,
        [jobId],
      );
      return rows.length === 1;
    });
    await untilWaiting(jobId);
    await send(context, 2);
    expect(await outputOf(jobId, running)).toEqual({ a: 1, b: 2 });
  });

  it('stays for another listener when the one that it was offered to does not take it', async () => {
    const { context, running, jobId, goOn } = await begin(
      tasks(ask, hear('a', '{with: {type: "a.*"}}'), hear('b', '{with: {type: "b.*"}}')),
    );
    goOn();
    await untilWaiting(jobId);
    await send(context, 2, { type: 'b1' });
    await send(context, 1, { type: 'a1' });
    expect(await outputOf(jobId, running)).toEqual({ a: 1, b: 2 });
  });

  it('has to fit its filters and correlation', async () => {
    const filter =
      '{with: {type: reply}, correlate: {id: {from: .data.id, expect: "${ $workflow.input.id }"}}}';
    const { context, running, jobId, goOn } = await begin(tasks(ask, hear('a', filter)), { id: 5 });
    await send(context, 1, { type: 'reply', id: 4 });
    await send(context, 2, { type: 'other', id: 5 });
    await send(context, 3, { type: 'reply', id: 5 });
    goOn();
    expect(await outputOf(jobId, running)).toEqual({ id: 5, a: 3 });
  });

  it('of before the job was submitted, of another tenant or of the job itself is not for it', async () => {
    const own = '- say: {emit: {event: {with: {type: reply, source: /me, data: {n: 9}}}}}';
    const agent = await publishTestAgent(test.database, tasks(own, hear('a')));
    const context = contextFor(services, agent.tenantId);
    await send(context, 1);
    await send(await contextOfNewTenant(services), 2);
    const running = startTestWorker(test.database, () => Promise.resolve(null));
    const row = agent.row();
    await running.services.queue.submit([row]);
    await untilWaiting(row.jobId);
    await send(context, 3);
    expect(await outputOf(row.jobId, running)).toEqual({ a: 3 });
  });

  it('is there for a listener behind a wait, after the worker has gone and another come', async () => {
    const { context, running, jobId, goOn } = await begin(
      tasks(ask, '- rest: {wait: PT2S}', hear('a')),
    );
    goOn();
    await untilWaiting(jobId);
    await running[Symbol.asyncDispose]();
    await send(context, 4);
    const later = startTestWorker(test.database, () => Promise.resolve(null));
    expect(await outputOf(jobId, later)).toEqual({ a: 4 });
  });

  it('counts the job among those woken that is busy with the event before, if it takes more', async () => {
    const both = '- a: {listen: {to: {all: [{with: {type: x}}, {with: {type: y}}]}}}';
    const parked = async (source: string) => {
      const { context, running, jobId, goOn } = await begin(source);
      goOn();
      await untilWaiting(jobId);
      await running[Symbol.asyncDispose]();
      return context;
    };
    const many = await parked(`do:\n  ${ask}\n  ${both}\n`);
    const one = await parked(tasks(ask, hear('a')));
    expect(await send(many, 0, { type: 'z' })).toBe(0);
    expect(await send(many, 1, { type: 'x' })).toBe(1);
    expect(await send(many, 2, { type: 'y' })).toBe(1);
    expect(await send(one, 1)).toBe(1);
    expect(await send(one, 2)).toBe(0);
  });

  it('is forgotten when there are too many or it is too old', async () => {
    const [full, old] = [await contextOfNewTenant(services), await contextOfNewTenant(services)];
    for (let n = 0; n < 5; n += 1) await send(full, n);
    await send(old, 1);
    await send(old, 2);
    await test.database.pool.query(
      `update jobs.inbound_event set received_at = now() - interval '31 days'
       where tenant_id = $1 and event ->> 'data' like '%1%'`,
      [old.actor.tenantId],
    );
    while ((await forgetEvents(services, 2, { events: 3 })) > 0);
    const left = async ({ actor }: VerbContext) => {
      const { rows } = await test.database.pool.query<{ n: number }>(
        `select (event -> 'data' ->> 'n')::int as n from jobs.inbound_event where tenant_id = $1 order by 1`,
        [actor.tenantId],
      );
      return rows.map(({ n }) => n);
    };
    expect(await left(full)).toEqual([2, 3, 4]);
    expect(await left(old)).toEqual([2]);
  });
});
