import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../kernel/json.ts';
import type { Definition } from './definition.ts';
import type { CallRequest } from './host.ts';
import { workflowError } from './problem.ts';
import { planOf, redrive } from './testing/redrive.ts';
import { definitionOf, runJob, type JobOptions, type JobReport } from './testing/run-job.ts';
import { crowded, crowdedScript, example, scenarios } from './testing/scenarios.ts';
import {
  scriptedHost,
  testStart,
  type Script,
  type ScriptedHost,
} from './testing/scripted-host.ts';

const hourMs = 3_600_000;
const later = testStart + 1_000 * hourMs;

/** A host for which the calls under some keys fail; what it is asked for is kept. */
function hostWith(script: Script, broken: ReadonlySet<string>, startAt?: number): ScriptedHost {
  return scriptedHost(
    {
      ...script,
      call(request, effect) {
        if (broken.has(effect.key))
          throw workflowError('communication', `${effect.key} is down`, { status: 599 });
        return script.call?.(request, effect) ?? null;
      },
    },
    startAt,
  );
}

const none = new Set<string>();

interface Broken {
  readonly definition: Definition;
  readonly options: JobOptions;
  readonly key: string;
}

/** Lets the call of one key fail once for all, then repairs it and redrives. */
async function mended({ definition, options, key }: Broken) {
  const script = options.script ?? {};
  const failed = await runJob(definition, { ...options, host: hostWith(script, new Set([key])) });
  if (failed.outcome.state !== 'faulted') return undefined;
  const host = hostWith(script, none, later);
  return { failed, ended: await redrive(definition, failed, { ...options, host, at: later }) };
}

const succeeded = (report: JobReport): string[] =>
  report.journal.filter(({ value }) => 'ok' in value).map(({ key }) => key);

async function expectMended(definition: Definition, options: JobOptions): Promise<void> {
  const clean = await runJob(definition, options);
  for (const key of new Set(clean.host.calls.map((call) => call.key))) {
    const mending = await mended({ definition, options, key });
    if (mending === undefined) continue;
    const { failed, ended } = mending;
    expect(ended.outcome, key).toEqual(clean.outcome);
    const again = new Set(ended.plan.again.map((entry) => entry.key));
    const done = succeeded(failed).filter((name) => !again.has(name));
    expect(ended.host.calls.filter((call) => done.includes(call.key))).toEqual([]);
  }
}

/** A run that has handled failures of its own ends otherwise than a clean one: these are looked at one by one. */
const withOwnFailures = new Set(['try-catch', 'try-catch-then', 'try-catch-then-directive']);

describe('a redrive from the failure', () => {
  it.each(Object.keys(scenarios).filter((name) => !withOwnFailures.has(name)))(
    'ends %s as a run without the failure, whichever call failed',
    async (name) => {
      await expectMended(example(name), scenarios[name] ?? {});
    },
  );

  it('ends a crowded definition as a run without the failure, whichever call failed', async () => {
    await expectMended(definitionOf(crowded), { script: crowdedScript });
  });

  it('mends one failure after the other', async () => {
    const definition = definitionOf(crowded);
    const options = { script: crowdedScript };
    const clean = await runJob(definition, options);
    const keys = [...new Set(clean.host.calls.map((call) => call.key))].filter((key) =>
      /first|second/.test(key),
    );
    let broken = new Set(keys);
    let report: JobReport = await runJob(definition, {
      ...options,
      host: hostWith(crowdedScript, broken),
    });
    for (let round = 1; report.outcome.state === 'faulted'; round += 1) {
      expect(round).toBeLessThanOrEqual(keys.length);
      broken = new Set([...broken].slice(1));
      const at = testStart + round * 1_000 * hourMs;
      const host = hostWith(crowdedScript, broken, at);
      report = await redrive(definition, report, { ...options, host, at });
    }
    expect(report.outcome).toEqual(clean.outcome);
  });

  it('does again what two failures took, twice in a row at the same place', async () => {
    const definition = definitionOf(`do:\n${call('one')}${call('two')}`);
    const broken = new Set(['/do/1/two']);
    const first = await runJob(definition, { host: hostWith({}, broken) });
    const host = hostWith({}, broken, later);
    const second = await redrive(definition, first, { host, at: later });
    expect(second.outcome.state).toBe('faulted');
    const at = later + hourMs;
    const third = await redrive(definition, second, { host: hostWith({}, none, at), at });
    expect(third.outcome.state).toBe('completed');
    expect(keysOf([first.host, second.host, third.host])).toEqual([
      ...['job-1:/do/0/one', 'job-1:/do/1/two', 'job-1:/do/1/two~1', 'job-1:/do/1/two~2'],
    ]);
  });
});

