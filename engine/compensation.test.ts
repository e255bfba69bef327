import { describe, expect, it } from 'vitest';

import type { JsonValue } from '../kernel/json.ts';
import { cancelKey } from './compensation.ts';
import { memoryJournal, type JournalEntry } from './journal.ts';
import { loadDefinition } from './load-definition.ts';
import { workflowError } from './problem.ts';
import { planOf } from './testing/redrive.ts';
import { definitionOf, runJob, storyOf } from './testing/run-job.ts';
import { testStart, type Script } from './testing/scripted-host.ts';

const call = (what: string, more = '') =>
  `{ call: http, with: { method: post, endpoint: 'https://shop.example/${what}'${more} } }`;

const saga = `
use:
  functions:
    refund: ${call('refund', ", body: '${ .output }'")}
    release: ${call('release', ", body: '${ .input }'")}
do:
  - charge: { call: http, with: { method: post, endpoint: https://shop.example/charge }, output: { as: { paid: 5 } }, metadata: { compensate: refund } }
  - note: { set: { order: 7 } }
  - reserve: { call: http, with: { method: post, endpoint: https://shop.example/reserve }, metadata: { compensate: { function: release, retry: { delay: PT1S, limit: { attempt: { count: 2 } } } } } }
  - ship: ${call('ship')}
  - wait: { wait: PT1H }
`;

/** Answers calls; those that are named fail as often as is said. */
function shop(failing: Readonly<Record<string, number>> = {}) {
  const left = { ...failing };
  const made: string[] = [];
  const bodies: Record<string, string> = {};
  const script: Script = {
    call: ({ with: asked }) => {
      const uri = typeof asked['uri'] === 'string' ? asked['uri'] : '';
      const what = uri.split('/').at(-1) ?? '';
      made.push(what);
      if (typeof asked['body'] === 'string') bodies[what] = asked['body'];
      const times = left[what] ?? 0;
      left[what] = times - 1;
      if (times > 0) throw workflowError('communication', `${what} is down`);
      const request = { method: 'post', uri, headers: {} };
      return { request, statusCode: 200, headers: {}, bodyBase64: '' };
    },
  };
  return { made, bodies, script };
}

const cancelled = (at: number): JournalEntry => ({
  key: cancelKey,
  value: { at, ok: { by: 'Ada' } as JsonValue },
});

describe('a run that faults', () => {
  it('undoes what has completed, the last first, with the inputs and outputs of its tasks', async () => {
    const { made, bodies, script } = shop({ ship: 9 });
    const { outcome, events } = await runJob(saga, { script });
    expect(outcome).toMatchObject({ state: 'faulted', error: { detail: 'ship is down' } });
    expect(made).toEqual(['charge', 'reserve', 'ship', 'release', 'refund']);
    expect(bodies).toEqual({ release: '{"order":7}', refund: '{"paid":5}' });
    const story = storyOf(events);
    expect(story).toContain('workflow.status-changed');
    expect(story.at(-1)).toBe('workflow.faulted');
  });

  it('does each once, wherever it broke off and was replayed', async () => {
    const whole = await runJob(saga, { script: shop({ ship: 9 }).script });
    for (let length = 0; length <= whole.journal.length; length += 1) {
      const { made, script } = shop(length >= 3 ? {} : { ship: 9 });
      const journal = memoryJournal(whole.journal.slice(0, length));
      const { outcome } = await runJob(saga, { script, journal });
      expect(outcome).toEqual(whole.outcome);
      expect(made).toEqual(['charge', 'reserve', 'ship', 'release', 'refund'].slice(length));
    }
  });

  it('tries one again as its policy says, records that it failed, and undoes the others', async () => {
    const again = shop({ ship: 9, release: 1 });
    await runJob(saga, { script: again.script });
    expect(again.made.slice(3)).toEqual(['release', 'release', 'refund']);
    const broken = shop({ ship: 9, release: 9 });
    const { outcome, events } = await runJob(saga, { script: broken.script });
    expect(broken.made.at(-1)).toBe('refund');
    expect(outcome).toMatchObject({ error: { detail: 'ship is down' } });
    const faulted = events.filter(({ type }) => type === 'task.faulted.v1');
    expect(faulted.map(({ name }) => name)).toContain('undo reserve');
  });

  it('undoes nothing that was skipped, has not completed or ended well', async () => {
    const early = shop({ reserve: 9 });
    await runJob(saga, { script: early.script });
    expect(early.made).toEqual(['charge', 'reserve', 'refund']);
    const skipped = shop({ ship: 9 });
    await runJob(saga.replace('- charge: {', "- charge: { if: '${ false }',"), {
      script: skipped.script,
    });
    expect(skipped.made).toEqual(['reserve', 'ship', 'release']);
    const well = shop();
    const { outcome } = await runJob(saga, { script: well.script });
    expect(outcome.state).toBe('completed');
    expect(well.made).toEqual(['charge', 'reserve', 'ship']);
  });
});

describe('a run that is cancelled', () => {
  it('undoes what its journal says has completed, and asks for nothing else', async () => {
    const whole = await runJob(saga, { script: shop().script });
    const kept = whole.journal.slice(0, 2);
    const { made, script } = shop();
    const journal = memoryJournal([...kept, cancelled(testStart + 5)]);
    const { outcome, events } = await runJob(saga, { script, journal });
    expect(outcome).toEqual({ state: 'cancelled' });
    expect(made).toEqual(['release', 'refund']);
    expect(storyOf(events).at(-1)).toBe('workflow.cancelled');
  });

  it('only begins again from the start', async () => {
    const definition = definitionOf(saga);
    const report = await runJob(definition, { script: shop({ ship: 9 }).script });
    await expect(planOf(definition, report, {})).rejects.toThrow(/only begin from START/);
    const { kept } = await planOf(definition, report, { point: { from: 'START' } });
    expect(kept).toEqual([]);
  });
});

describe('a compensation', () => {
  const head = 'document: {dsl: 1.0.3, namespace: tests, name: test, version: 1.0.0}';
  it.each([
    ['refnd', 'reference/function', '/do/0/charge/metadata/compensate'],
    ['{ call: refund }', 'compensation/shape', '/do/0/charge/metadata/compensate'],
    [
      '{ function: refund, retry: often }',
      'reference/retry',
      '/do/0/charge/metadata/compensate/retry',
    ],
  ])('that is %s is found when it is validated', (model, id, path) => {
    const source = `${head}\n${saga.replace('compensate: refund', `compensate: ${model}`)}`;
    const { findings } = loadDefinition(source);
    expect(findings).toContainEqual(expect.objectContaining({ id, path, severity: 'error' }));
  });
});
