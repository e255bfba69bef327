import { describe, expect, it } from 'vitest';
import { createTurns, type Turns } from '../kernel/turns.ts';
import { createCompute, RunTooHeavy, type Compute } from './compute.ts';
import type { Definition } from './definition.ts';
import { memoryJournal, type Journal } from './journal.ts';
import type { LifecycleEvent } from './lifecycle.ts';
import { runDefinition, type Outcome } from './run.ts';
import { definitionOf, runJob } from './testing/run-job.ts';
import { scriptedHost, testStart, type ScriptedHost } from './testing/scripted-host.ts';

const heavyLoop = `
do:
  - loop:
      for: { each: item, in: "[range(1000)]" }
      do: [{ count: { set: { sum: '\${ [range(2000)] | add }' } } }]`;
const caught = `
do:
  - guarded:
      try:
        - loop:
            for: { each: item, in: "[range(1000)]" }
            do: [{ count: { set: { sum: '\${ [range(2000)] | add }' } } }]
      catch: { do: [{ hidden: { set: { is: caught } } }] }`;
const mixed = `
do:
  - first: { call: integration, with: { integration: chat, operation: post } }
  - both:
      fork:
        branches:
          - loop: { for: { in: "[range(20)]" }, do: [{ note: { set: { n: '\${ $index }' } } }] }
          - call: { call: integration, with: { integration: chat, operation: read } }
          - other: { for: { in: "[range(20)]" }, do: [{ more: { set: { n: '\${ $index * 2 }' } } }] }
  - last: { call: integration, with: { integration: chat, operation: end } }`;

interface Given {
  readonly definition: Definition;
  readonly journal?: Journal;
  readonly host?: ScriptedHost;
  readonly turns?: Turns;
  readonly compute?: Compute;
  readonly events?: LifecycleEvent[];
  readonly room?: () => Promise<void> | undefined;
  readonly signal?: AbortSignal;
}

function run({ definition, events = [], ...given }: Given): Promise<Outcome> {
  return runDefinition(definition, {
    input: {},
    host: scriptedHost(),
    journal: memoryJournal(),
    job: { id: 'j', startedAt: testStart },
    signal: new AbortController().signal,
    observe: (event) => events.push(event),
    ...given,
  });
}

describe('the answer of a peer', () => {
  const ask = definitionOf(
    "do: [{ ask: { call: http, with: { method: get, endpoint: 'https://a.b/' } } }]",
  );
  const peer = (bytes: number) =>
    scriptedHost({
      call: () => ({
        request: { method: 'GET', uri: 'https://a.b/', headers: {} },
        statusCode: 200,
        headers: { 'content-type': 'application/json' },
        bodyBase64: Buffer.from(JSON.stringify('x'.repeat(bytes))).toString('base64'),
      }),
    });
  const small = (): Compute => createCompute({ limit: 1_000_000, here: 10_000 });

  it('is read elsewhere when it is larger than what may be computed in this place', async () => {
    const compute = small();
    const running = run({ definition: ask, host: peer(10_000), compute });
    await expect(running).rejects.toThrow(RunTooHeavy);
    expect(compute.isOver).toBe(true);
  });

  it('counts for no budget of the job', async () => {
    const compute = createCompute({ limit: 20_000 });
    expect(await run({ definition: ask, host: peer(100_000), compute })).toMatchObject({
      state: 'completed',
    });
  });
});

describe('the compute budget of a job', () => {
  it('ends a loop of dear expressions with a problem that names the budget', async () => {
    const { outcome } = await runJob(heavyLoop, { limits: { computeSteps: 1_000_000 } });
    expect(outcome.state === 'faulted' ? outcome.error.detail : '').toContain(
      'more than the 1000000 steps that a job may take',
    );
  });

  it('is not given back by a try', async () => {
    const { outcome } = await runJob(caught, { limits: { computeSteps: 1_000_000 } });
    expect(outcome).toMatchObject({ state: 'faulted', error: { status: 500 } });
  });

  it('is used up at the same point in a run and in its replay', async () => {
    const definition = definitionOf(mixed);
    const journal = memoryJournal();
    const first = createCompute({ limit: 1e9 });
    const second = createCompute({ limit: 1e9 });
    await run({ definition, journal, compute: first });
    await run({ definition, journal, compute: second });
    expect(second.left).toBe(first.left);
    expect(first.left).toBeLessThan(1e9);
  });
});

