import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { Definition } from './definition.ts';
import type { JsonValue } from '../kernel/json.ts';
import { isJsonArray } from './json-text.ts';
import type { Journal, JournalEntry } from './journal.ts';
import type { LifecycleEvent } from './lifecycle.ts';
import { runDefinition, type Outcome } from './run.ts';
import { definitionOf, keep, runJob, storyOf, type JobOptions } from './testing/run-job.ts';
import { crowded, crowdedScript, example, scenarios } from './testing/scenarios.ts';
import { scriptedHost, testStart, type Script } from './testing/scripted-host.ts';

class Crash extends Error {}

/** Turns of the event loop that a write takes: results gather meanwhile and are written together. */
const slowness = 7;

/** A journal that keeps what it is given and lets the process die right after its n-th write. */
function crashingJournal(entries: JournalEntry[], after: number): Journal {
  let writes = 0;
  return {
    get entries() {
      return [...entries];
    },
    async append(entry) {
      if (writes >= after) throw new Crash();
      writes += 1;
      entries.push(entry);
      for (let turn = 0; turn < slowness; turn += 1) await nextTurn();
      if (writes >= after) throw new Crash();
    },
  };
}

interface Story {
  readonly outcome: Outcome;
  readonly events: readonly string[];
}

/** Runs a job whose process dies once, after journal write `after`, and is started again by another worker. */
async function crashOnce(
  definition: Definition,
  options: JobOptions,
  after: number,
): Promise<Story> {
  const entries: JournalEntry[] = [];
  const events: LifecycleEvent[] = [];
  const host = scriptedHost(options.script);
  let journal = crashingJournal(entries, after);
  for (;;) {
    try {
      const outcome = await runDefinition(definition, {
        input: options.input ?? {},
        host,
        journal,
        job: { id: 'job-1', startedAt: testStart },
        signal: new AbortController().signal,
        observe: (event) => {
          keep(events, event);
        },
      });
      if (outcome.state !== 'waiting') return { outcome, events: storyOf(events) };
      host.goOn(outcome.wakeAt);
    } catch (error) {
      if (!(error instanceof Crash)) throw error;
      journal = crashingJournal(entries, Number.POSITIVE_INFINITY);
    }
  }
}

function asList(value: JsonValue): readonly JsonValue[] {
  return isJsonArray(value) ? value : [];
}

async function expectSameStory(definition: Definition, options: JobOptions): Promise<void> {
  const journal = crashingJournal([], Number.POSITIVE_INFINITY);
  const whole = await runJob(definition, { ...options, journal });
  const expected = { outcome: whole.outcome, events: storyOf(whole.events) };
  expect(whole.outcome.state).not.toBe('waiting');
  for (let after = 1; after <= whole.journal.length; after += 1) {
    expect(
      await crashOnce(definition, options, after),
      `crash after write ${String(after)}`,
    ).toEqual(expected);
  }
}

describe('replay', () => {
  it.each(Object.keys(scenarios))(
    'ends %s the same after a crash at any journal write',
    async (name) => {
      await expectSameStory(example(name), scenarios[name] ?? {});
    },
  );

  it('ends a crowded definition the same after a crash at any journal write', async () => {
    await expectSameStory(definitionOf(crowded), { script: crowdedScript });
  });

  it('delivers results that gathered behind a slow journal in the order of the journal', async () => {
    const branch = (name: string): string => `
      - ${name}:
          do:
            - one: { call: integration, with: { integration: ${name}, operation: one } }
            - two: { call: integration, with: { integration: ${name}, operation: two } }
          export: { as: '$context + {order: (($context.order // []) + ["${name}"])}' }`;
    const branches = ['a', 'b', 'c', 'd', 'e'].map(branch).join('').replaceAll('\n', '\n        ');
    const definition = definitionOf(`
do:
  - all:
      fork:
        branches:${branches}
      output: { as: $context.order }`);
    const turns: Readonly<Record<string, number>> = { a: 9, b: 3, c: 7, d: 1, e: 5 };
    const script: Script = {
      async call({ with: args }) {
        const count = turns[JSON.stringify(args['integration']).slice(1, 2)] ?? 0;
        for (let turn = 0; turn < count; turn += 1) await nextTurn();
        return null;
      },
    };
    const journal = crashingJournal([], Number.POSITIVE_INFINITY);
    const live = await runJob(definition, { script, journal });
    const full = { entries: live.journal, append: () => Promise.reject(new Error('complete')) };
    const replayed = await runJob(definition, { journal: full });
    expect(replayed.outcome).toEqual(live.outcome);
    expect(storyOf(replayed.events)).toEqual(storyOf(live.events));
    for (let after = 1; after <= live.journal.length; after += 1) {
      const { outcome } = await crashOnce(definition, { script }, after);
      expect(outcome.state === 'completed' && [...asList(outcome.output)].sort()).toEqual([
        'a',
        'b',
        'c',
        'd',
        'e',
      ]);
    }
  });

  it('performs no effect again whose result is in the journal', async () => {
    const { journal, host } = await runJob(crowded, { script: crowdedScript });
    const keys = host.calls.map((call) => call.key);
    expect(new Set(keys).size).toBe(keys.length);
    const again = scriptedHost(crowdedScript);
    await runDefinition(definitionOf(crowded), {
      input: {},
      host: again,
      journal: {
        entries: journal,
        append: () => Promise.reject(new Error('nothing is left to write')),
      },
      job: { id: 'job-1', startedAt: testStart },
      signal: new AbortController().signal,
      observe: () => undefined,
    });
    expect(again.calls).toEqual([]);
  });
});