function call(name: string): string {
  return `  - ${name}: {call: integration, with: {integration: i, operation: ${name}}}\n`;
}

const inline = (name: string): string =>
  `{${name}: {call: integration, with: {integration: i, operation: ${name}}}}`;

function keysOf(hosts: readonly ScriptedHost[]): string[] {
  return hosts.flatMap(({ calls }) => calls.map(({ idempotencyKey }) => idempotencyKey));
}

const operationOf = ({ with: given }: CallRequest): string =>
  JSON.stringify(given['operation']).slice(1, -1);

interface Story {
  /** Operations that fail in the first life of the job. */
  readonly fail: readonly string[];
  readonly input?: JsonValue;
}

/** Runs until the job fails, repairs everything, redrives; answers what was called in each life. */
async function lives(source: string, { fail, input = {} }: Story) {
  const definition = definitionOf(source);
  const failing: Script = {
    call(request) {
      const operation = operationOf(request);
      if (fail.includes(operation)) throw workflowError('communication', 'down', { status: 503 });
      return { did: operation };
    },
  };
  const first = await runJob(definition, { input, host: scriptedHost(failing) });
  expect(first.outcome.state).toBe('faulted');
  const host = scriptedHost({ call: (request) => ({ did: operationOf(request) }) }, later);
  const second = await redrive(definition, first, { input, host, at: later });
  return {
    first: first.host.calls.map(operationOf),
    second: second.host.calls.map(operationOf),
    outcome: second.outcome,
    plan: second.plan,
    keys: keysOf([first.host, second.host]),
  };
}

const retrying = (count: number, more = ''): string =>
  `retry: {delay: PT1S, limit: {attempt: {count: ${String(count)}}}}${more}`;

