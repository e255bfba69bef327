import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import type { JsonObject } from '../../kernel/json.ts';
import type { Definition } from '../definition.ts';
import { workflowError } from '../problem.ts';
import { definitionOf, runJob, type JobOptions } from '../testing/run-job.ts';
import { crowded, crowdedScript, example, scenarios } from '../testing/scenarios.ts';
import { testEvent, testStart } from '../testing/scripted-host.ts';
import { judge } from './judge.ts';
import { recordScenario } from './record-scenario.ts';
import { playScenario } from './run-scenario.ts';
import { readScenarios, scenariosOf } from './scenario-document.ts';

/** Runs a job, records it, writes the scenario down, and plays what is read of it. */
async function again(definition: Definition, options: JobOptions) {
  const { outcome, journal, host } = await runJob(definition, options);
  const job = {
    ...{ id: 'job-1', startedAt: testStart, input: options.input ?? {}, limits: {} },
    ...{ entries: journal, secrets: options.script?.secrets ?? {} },
  };
  const scenario = await recordScenario(definition, job, { name: 'recorded' });
  const { file, findings } = readScenarios(
    stringify({ scenarios: [scenario] }, { aliasDuplicateObjects: false }),
  );
  if (file === undefined) throw new Error(JSON.stringify(findings));
  const [only] = scenariosOf(file);
  if (only === undefined) throw new Error('nothing was recorded');
  const played = await playScenario(definition, only);
  return { outcome, scenario, host, misses: judge(only.expect, played), ending: played.ending };
}

describe('a recorded job goes the same way', () => {
  // The document of an OpenAPI call is no result of its own: it has to be added under `calls`.
  const names = Object.keys(scenarios).filter((name) => name !== 'call-openapi');

  it.each(names)('%s', async (name) => {
    const { outcome, ending, misses } = await again(example(name), scenarios[name] ?? {});
    expect(misses).toEqual([]);
    expect(ending.state).toBe(outcome.state);
    if (outcome.state === 'completed') expect(ending).toEqual(outcome);
  });

  it('with a bit of everything', async () => {
    const { outcome, ending, misses, scenario } = await again(definitionOf(crowded), {
      input: {},
      script: crowdedScript,
    });
    expect(misses).toEqual([]);
    expect(ending).toEqual(outcome);
    expect(Object.keys(scenario)).toEqual([
      'name',
      'job',
      'at',
      'input',
      'calls',
      'approvals',
      'expect',
    ]);
  });

  it('with errors of calls, late answers, events and secrets', async () => {
    const source = `
use: { secrets: [token] }
do:
  - wait: { wait: PT3H }
  - attempt:
      try:
        - call: { call: integration, with: { integration: shop, operation: find, arguments: { id: 7 } } }
      catch: { as: problem, do: [{ note: { set: { status: '\${ $problem.status }' } } }] }
  - listen: { listen: { to: { one: { with: { type: go } } } }, output: { as: '.[0]' } }
  - send: { emit: { event: { with: { type: gone, data: '\${ . }' } } } }
`;
    const { misses, scenario } = await again(definitionOf(source), {
      script: {
        call() {
          throw workflowError('communication', 'down', { status: 503 });
        },
        events: [testEvent('go', { n: 1 })],
        secrets: { token: 'opensesame' },
      },
    });
    expect(misses).toEqual([]);
    expect(scenario).toMatchObject({
      secrets: { token: 'token' },
      calls: [
        {
          integration: 'shop.find',
          with: { id: 7 },
          fails: { error: 'communication', status: 503, detail: 'down' },
        },
      ],
      events: [{ type: 'go', data: { n: 1 }, after: 'PT3H' }],
      expect: { emits: [{ type: 'gone', data: { n: 1 }, times: 1 }] },
    });
    expect(JSON.stringify(scenario)).not.toContain('opensesame');
  });

  it('as far as it came, where it still waits', async () => {
    const source = `do:\n  - ask: { call: approval, with: { title: Pay it? } }\n`;
    const { misses, scenario } = await again(definitionOf(source), { script: {} });
    expect(misses).toEqual([]);
    expect((scenario['expect'] as JsonObject)['state']).toBe('waiting');
  });
});