describe('a run that is too heavy for its place', () => {
  it('goes on from its journal elsewhere, telling each event and doing each effect once', async () => {
    const definition = definitionOf(mixed);
    const whole: LifecycleEvent[] = [];
    const wholeHost = scriptedHost();
    const outcome = await run({ definition, events: whole, host: wholeHost });
    for (let here = 1_000; here < 20_000; here += 1_500) {
      const events: LifecycleEvent[] = [];
      const [journal, host] = [memoryJournal(), scriptedHost()];
      const compute = createCompute({ limit: 1e9, here });
      await expect(run({ definition, events, journal, host, compute })).rejects.toBeInstanceOf(
        RunTooHeavy,
      );
      const isPrefix = events.every((event, at) => event.key === whole[at]?.key);
      expect(isPrefix).toBe(true);
      const again: LifecycleEvent[] = [];
      expect(await run({ definition, events: again, journal, host })).toEqual(outcome);
      expect(again.map(({ key }) => key)).toEqual(whole.map(({ key }) => key));
    }
  });

  it('leaves before work of which nobody can tell how much it is', async () => {
    const definition = definitionOf(
      'do: [{ text: { call: render, with: { format: text, template: "a" } } }]',
    );
    const compute = createCompute({ limit: 1e9, here: 1e8 });
    await expect(run({ definition, compute })).rejects.toBeInstanceOf(RunTooHeavy);
    expect(await run({ definition })).toEqual({ state: 'completed', output: 'a' });
  });
});

describe('a run that gives way', () => {
  it('does the same whenever it does', async () => {
    const definition = definitionOf(mixed);
    const [eager, lazy]: [LifecycleEvent[], LifecycleEvent[]] = [[], []];
    const turns = createTurns();
    const never: Turns = { isOver: () => false, next: () => turns.next() };
    const always: Turns = { isOver: () => true, next: () => turns.next() };
    const outcome = await run({ definition, events: eager, turns: always });
    expect(await run({ definition, events: lazy, turns: never })).toEqual(outcome);
    expect(eager).toEqual(lazy);
  });

  it('hears in the middle of a loop that it has to stop', async () => {
    const controller = new AbortController();
    const events: LifecycleEvent[] = [];
    const running = run({
      definition: definitionOf(heavyLoop),
      events,
      turns: createTurns(0),
      signal: controller.signal,
    });
    setImmediate(() => controller.abort(new Error('the worker stops')));
    await expect(running).rejects.toThrow('the worker stops');
    expect(events.length).toBeLessThan(1_000);
  });

  it('waits while who observes it has no room', async () => {
    const room = Promise.withResolvers<undefined>();
    const events: LifecycleEvent[] = [];
    let isFull = true;
    const running = run({
      definition: definitionOf(heavyLoop),
      events,
      turns: createTurns(0),
      room: () => (isFull && events.length > 50 ? room.promise.then(() => undefined) : undefined),
    });
    for (let turn = 0; turn < 50; turn += 1) await new Promise(setImmediate);
    const before = events.length;
    expect(before).toBeLessThan(1_000);
    isFull = false;
    room.resolve(undefined);
    expect(await running).toMatchObject({ state: 'completed' });
    expect(events.length).toBeGreaterThan(before);
  });
});

describe('limits', () => {
  const inTry = (task: string): string =>
    `do: [{ guarded: { try: [{ big: ${task} }], catch: { do: [{ hidden: { set: { is: caught } } }] } } }]`;

  it.each([
    ['an expression', inTry('{ set: { list: "${ [range(5000)] }" } }'), { expressionSteps: 1_000 }],
    ['an output', inTry('{ set: { text: "${ \\"x\\" * 3000 }" } }'), { outputBytes: 2_000 }],
    [
      'a context',
      inTry('{ set: { a: 1 }, export: { as: "{text: (\\"x\\" * 3000)}" } }'),
      { outputBytes: 2_000 },
    ],
    [
      'a fork',
      inTry('{ fork: { branches: [{ a: { set: { n: 1 } } }, { b: { set: { n: 2 } } }] } }'),
      { forkWidth: 1 },
    ],
  ])('are not caught by try: %s', async (_what, source, limits) => {
    expect((await runJob(definitionOf(source, { limits }), { limits })).outcome).toMatchObject({
      state: 'faulted',
    });
  });

  it('of the answer of a call are not caught by try, nor when the job is replayed', async () => {
    const source = inTry('{ call: integration, with: { integration: chat, operation: post } }');
    const journal = memoryJournal();
    const script = { call: () => ({ text: 'x'.repeat(3_000) }) };
    const options = { limits: { outputBytes: 2_000 }, journal, script };
    expect((await runJob(source, options)).outcome).toMatchObject({ state: 'faulted' });
    expect(journal.entries).toHaveLength(1);
    expect((await runJob(source, options)).outcome).toMatchObject({ state: 'faulted' });
  });
});
