import { expect, it } from 'vitest';
import { runJob } from '../testing/run-job.ts';

const source = `do:
  - ask: { call: approval, with: { title: Pay?, approvers: '\${ .approvers }' } }
`;

it.each([null, 'Anna', [], [7], ['Anna', ''], [['Anna']], '${ ["Anna"] }'])(
  'asks nobody when the approvers turn out to be %j',
  async (approvers) => {
    const { outcome } = await runJob(source, { input: { approvers } });
    expect(outcome).toMatchObject({
      state: 'faulted',
      error: { status: 400, detail: 'the approvers of ask are not a list of names' },
    });
  },
);

it('asks those that an expression names', async () => {
  const { outcome } = await runJob(source, { input: { approvers: ['Anna', 'Bo'] } });
  expect(outcome).toMatchObject({ state: 'waiting', waits: [{ approvers: ['Anna', 'Bo'] }] });
});
