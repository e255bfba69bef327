import { describe, expect, it } from 'vitest';
import { definitionOf, errorOf, runJob } from './testing/run-job.ts';
import { testEvent } from './testing/scripted-host.ts';

describe('limits', () => {
  const loop = 'do: [{ a: { set: { n: 1 } } }, { b: { set: { n: 2 }, then: a } }]';

  it('ends an endless loop with a clear error that nobody can catch', async () => {
    expect(
      await errorOf(`do: [{ t: { try: [{ d: { ${loop} } }], catch: {} } }]`, {
        limits: { tasks: 50 },
      }),
    ).toMatchObject({
      status: 500,
      detail: 'more than 50 tasks have run in this job',
    });
  });

  it('refuses outputs, journals, iterations and forks beyond their limits', async () => {
    const call = '{ call: integration, with: { integration: a, operation: b } }';
    const big = { call: () => 'x'.repeat(2_000) };
    const cases = [
      [`do: [{ a: ${call} }]`, { outputBytes: 1_000 }, /bytes/],
      [`do: [{ a: ${call} }, { b: ${call} }]`, { journalEntries: 1 }, /journal/],
      [`do: [{ a: ${call} }]`, { journalBytes: 1_000 }, /journal/],
      ['do: [{ a: { for: { in: "[range(10)]" }, do: [] } }]', { iterations: 5 }, /10 items/],
      [
        'do: [{ a: { fork: { branches: [{ x: { set: { a: 1 } } }, { y: { set: { a: 1 } } }] } } }]',
        { forkWidth: 1 },
        /2 branches/,
      ],
      [
        'do: [{ a: { do: [{ b: { do: [{ c: { set: { x: 1 } } }] } }] } }]',
        { nesting: 2 },
        /nested/,
      ],
    ] as const;
    for (const [source, limits, detail] of cases) {
      expect((await errorOf(source, { limits, script: big })).detail).toMatch(detail);
    }
  });

  it('lets no try catch a limit', async () => {
    const call = '{ call: integration, with: { integration: a, operation: b } }';
    const wide = '{ fork: { branches: [{ x: { set: { a: 1 } } }, { y: { set: { a: 1 } } }] } }';
    const cases = [
      [call, { outputBytes: 1_000 }, /bytes/],
      ['{ set: { big: "${ [range(2000)] }" } }', { outputBytes: 1_000 }, /output of a/],
      [call, { journalBytes: 1_000 }, /journal/],
      ['{ for: { in: "[range(10)]" }, do: [] }', { iterations: 5 }, /10 items/],
      [wide, { forkWidth: 1 }, /2 branches/],
      ['{ do: [{ b: { do: [{ c: { set: { x: 1 } } }] } }] }', { nesting: 3 }, /nested/],
      ['{ listen: { to: { any: [], until: "false" } } }', { events: 1 }, /offered more/],
      ['{ set: { n: "${ [range(100000)] | length }" } }', { expressionSteps: 10_000 }, /steps/],
    ] as const;
    for (const [task, limits, detail] of cases) {
      const source = `do: [{ t: { try: [{ a: ${task} }], catch: { do: [{ c: { set: { caught: true } } }] } } }]`;
      const script = {
        call: () => 'x'.repeat(2_000),
        events: [testEvent('a'), testEvent('b'), testEvent('c')],
      };
      const { outcome } = await runJob(definitionOf(source, { limits }), { limits, script });
      expect(outcome).toMatchObject({
        error: { detail: expect.stringMatching(detail) as string },
      });
    }
  });
});
