import { describe, expect, it } from 'vitest';
import { definitionOf, runJob } from '../../engine/testing/run-job.ts';
import { readConfig } from '../../kernel/config/config.ts';
import { engineLimits } from './engine-limits.ts';

const real = {
  DATABASE_URL: 'postgres://operandi:pw@db/operandi',
  OPERANDI_ASSERTION_SECRET: 'a'.repeat(32),
  OPERANDI_MASTER_KEY: `k1:${Buffer.alloc(32).toString('base64')}`,
};

describe('the limits of the operator', () => {
  it.each([
    ['10000', { error: { detail: expect.stringMatching(/steps/) as string } }],
    ['1000000', { output: { n: 20_000 } }],
  ])(
    'let an expression compute %s steps where OPERANDI_MAX_EXPRESSION_STEPS says so',
    async (steps, end) => {
      const { limits } = readConfig({ ...real, OPERANDI_MAX_EXPRESSION_STEPS: steps });
      const given = engineLimits(limits);
      const source = 'do: [{ a: { set: { n: "${ reduce range(20000) as $i (0; . + 1) }" } } }]';
      const { outcome } = await runJob(definitionOf(source, { limits: given }), { limits: given });
      expect(outcome).toMatchObject(end);
    },
  );

  it('refuse steps that are too few for any expression', () => {
    expect(() => readConfig({ ...real, OPERANDI_MAX_EXPRESSION_STEPS: '9' })).toThrow(
      /OPERANDI_MAX_EXPRESSION_STEPS/,
    );
  });
});