describe('what a redrive from the failure does again', () => {
  it('keeps a fallback that was taken and repeats the later failure alone', async () => {
    const { first, second, outcome, plan } = await lives(
      `do:
  - work: {try: [${inline('risky')}], catch: {do: [${inline('fallback')}]}}
${call('late')}`,
      { fail: ['risky', 'late'] },
    );
    expect(first).toEqual(['risky', 'fallback', 'late']);
    expect(second).toEqual(['late']);
    expect(outcome.state).toBe('completed');
    expect(plan.kept.map(({ outcome: end }) => end)).toEqual(['FAILED', 'SUCCEEDED']);
  });

  it('keeps retries that ended well and repeats the later failure alone', async () => {
    const definition = definitionOf(
      `do:\n  - work: {try: [${inline('risky')}], catch: {${retrying(3)}}}\n${call('late')}`,
    );
    const broken = new Set(['/do/0/work@0/try/0/risky', '/do/0/work@1/try/0/risky', '/do/1/late']);
    const first = await runJob(definition, { host: hostWith({}, broken) });
    const host = hostWith({}, none, later);
    const second = await redrive(definition, first, { host, at: later });
    expect(second.outcome.state).toBe('completed');
    expect(second.host.calls.map(({ key }) => key)).toEqual(['/do/1/late']);
  });

  it('starts used-up retries afresh, with their whole count, time and keys', async () => {
    const { first, second, outcome, keys, plan } = await lives(
      `do:\n${call('before')}  - work: {try: [${inline('safe')}, ${inline('risky')}], catch: {retry: {delay: PT1S, limit: {duration: PT3S}}}}\n`,
      { fail: ['risky'] },
    );
    expect(new Set(first)).toEqual(new Set(['before', 'safe', 'risky']));
    expect(second).toEqual(['safe', 'risky']);
    expect(outcome.state).toBe('completed');
    expect(new Set(keys).size).toBe(keys.length);
    expect(plan.kept.map(({ key }) => key)).toEqual(['/do/0/before']);
  });

  it('gives retries that fail again their whole time again', async () => {
    const definition = definitionOf(
      `do:\n${call('before')}  - work: {try: [${inline('risky')}], catch: {retry: {delay: PT1S, limit: {duration: PT3S}}}}\n`,
    );
    const down: Script = {
      call(request) {
        if (operationOf(request) === 'before') return null;
        throw workflowError('communication', 'down', { status: 503 });
      },
    };
    const first = await runJob(definition, { host: scriptedHost(down) });
    const host = scriptedHost(down, later);
    const second = await redrive(definition, first, { host, at: later });
    expect(second.host.calls).toHaveLength(first.host.calls.length - 1);
  });

  it('goes on in a handler at the effect of it that failed', async () => {
    const { second, outcome } = await lives(
      `do:\n  - work: {try: [${inline('risky')}], catch: {do: [${inline('undo')}, ${inline('tell')}]}}\n`,
      { fail: ['risky', 'tell'] },
    );
    expect(second).toEqual(['tell']);
    expect(outcome.state).toBe('completed');
  });

  const giveUp = '{giveUp: {raise: {error: {type: https://example.com/undone, status: 502}}}}';

  it('does a compensated saga again as a whole, under new keys, and says so before', async () => {
    const { first, second, outcome, plan, keys } = await lives(
      `do:
${call('before')}  - work:
      try: [${inline('reserve')}, ${inline('charge')}]
      catch: {do: [${inline('release')}, ${giveUp}]}
`,
      { fail: ['charge'] },
    );
    expect(first).toEqual(['before', 'reserve', 'charge', 'release']);
    expect(second).toEqual(['reserve', 'charge']);
    expect(outcome.state).toBe('completed');
    expect(keys.slice(4)).toEqual([
      'job-1:/do/1/work@0/try/0/reserve~1',
      'job-1:/do/1/work@0/try/1/charge~1',
    ]);
    expect(plan.warnings).toEqual([
      expect.stringContaining('/do/1/work is done again from its beginning'),
      expect.stringContaining('/do/1/work@0/try/0/reserve, /do/1/work/catch/do/0/release'),
    ]);
  });

  it('repeats only what failed where a handler has just renamed the error', async () => {
    const { second, outcome } = await lives(
      `do:\n  - work: {try: [${inline('reserve')}, ${inline('charge')}], catch: {do: [${giveUp}]}}\n`,
      { fail: ['charge'] },
    );
    expect(second).toEqual(['charge']);
    expect(outcome.state).toBe('completed');
  });

  it('keeps what the other branches of a fork have done', async () => {
    const { second, outcome } = await lives(
      `do:\n  - all: {fork: {branches: [${inline('left')}, ${inline('right')}]}}\n`,
      { fail: ['right'] },
    );
    expect(second).toEqual(['right']);
    expect(outcome).toMatchObject({ output: [{ did: 'left' }, { did: 'right' }] });
  });

  it('repeats all branches of a race that nobody won', async () => {
    const { second, outcome } = await lives(
      `do:\n  - all: {fork: {compete: true, branches: [${inline('left')}, ${inline('right')}]}}\n`,
      { fail: ['left', 'right'] },
    );
    expect(second).toEqual(['left', 'right']);
    expect(outcome.state).toBe('completed');
  });

  it('finds an error behind a filter, an outer try and the rounds of a loop', async () => {
    const { second, outcome } = await lives(
      `do:
  - each:
      for: {in: '\${ [1, 2] }'}
      do:
        - outer:
            try:
              - inner: {try: [${inline('good')}, ${inline('risky')}], catch: {errors: {with: {status: 404}}}}
            catch: {errors: {with: {status: 405}}}
`,
      { fail: ['risky'] },
    );
    expect(second).toEqual(['risky', 'good', 'risky']);
    expect(outcome.state).toBe('completed');
  });

  it('says of an error that the definition raises by itself that it will come again', async () => {
    const { second, outcome, plan } = await lives(
      `do:\n${call('one')}  - stop: {raise: {error: {type: t, status: 400}}}\n`,
      { fail: [] },
    );
    expect(second).toEqual([]);
    expect(outcome.state).toBe('faulted');
    expect(plan.again).toEqual([]);
    expect(plan.warnings).toEqual([expect.stringContaining('will raise it again')]);
  });
});

/** Answers only from a moment on; before it a call takes longer than anybody waits. */
function slowUntil(repaired: boolean, startAt: number): ScriptedHost {
  return scriptedHost(
    {
      call: (request) =>
        repaired || operationOf(request) !== 'slow'
          ? { did: operationOf(request) }
          : new Promise<never>(() => undefined),
    },
    startAt,
  );
}

