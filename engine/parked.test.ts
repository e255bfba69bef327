import { describe, expect, it } from 'vitest';
import { createCompute, RunTooHeavy } from './compute.ts';
import type { Definition } from './definition.ts';
import type { Host } from './host.ts';
import { memoryJournal, type Journal } from './journal.ts';
import type { LifecycleEvent } from './lifecycle.ts';
import { startRun, type ParkedRun, type Progress, type RunOptions } from './run.ts';
import type { Surroundings } from './seat.ts';
import { definitionOf, keep, storyOf, type JobOptions } from './testing/run-job.ts';
import { crowded, crowdedScript, example, scenarios } from './testing/scenarios.ts';
import { scriptedHost, testStart, type ScriptedHost } from './testing/scripted-host.ts';

/** Says at the n-th wait whether the run is still there. */
type IsThere = (wait: number) => boolean;

interface Story {
  readonly outcome: Progress['outcome'];
  readonly events: readonly string[];
  readonly times: readonly number[];
  readonly journal: Journal['entries'];
  readonly calls: readonly string[];
  readonly waits: number;
  /** Events that were told more than once. */
  readonly retold: number;
}

/** The outside for one stretch of a run: whoever asks it later has kept what it should have given back. */
function lend(host: ScriptedHost): { readonly host: Host; end(): void } {
  let isOver = false;
  const guarded = new Proxy(host, {
    get(target, name, receiver) {
      if (isOver) throw new Error(`${String(name)} is asked of a host of an earlier stretch`);
      return Reflect.get(target, name, receiver) as unknown;
    },
  });
  return { host: guarded, end: () => void (isOver = true) };
}

/** Runs a job to its end; at each wait it goes on with the run itself where that is there, else with a replay. */
async function live(
  definition: Definition,
  { input = {}, script, limits }: JobOptions,
  isThere: IsThere,
): Promise<Story> {
  const host = scriptedHost(script);
  const journal = memoryJournal();
  const events: LifecycleEvent[] = [];
  let told = 0;
  let parked: ParkedRun | undefined;
  for (let waits = 0; ; waits += 1) {
    const lent = lend(host);
    const surroundings: Surroundings = {
      ...{ host: lent.host, journal, signal: new AbortController().signal },
      observe(event) {
        told += 1;
        keep(events, event);
      },
    };
    const options: RunOptions = {
      ...surroundings,
      input,
      job: { id: 'job-1', startedAt: testStart },
      // Every timer parks the job.
      limits: { ...limits, inlineWaitMs: 0 },
    };
    const gone = await (isThere(waits) ? parked?.goOn(surroundings) : undefined);
    const { outcome, ...progress } = gone ?? (await startRun(definition, options));
    parked = progress.parked;
    lent.end();
    if (outcome.state !== 'waiting' || waits > 200)
      return {
        ...{ outcome, waits, retold: told - events.length },
        events: storyOf(events),
        times: events.map(({ time }) => time),
        journal: journal.entries,
        calls: host.calls.map(({ key }) => key),
      };
    host.goOn(outcome.wakeAt);
  }
}

const never: IsThere = () => false;
const always: IsThere = () => true;

async function expectSameStory(definition: Definition, options: JobOptions): Promise<Story> {
  const { retold, ...replayed } = await live(definition, options, never);
  const ways: readonly IsThere[] = [always, (wait) => wait % 2 === 1, (wait) => wait % 3 !== 0];
  for (const way of ways) expect(await live(definition, options, way)).toMatchObject(replayed);
  const kept = await live(definition, options, always);
  expect(kept.retold).toBe(0);
  if (replayed.waits > 0) expect(retold).toBeGreaterThan(0);
  return kept;
}

const polls = `
do:
  - begin: { set: { n: 0, seen: [] } }
  - rounds:
      for: { in: '\${ [range(6)] }' }
      while: .n < 5
      do:
        - ask: { call: integration, with: { integration: shop, operation: get }, output: { as: '\${ $input + {n: ($input.n + 1)} }' } }
        - rest: { wait: { seconds: 5 } }
        - note: { set: '\${ .seen += [$index] }', export: { as: '\${ {last: $input.n} }' } }
  - both:
      fork:
        branches:
          - slow: { do: [ { a: { wait: { minutes: 1 } } }, { b: { wait: { minutes: 2 } } } ] }
          - late:
              try:
                - tick: { listen: { to: { one: { with: { type: tick } } } }, timeout: { after: { seconds: 30 } } }
              catch: { errors: { with: { status: 408 } }, retry: { delay: { seconds: 3 }, limit: { attempt: { count: 2 } } }, do: [ { gave: { set: up } } ] }
  - all: { set: '\${ {both: ., last: $context.last, t: $workflow.startedAt.epoch.seconds} }' }`;

