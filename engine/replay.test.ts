import { readFileSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { Definition } from './definition.ts';
import type { JsonValue } from '../kernel/json.ts';
import { isJsonArray } from './json-text.ts';
import type { Journal, JournalEntry } from './journal.ts';
import type { LifecycleEvent } from './lifecycle.ts';
import { workflowError } from './problem.ts';
import { runDefinition, type Outcome } from './run.ts';
import { definitionOf, keep, runJob, storyOf, type JobOptions } from './testing/run-job.ts';
import { scriptedHost, testEvent, testStart, type Script } from './testing/scripted-host.ts';

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

function example(name: string): Definition {
  return definitionOf(
    readFileSync(new URL(`../tests/conformance/examples/${name}.yaml`, import.meta.url), 'utf8'),
  );
}

const pet = { id: 1, name: 'Rex', status: 'available' };

function http(status: number, body: unknown): Script {
  return {
    call: (request) =>
      request.kind === 'resource' ? { content: JSON.stringify(petstore) } : answer(status, body),
  };
}

function answer(status: number, body: unknown) {
  return {
    request: { method: 'GET', uri: 'https://example.com', headers: {} },
    statusCode: status,
    headers: { 'content-type': 'application/json' },
    bodyBase64: Buffer.from(JSON.stringify(body)).toString('base64'),
  };
}

const petstore = {
  swagger: '2.0',
  host: 'petstore.swagger.io',
  basePath: '/v2',
  schemes: ['https'],
  paths: {
    '/pet/findByStatus': {
      get: { operationId: 'findPetsByStatus', parameters: [{ name: 'status', in: 'query' }] },
    },
  },
};

const temperature = testEvent('com.fake-hospital.vitals.measurements.temperature', {
  temperature: 39,
});
const bpm = testEvent('com.fake-hospital.vitals.measurements.bpm', { bpm: 50 });
const checkedOut = testEvent('com.fake-hospital.patient.checked-out');

const scenarios: Readonly<Record<string, JobOptions>> = {
  'authentication-bearer': { input: { token: 't', petId: 1 }, script: http(200, pet) },
  'authentication-bearer-uri-format': { input: { token: 't', petId: 1 }, script: http(200, pet) },
  'call-custom-function-inline': { script: http(200, pet) },
  'call-http-endpoint-interpolation': { input: { petId: 1 }, script: http(200, pet) },
  'call-http-query-parameters': {
    input: { searchQuery: 'luke' },
    script: http(200, { results: [] }),
  },
  'call-openapi': { script: http(200, [pet]) },
  'conditional-task': { input: { customer: { age: 20 } }, script: http(200, {}) },
  'do-multiple': { script: http(200, pet) },
  emit: {},
  'for-inline-array': { input: { processed: [] } },
  fork: {
    input: { patient: { fullName: 'A' }, room: { number: 1 } },
    script: http(200, { ok: true }),
  },
  'listen-to-all': { script: { events: [temperature, bpm] } },
  'listen-to-any': { script: { events: [bpm] } },
  'listen-to-any-filter': {
    script: { events: [testEvent(temperature.type, { temperature: 36 }), bpm] },
  },
  'listen-to-any-until-condition': { script: { events: [bpm, bpm, temperature, bpm] } },
  'listen-to-any-until-consumed': { script: { events: [bpm, temperature, checkedOut] } },
  'listen-to-one': {
    script: {
      ...http(200, {}),
      events: [testEvent('com.virtual-wf-powered-race.events.race.started.v1')],
    },
  },
  'raise-inline': {},
  'raise-reusable': {},
  'run-subflow': { script: { child: () => ({ output: { registered: true } }) } },
  set: { input: [{ a: 1 }] },
  'set-expression': { input: [{ a: 1 }] },
  'star-wars-homeworld': {
    input: { id: 1 },
    script: http(200, { homeworld: 'https://swapi.dev/api/planets/1', name: 'x' }),
  },
  'switch-then-string': { input: { orderType: 'physical' } },
  'try-catch': { input: { petId: 1 }, script: http(404, {}) },
  'try-catch-then': { input: { petId: 1 }, script: http(404, {}) },
  'try-catch-then-directive': { script: http(503, {}) },
  'try-catch-retry-inline': { input: { petId: 1 }, script: http(503, {}) },
  'try-catch-retry-reusable': { input: { petId: 1 }, script: http(503, {}) },
  'wait-duration-inline': {},
  'wait-duration-iso8601': {},
};

const crowded = `
do:
  - prepare:
      set: { items: [1, 2, 3] }
  - work:
      for: { in: .items }
      do:
        - both:
            fork:
              branches:
                - left:
                    do:
                      - first: { call: integration, with: { integration: a, operation: first } }
                      - second: { call: integration, with: { integration: a, operation: second } }
                    export: { as: '$context + {left: (($context.left // 0) + 1)}' }
                - right:
                    try:
                      - third: { call: integration, with: { integration: b, operation: third } }
                    catch:
                      as: problem
                      retry: { delay: PT5S, jitter: { from: PT1S, to: PT3S }, limit: { attempt: { count: 2 } } }
                      do:
                        - note: { set: { failed: '\${ $problem.status }' } }
                    timeout: { after: PT1H }
                - human: { call: approval, with: { title: 'Item \${ $item }' } }
            output: { as: '{left: .[0], right: .[1], human: .[2].decision}' }
        - pause: { wait: PT2H }
        - tell: { emit: { event: { with: { type: done.v1, data: '\${ . }' } } } }
        - restore: { set: { items: [1, 2, 3] } }
  - quick:
      fork:
        compete: true
        branches:
          - slow: { wait: PT1H }
          - fast: { call: integration, with: { integration: a, operation: first } }
      output: { as: '{fast: ., left: $context.left}' }
`;

const crowdedScript: Script = {
  call({ with: args }) {
    if (args['operation'] === 'third')
      throw workflowError('communication', 'down', { status: 503 });
    return { did: args['operation'] ?? null };
  },
  approval: () => ({ decision: 'approved' }),
};

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
