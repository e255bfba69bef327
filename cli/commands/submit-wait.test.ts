import { expect, it } from 'vitest';

import { typed } from '../testing/typed-command.ts';

const job = { id: 'j', state: 'SUCCEEDED', output: { total: 3 }, error: null };

it('jobs submit --wait tells the id on standard error, and the output alone on standard output', async () => {
  const { stdout, stderr, operations } = await typed(['jobs', 'submit', 'a', '--wait'], {
    SubmitJob: { submitJob: { job: { ...job, state: 'QUEUED' }, userErrors: [] } },
    RunJob: { runJob: { job, userErrors: [] } },
  });
  expect(operations).toEqual(['SubmitJob', 'RunJob']);
  expect(stderr).toBe('job j\n');
  expect(JSON.parse(stdout)).toEqual({ total: 3 });
});