describe('deadlines after a redrive', () => {
  const shapes = {
    'of a task': `do:\n${call('one')}  - block: {do: [${inline('two')}, ${inline('slow')}], timeout: {after: PT0.5S}}\n`,
    'of the workflow': `timeout: {after: PT0.5S}\ndo:\n${call('one')}${call('two')}${call('slow')}`,
    'of an attempt': `do:\n${call('one')}  - block: {try: [${inline('slow')}], catch: {retry: {delay: PT1S, limit: {attempt: {count: 1, duration: PT0.5S}}}}}\n`,
  };

  it.each(Object.entries(shapes))('%s begin anew', async (_name, source) => {
    const definition = definitionOf(source);
    const first = await runJob(definition, { host: slowUntil(false, testStart) });
    expect(first.outcome).toMatchObject({ state: 'faulted', error: { status: 408 } });
    const again = await redrive(definition, first, { host: slowUntil(false, later), at: later });
    expect(again.outcome).toMatchObject({ state: 'faulted', error: { status: 408 } });
    expect(again.journal.filter(({ value }) => 'ok' in value && value.at > later)).not.toEqual([]);
    const at = later + hourMs;
    const mended = await redrive(definition, again, { host: slowUntil(true, at), at });
    expect(mended.outcome).toMatchObject({ state: 'completed', output: { did: 'slow' } });
    expect(mended.host.calls.map(operationOf)).toEqual(['slow']);
  });

  it('let a rest that is over be over, and begin one anew that is done again', async () => {
    const definition = definitionOf(
      `do:
  - all:
      fork:
        branches:
          - rest: {wait: PT2H}
          - work: {try: [{rest: {wait: PT1H}}, ${inline('charge')}], catch: {do: [${inline('undo')}, {no: {raise: {error: {type: t, status: 500}}}}]}}
`,
    );
    const broken = new Set(['/do/0/all/fork/branches/1/work@0/try/1/charge']);
    const first = await runJob(definition, { host: hostWith({}, broken) });
    const host = hostWith({}, none, later);
    const second = await redrive(definition, first, { host, at: later });
    expect(second.outcome.state).toBe('completed');
    expect(host.now()).toBe(later + hourMs);
  });

  it('ask for a decision anew with a new date', async () => {
    const definition = definitionOf(
      `do:\n  - ask: {call: approval, with: {title: Well, timeout: PT1H}}\n`,
    );
    const first = await runJob(definition, { host: scriptedHost({}) });
    expect(first.outcome).toMatchObject({ state: 'faulted', error: { status: 408 } });
    let dueAt: number | undefined;
    const approval: Script['approval'] = (wait) => {
      ({ dueAt } = wait);
      return { decision: 'approved' };
    };
    const host = scriptedHost({ approval }, later);
    const second = await redrive(definition, first, { host, at: later });
    expect(second.outcome.state).toBe('completed');
    expect(dueAt).toBe(later + hourMs);
  });
});

describe('a redrive from elsewhere', () => {
  const source = `do:
${call('one')}  - all:
      fork:
        branches:
          - left: {do: [${inline('two')}, ${inline('three')}]}
          - right: {do: [${inline('four')}]}
${call('five')}${call('six')}`;
  const definition = definitionOf(source);
  const broken = new Set(['/do/3/six']);

  it('START does everything again under new keys', async () => {
    const first = await runJob(definition, { host: hostWith({}, broken) });
    const host = hostWith({}, none, later);
    const second = await redrive(definition, first, { host, at: later, point: { from: 'START' } });
    expect(second.outcome.state).toBe('completed');
    expect(second.plan.kept).toEqual([]);
    expect(keysOf([host]).every((key) => key.endsWith('~1'))).toBe(true);
    expect(host.calls).toHaveLength(6);
  });

  it('a task does again what comes from it on and nothing beside it', async () => {
    const first = await runJob(definition, { host: hostWith({}, broken) });
    const host = hostWith({}, none, later);
    const point = { from: 'TASK', task: '/do/1/all/fork/branches/0/left/do/1/three' } as const;
    const second = await redrive(definition, first, { host, at: later, point });
    expect(second.outcome.state).toBe('completed');
    expect(host.calls.map(operationOf)).toEqual(['three', 'five', 'six']);
    expect(second.plan.warnings).toEqual([expect.stringContaining('left/do/1/three, /do/2/five')]);
  });

  it('emits an event that is done again as another event', async () => {
    const emitting = definitionOf(
      `do:\n  - tell: {emit: {event: {with: {type: told.v1}}}}\n${call('six')}`,
    );
    const first = await runJob(emitting, { host: hostWith({}, new Set(['/do/1/six'])) });
    const host = hostWith({}, none, later);
    await redrive(emitting, first, { host, at: later, point: { from: 'START' } });
    expect(host.emitted).toHaveLength(1);
    expect(host.emitted[0]?.id).not.toBe(first.host.emitted[0]?.id);
  });

  it('a task that the job has not come to is refused', async () => {
    const first = await runJob(definition, { host: hostWith({}, new Set(['/do/0/one'])) });
    const point = { from: 'TASK', task: '/do/3/six' } as const;
    await expect(planOf(definition, first, { point })).rejects.toThrow('has not come to /do/3/six');
  });
});
