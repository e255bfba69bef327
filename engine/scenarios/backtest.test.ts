import { describe, expect, it } from 'vitest';
import { asJson } from '../json-text.ts';
import { definitionOf, runJob } from '../testing/run-job.ts';
import { testStart } from '../testing/scripted-host.ts';
import { backtest } from './backtest.ts';
import { recordScenario } from './record-scenario.ts';
import { readScenarios, scenariosOf } from './scenario-document.ts';

const source = `
do:
  - look: { call: integration, with: { integration: shop, operation: price, arguments: { sku: '\${ .sku }' } } }
  - decide:
      switch:
        - cheap: { when: . < 100, then: accept }
        - dear: { then: refuse }
  - accept:
      call: integration
      with: { integration: shop, operation: order, arguments: { sku: '\${ $workflow.input.sku }' } }
      output: { as: '{decision: "accepted"}' }
      then: end
  - refuse: { set: { decision: refused } }
`;

/** A job of that definition, as it was recorded. */
async function recorded(price: number) {
  const definition = definitionOf(source);
  const input = { sku: 'A' };
  const script = {
    call: ({ with: args }: { with: { readonly operation?: unknown } }) =>
      args.operation === 'price' ? price : { ok: true },
  };
  const { journal } = await runJob(definition, { input, script });
  const job = {
    id: 'job-1',
    startedAt: testStart,
    input,
    limits: {},
    entries: journal,
    secrets: {},
  };
  const scenario = await recordScenario(definition, job, 'job-1');
  const { file } = readScenarios(JSON.stringify({ scenarios: [scenario] }));
  const [only] = file === undefined ? [] : scenariosOf(file);
  if (only === undefined) throw new Error('unreadable');
  return only;
}

describe('a backtest', () => {
  it('finds the same where nothing would change, whatever order calls stand in', async () => {
    const renamed = source
      .replaceAll('look:', 'ask:')
      .replaceAll('accept:', 'take:')
      .replaceAll('then: accept', 'then: take');
    for (const price of [50, 500])
      expect(await backtest(definitionOf(renamed), await recorded(price))).toEqual({
        ...{ name: 'job-1', verdict: 'same', changes: [], dropped: [] },
      });
  });

  it('tells what would come out otherwise, and which calls would not be made', async () => {
    const stricter = definitionOf(source.replace('. < 100', '. < 10'));
    expect(await backtest(stricter, await recorded(50))).toEqual({
      ...{ name: 'job-1', verdict: 'changed', dropped: ['integration shop.order'] },
      changes: [{ path: '/output/decision', message: 'expected "accepted", but was "refused"' }],
    });
    expect(await backtest(stricter, await recorded(500))).toMatchObject({ verdict: 'same' });
  });

  it('does not guess what a call would have answered that was never made', async () => {
    const generous = definitionOf(source.replace('. < 100', '. < 1000'));
    const { verdict, changes } = await backtest(generous, await recorded(500));
    expect(verdict).toBe('unknown');
    expect(changes[0]?.message).toContain('nothing answers integration shop.order of /do/2/accept');
  });

  it('tells of an input that would be refused', async () => {
    const schema = 'input: { schema: { document: { required: [amount] } } }\n';
    const { verdict, changes } = await backtest(
      definitionOf(`${schema}${source}`),
      await recorded(50),
    );
    expect(verdict).toBe('changed');
    expect(changes[0]?.message).toContain('its input was refused');
    expect(asJson(changes)).toHaveLength(1);
  });
});
