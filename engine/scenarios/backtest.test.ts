import { describe, expect, it } from 'vitest';
import { asJson } from '../json-text.ts';
import { definitionOf, runJob } from '../testing/run-job.ts';
import { testStart } from '../testing/scripted-host.ts';
import { backtest, type PastJob } from './backtest.ts';

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

/** A job of that definition with its journal. */
async function past(price: number): Promise<PastJob> {
  const former = definitionOf(source);
  const input = { sku: 'A' };
  const script = {
    call: ({ with: args }: { with: { readonly operation?: unknown } }) =>
      args.operation === 'price' ? price : { ok: true },
  };
  const { journal } = await runJob(former, { input, script });
  const job = {
    id: 'job-1',
    startedAt: testStart,
    input,
    limits: {},
    entries: journal,
    secrets: {},
  };
  return { former, job };
}

describe('a backtest', () => {
  it('finds the same where nothing would change, whatever order calls stand in', async () => {
    const renamed = source
      .replaceAll('look:', 'ask:')
      .replaceAll('accept:', 'take:')
      .replaceAll('then: accept', 'then: take');
    for (const price of [50, 500])
      expect(await backtest(definitionOf(renamed), await past(price))).toEqual({
        ...{ verdict: 'same', was: 'completed', wouldBe: 'completed' },
        ...{ changes: [], dropped: [], unrecorded: [] },
      });
  });

  it('tells what would come out otherwise, and which calls would not be made', async () => {
    const stricter = definitionOf(source.replace('. < 100', '. < 10'));
    expect(await backtest(stricter, await past(50))).toEqual({
      ...{ verdict: 'changed', was: 'completed', wouldBe: 'completed' },
      ...{ dropped: ['integration shop.order'], unrecorded: [] },
      changes: [
        {
          path: '/decisions/decide',
          message: 'decide decided for cheap, and would for dear',
          ...{ expected: 'cheap', actual: 'dear' },
        },
        {
          path: '/output/decision',
          message: 'expected "accepted", but was "refused"',
          ...{ expected: '"accepted"', actual: '"refused"' },
        },
      ],
    });
    expect(await backtest(stricter, await past(500))).toMatchObject({ verdict: 'same' });
  });

  it('does not guess what a call would have answered that was never made', async () => {
    const generous = definitionOf(source.replace('. < 100', '. < 1000'));
    const { verdict, wouldBe, changes, unrecorded } = await backtest(generous, await past(500));
    expect([verdict, wouldBe]).toEqual(['unknown', undefined]);
    expect(unrecorded).toEqual(['integration shop.order']);
    expect(changes.map(({ path }) => path)).toEqual(['/decisions/decide', '']);
    expect(changes[1]?.message).toContain('nothing answers integration shop.order of /do/2/accept');
  });

  it('tells of an input that would be refused', async () => {
    const schema = 'input: { schema: { document: { required: [amount] } } }\n';
    const { verdict, changes } = await backtest(definitionOf(`${schema}${source}`), await past(50));
    expect(verdict).toBe('changed');
    expect(changes[0]?.message).toContain('its input was refused');
    expect(asJson(changes)).toHaveLength(1);
  });
});