describe('a parked run', () => {
  it.each(Object.keys(scenarios))('goes on with %s as a replay would', async (name) => {
    await expectSameStory(example(name), scenarios[name] ?? {});
  });

  it('goes on with a crowded definition as a replay would', async () => {
    const { outcome } = await expectSameStory(definitionOf(crowded), { script: crowdedScript });
    expect(outcome.state).not.toBe('waiting');
  });

  it('goes on with loops, branches, deadlines and retries as a replay would', async () => {
    const { outcome, waits } = await expectSameStory(definitionOf(polls), {});
    expect(outcome).toMatchObject({ state: 'completed', output: { last: 5 } });
    expect(waits).toBeGreaterThan(7);
  });

  it('counts for its limits what it has done before', async () => {
    const options = { limits: { tasks: 12 } };
    const { outcome } = await expectSameStory(definitionOf(polls), options);
    expect(outcome).toMatchObject({
      state: 'faulted',
      error: { detail: 'more than 12 tasks have run in this job' },
    });
  });

  const wait = (then: string): string =>
    `use: { secrets: [s] }\ndo: [ { w: { wait: { days: 1 } } }, { o: { set: { s: '\${ ${then} }' } } } ]`;
  const heavy = '[range(20000)] | add';

  async function parkedWith(
    secret: string,
    then = '$secrets.s',
    compute = createCompute({ limit: 1e9, here: 2_000 }),
  ) {
    const host = scriptedHost({ secrets: { s: secret } });
    const surroundings: Surroundings = {
      ...{ host, journal: memoryJournal(), signal: new AbortController().signal },
      observe: () => undefined,
    };
    const job = { id: 'job-1', startedAt: testStart };
    const { outcome, parked } = await startRun(definitionOf(wait(then)), {
      ...{ ...surroundings, input: {}, job, compute },
    });
    host.goOn(outcome.state === 'waiting' ? outcome.wakeAt : undefined);
    host.goOn(outcome.state === 'waiting' ? outcome.wakeAt : undefined);
    return { parked, surroundings };
  }

  it('refuses to go on with secrets that have changed, so that a replay takes the new ones', async () => {
    const { parked } = await parkedWith('first');
    const { surroundings } = await parkedWith('second');
    expect(await parked?.goOn(surroundings)).toBeUndefined();
    const same = await parkedWith('third');
    expect((await same.parked?.goOn(same.surroundings))?.outcome).toEqual({
      state: 'completed',
      output: { s: 'third' },
    });
  });

  it('may compute as much after the wait as before, and leaves when it needs more', async () => {
    const { parked, surroundings } = await parkedWith(
      's',
      undefined,
      createCompute({ limit: 1e9, here: 700 }),
    );
    expect((await parked?.goOn(surroundings))?.outcome.state).toBe('completed');
    const less = await parkedWith('s', heavy);
    await expect(less.parked?.goOn(less.surroundings)).rejects.toThrow(RunTooHeavy);
    expect(less.parked?.isOver).toBe(true);
  });

  it('is not heavy because it has waited often, be it replayed or not', async () => {
    const journal = memoryJournal();
    const host = scriptedHost({ call: () => null });
    const definition = definitionOf(
      "do: [ { each: { for: { in: '${ [range(40)] }' }, do: [ { ask: { call: integration, with: { integration: shop, operation: get } } } ] } } ]",
    );
    const once = async (more: Partial<RunOptions>): Promise<Progress> =>
      await startRun(definition, {
        ...{ host, journal, input: {}, job: { id: 'job-1', startedAt: testStart } },
        signal: new AbortController().signal,
        observe: () => undefined,
        compute: createCompute({ limit: 1e9, here: 5_000 }),
        ...more,
      });
    expect((await once({})).outcome.state).toBe('completed');
    expect(journal.entries).toHaveLength(40);
    expect((await once({})).outcome.state).toBe('completed');
    await expect(
      startRun(definitionOf(wait(heavy).replace('days: 1', 'milliseconds: 1')), {
        ...{
          host,
          journal: memoryJournal(),
          input: {},
          job: { id: 'job-2', startedAt: testStart },
        },
        signal: new AbortController().signal,
        observe: () => undefined,
        compute: createCompute({ limit: 1e9, here: 5_000 }),
      }),
    ).rejects.toThrow(RunTooHeavy);
  });
});
