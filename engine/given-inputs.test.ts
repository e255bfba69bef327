import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../kernel/json.ts';
import { workflowError } from './problem.ts';
import { planOf, redrive } from './testing/redrive.ts';
import { definitionOf, runJob, type JobReport } from './testing/run-job.ts';
import { scriptedHost, testStart, type ScriptedHost } from './testing/scripted-host.ts';

const call = (name: string): string =>
  `{${name}: {call: integration, with: {integration: i, operation: ${name}, arguments: {got: '\${ . }'}}}}`;

const later = testStart + 1_000_000;

/** Answers with the name of the operation, but for those that fail for now. */
function hostAt(at: number, broken: readonly string[] = []): ScriptedHost {
  return scriptedHost(
    {
      call({ with: given }) {
        const name = operationOf(given);
        if (broken.includes(name)) throw workflowError('communication', 'down', { status: 503 });
        return { did: name };
      },
    },
    at,
  );
}

const operationOf = (given: JsonValue): string =>
  (given as { readonly operation: string }).operation;

/** What each call was handed, by its name. */
const told = ({ calls }: ScriptedHost): JsonValue[] =>
  calls.map(({ with: given }) => [
    operationOf(given),
    (given as unknown as { readonly arguments: { readonly got: JsonValue } }).arguments.got,
  ]);

const keys = ({ calls }: ScriptedHost): string[] =>
  calls.map(({ idempotencyKey }) => idempotencyKey.replace('job-1:', ''));

const three = definitionOf(`do:\n  - ${call('one')}\n  - ${call('two')}\n  - ${call('three')}\n`);

describe('a redrive from a task with another input', () => {
  it('gives it to that task, keeps what is before and does what comes after again, under new keys', async () => {
    const first = await runJob(three, { host: hostAt(testStart, ['three']) });
    const host = hostAt(later);
    const point = { from: 'TASK', task: '/do/1/two', input: { edited: 1 } } as const;
    const second = await redrive(three, first, { host, at: later, point });
    expect(second.outcome).toEqual({ state: 'completed', output: { did: 'three' } });
    expect(told(host)).toEqual([
      ['two', { edited: 1 }],
      ['three', { did: 'two' }],
    ]);
    expect(keys(host)).toEqual(['/do/1/two~1', '/do/2/three~1']);
  });

  it.each([[null], [0], [false], ['text'], [[]]])('takes %j for an input', async (input) => {
    const first = await runJob(three, { host: hostAt(testStart, ['three']) });
    const host = hostAt(later);
    const point = { from: 'TASK', task: '/do/1/two', input } as const;
    await redrive(three, first, { host, at: later, point });
    expect(told(host)[0]).toEqual(['two', input]);
  });

  it('holds for every later replay and redrive, until the task itself begins anew', async () => {
    const first = await runJob(three, { host: hostAt(testStart, ['three']) });
    const point = { from: 'TASK', task: '/do/1/two', input: 'edited' } as const;
    const second = await redrive(three, first, {
      ...{ host: hostAt(later, ['three']), at: later, point },
    });
    expect(second.outcome.state).toBe('faulted');

    const fromFailure = hostAt(later + 1);
    const third = await redrive(three, second, { host: fromFailure, at: later + 1 });
    expect(third.outcome.state).toBe('completed');
    expect(keys(fromFailure)).toEqual(['/do/2/three~2']);
    const replayed = await runJob(three, { host: hostAt(later + 2), journal: kept(third) });
    expect(replayed.outcome).toEqual(third.outcome);
    expect(replayed.host.calls).toEqual([]);

    const anew = hostAt(later + 1);
    await redrive(three, second, {
      ...{ host: anew, at: later + 1, point: { from: 'TASK', task: '/do/1/two' } as const },
    });
    expect(told(anew)[0]).toEqual(['two', { did: 'one' }]);
    const whole = hostAt(later + 1);
    await redrive(three, second, { host: whole, at: later + 1, point: { from: 'START' } });
    expect(told(whole)[1]).toEqual(['two', { did: 'one' }]);
  });

  it('is for one round of a loop and one branch of a fork, by the key of the step', async () => {
    const definition = definitionOf(`do:
  - all:
      fork:
        branches:
          - each:
              for: {in: '\${ [1, 2, 3] }'}
              do: [${call('round')}]
          - beside: {do: [${call('other')}]}
  - ${call('last')}
`);
    const first = await runJob(definition, { host: hostAt(testStart, ['last']) });
    const host = hostAt(later);
    const task = '/do/0/all/fork/branches/0/each@1/do/0/round';
    const point = { from: 'TASK', task, input: 'edited' } as const;
    const second = await redrive(definition, first, { host, at: later, point });
    expect(second.outcome.state).toBe('completed');
    expect(told(host)).toEqual([
      ['round', 'edited'],
      ['round', { did: 'round' }],
      ['last', [{ did: 'round' }, { did: 'other' }]],
    ]);
  });

  it('renews the key of a call that was under way, which has no result', async () => {
    const stuck = scriptedHost({
      call: ({ with: given }) => {
        if (operationOf(given) === 'two') throw new Error('the process is gone');
        return { did: operationOf(given) };
      },
    });
    const entries: JobReport['journal'][number][] = [];
    const journal = {
      entries,
      append(entry: (typeof entries)[number]) {
        entries.push(entry);
        return Promise.resolve();
      },
    };
    await expect(runJob(three, { host: stuck, journal })).rejects.toThrow('the process is gone');
    const dead = { journal: entries, outcome: { state: 'cancelled' } } as const;
    const plain = await planOf(three, dead, { point: { from: 'TASK', task: '/do/1/two' } });
    expect(plain.mark.renewed).toEqual([]);
    const host = hostAt(later);
    const point = { from: 'TASK', task: '/do/1/two', input: 'edited' } as const;
    await redrive(three, dead, { host, at: later, point });
    expect(keys(host)).toEqual(['/do/1/two~1', '/do/2/three']);
  });

  it('says what does not fit the schema of the task', async () => {
    const strict = definitionOf(`do:
  - ${call('one')}
  - two:
      input: {schema: {document: {type: object, required: [amount], properties: {amount: {type: number}}}}}
      call: integration
      with: {integration: i, operation: two}
`);
    const first = await runJob(strict, { host: hostAt(testStart) });
    expect(first.outcome.state).toBe('faulted');
    const planned = (input: JsonValue) =>
      planOf(strict, first, { point: { from: 'TASK', task: '/do/1/two', input } });
    expect((await planned({ amount: 'much' })).refused).toMatchObject([
      { code: 'INPUT_INVALID', field: '/amount' },
    ]);
    expect((await planned({ amount: 1 })).refused).toBeUndefined();
  });
});

/** The journal of a job that is over, for another look at it. */
function kept({ journal }: JobReport) {
  return { entries: journal, append: () => Promise.reject(new Error('nothing is new')) };
}
