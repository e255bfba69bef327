import { describe, expect, it } from 'vitest';

import { typed } from '../testing/typed-command.ts';

const job = (state: string) => ({ Job: { job: { id: 'j', state } } });

describe('--dry-run with an id', () => {
  it.each([
    ['cancel', 'RUNNING', 'j is RUNNING and would be cancelled\n', 0],
    ['pause', 'QUEUED', 'j is QUEUED and would be paused\n', 0],
    ['resume', 'PAUSED', 'j is PAUSED and would be resumed\n', 0],
    ['cancel', 'SUCCEEDED', 'j is SUCCEEDED and cannot be cancelled\n', 1],
  ])('of jobs %s only asks for the job, which is %s', async (...row) => {
    const [act, state, stdout, exitCode] = row;
    const told = await typed(['jobs', act, 'j', '--dry-run'], job(state));
    expect(told).toEqual({ stdout, exitCode, stderr: '', fault: undefined, operations: ['Job'] });
  });

  it('of jobs redrive asks for the plan and does not begin', async () => {
    const redrivePlan = { kept: [], keptCount: 2, again: [], againCount: 1, warnings: [] };
    const { stdout, operations } = await typed(['jobs', 'redrive', 'j', '--dry-run'], {
      RedrivePlan: { redrivePlan },
    });
    expect(operations).toEqual(['RedrivePlan']);
    expect(stdout).toContain('Results that are kept: 2, taken away: 1.');
  });

  it('says that there is no such job', async () => {
    const { fault } = await typed(['jobs', 'cancel', 'j', '--dry-run'], { Job: { job: null } });
    expect(fault).toBe('job j does not exist (NOT_FOUND)');
  });
});

it('jobs cancel of an agent that is not there says so', async () => {
  const payload = { operation: null, matched: 0, isMore: false, userErrors: [] };
  const { fault } = await typed(['jobs', 'cancel', '--agent', 'nosuch', '--dry-run'], {
    CancelJobs: { cancelJobs: payload },
    FindAgent: { agent: null },
  });
  expect(fault).toBe('agent nosuch does not exist (NOT_FOUND)');
});

it.each([
  ['redrive', '--plan'],
  ['cancel', '--force'],
])('jobs %s refuses %s for many jobs, where it would be passed over', async (act, option) => {
  const { fault, operations } = await typed(['jobs', act, '--agent', 'a', option]);
  expect(fault).toBe(`${option} is for one job: give its id in place of --agent and --state`);
  expect(operations).toEqual([]);
});
