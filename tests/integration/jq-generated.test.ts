import { sample } from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { jqInput, jqProgram } from '../support/arbitrary-jq.ts';
import { isSameOutcome, ourOutcome } from '../support/jq-outcomes.ts';
import { RealJq } from '../support/real-jq.ts';

const programs = Number(process.env['JQ_PROGRAMS'] ?? 400);
const seed = Number(process.env['JQ_SEED'] ?? 20_240_229);
const batch = 20;

describe('programs that nobody wrote', { timeout: 3_600_000 }, () => {
  const jq = new RealJq({ deadlineMs: 60_000 });
  afterAll(() => jq[Symbol.asyncDispose]());

  it(`come to the same in the real jq: values, errors and their words`, async () => {
    const differences: unknown[] = [];
    let compared = 0;
    const all = sample(jqProgram, { numRuns: programs, seed });
    const inputs = sample(jqInput, { numRuns: 6 * Math.ceil(programs / batch), seed });
    for (let from = 0; from < all.length; from += batch) {
      const some = all.slice(from, from + batch);
      const own = inputs.slice((from / batch) * 6, (from / batch + 1) * 6);
      const theirs = await jq.run(some, own.map((input) => JSON.stringify(input)));
      for (const [row, input] of own.entries()) {
        for (const [column, program] of some.entries()) {
          const their = theirs[row]?.[column];
          const our = ourOutcome(program, input);
          if (their === undefined || our === undefined) continue;
          compared += 1;
          if (!isSameOutcome(their, our)) differences.push({ program, input, jq: their, ours: our });
        }
      }
    }
    expect(differences).toEqual([]);
    expect(compared).toBeGreaterThan(programs * 5);
  });
});
