import { describe, expect, it } from 'vitest';
import { workflowError } from '../problem.ts';
import { outputOf, runJob } from '../testing/run-job.ts';
import { testStart, type Script } from '../testing/scripted-host.ts';

const attempt = '[{ c: { call: integration, with: { integration: a, operation: b } } }]';

/** Fails the first `failures` calls with a status, each at its time. */
function flaky(
  failures: number,
  status = 503,
): { readonly script: Script; readonly keys: string[] } {
  const keys: string[] = [];
  return {
    keys,
    script: {
      call(_, { key }) {
        if (!keys.includes(key)) keys.push(key);
        if (keys.length <= failures) throw workflowError('communication', 'down', { status });
        return 'done';
      },
    },
  };
}

async function timerMoments(policy: string, failures: number): Promise<number[]> {
  const { outcome, journal } = await runJob(
    `do: [{ t: { try: ${attempt}, catch: { retry: ${policy} } } }]`,
    {
      script: flaky(failures).script,
      limits: { inlineWaitMs: 0 },
    },
  );
  expect(outcome).toEqual({ state: 'completed', output: 'done' });
  return journal
    .filter((entry) => entry.key.includes('!retry'))
    .map((entry) => Math.round((entry.value.at - testStart) / 1_000));
}

describe('catch', () => {
  it('lets an error pass that its filter, when or exceptWhen does not want', async () => {
    const conditions = [
      'errors: { with: { status: 404 } }',
      'when: .status == 404',
      'exceptWhen: $error.status == 503',
      'errors: { with: { type: "https://example.com/x" } }',
    ];
    for (const condition of conditions) {
      const { outcome } = await runJob(
        `do: [{ t: { try: ${attempt}, catch: { ${condition} } } }]`,
        flaky(1),
      );
      expect(outcome).toMatchObject({
        state: 'faulted',
        error: { status: 503, instance: '/do/0/t/try/0/c' },
      });
    }
  });

  it('swallows the error without do and passes the input of the task on', async () => {
    expect(
      await outputOf(
        `do: [{ t: { try: ${attempt}, catch: { errors: { with: { instance: /do/t/try/c } } } } }]`,
        { ...flaky(1), input: { x: 1 } },
      ),
    ).toEqual({ x: 1 });
  });

  it('gives its handler the error by name and the input as data', async () => {
    expect(
      await outputOf(
        `
do: [{ t: { try: ${attempt}, catch: { as: e, do: [{ s: { set: { status: '\${ $e.status }', x: '\${ .x }' } } }] } } }]`,
        { ...flaky(1), input: { x: 1 } },
      ),
    ).toEqual({ status: 503, x: 1 });
  });

  it('follows catch.then on the caught path only', async () => {
    const source = `
do:
  - t: { try: ${attempt}, catch: { then: failed }, then: fine }
  - failed: { set: { end: failed }, then: end }
  - fine: { set: { end: fine } }`;
    expect(await outputOf(source, flaky(1))).toEqual({ end: 'failed' });
    expect(await outputOf(source, flaky(0))).toEqual({ end: 'fine' });
  });

  it('does not catch errors of its own handler', async () => {
    const { outcome } = await runJob(
      `
do: [{ t: { try: ${attempt}, catch: { do: [{ again: { raise: { error: { type: 'https://example.com/x', status: 400 } } } }] } } }]`,
      flaky(1),
    );
    expect(outcome).toMatchObject({
      state: 'faulted',
      error: { instance: '/do/0/t/catch/do/0/again' },
    });
  });
});

describe('retry', () => {
  it('waits constantly, linearly or exponentially', async () => {
    expect(await timerMoments('{ delay: PT10S, limit: { attempt: { count: 5 } } }', 3)).toEqual([
      10, 20, 30,
    ]);
    expect(
      await timerMoments(
        '{ delay: PT10S, backoff: { linear: {} }, limit: { attempt: { count: 5 } } }',
        3,
      ),
    ).toEqual([10, 30, 60]);
    expect(
      await timerMoments(
        '{ delay: PT10S, backoff: { exponential: {} }, limit: { attempt: { count: 5 } } }',
        3,
      ),
    ).toEqual([10, 30, 70]);
  });

  it('adds jitter between its bounds', async () => {
    const [first = 0] = await timerMoments(
      '{ delay: PT10S, jitter: { from: PT5S, to: PT20S }, limit: { attempt: { count: 5 } } }',
      1,
    );
    expect(first).toBeGreaterThanOrEqual(15);
    expect(first).toBeLessThanOrEqual(30);
  });

  it('gives up after its count and raises the last error when there is no handler', async () => {
    const { script, keys } = flaky(10);
    const { outcome } = await runJob(
      `do: [{ t: { try: ${attempt}, catch: { retry: { limit: { attempt: { count: 2 } } } } } }]`,
      { script },
    );
    expect(outcome).toMatchObject({ state: 'faulted', error: { status: 503 } });
    expect(keys).toHaveLength(3);
  });

  it('runs the handler when retries are used up', async () => {
    expect(
      await outputOf(
        `
use: { retries: { twice: { limit: { attempt: { count: 2 } } } } }
do: [{ t: { try: ${attempt}, catch: { retry: twice, do: [{ s: { set: { handled: true } } }] } } }]`,
        flaky(10),
      ),
    ).toEqual({ handled: true });
  });

  it('retries only while its when holds', async () => {
    const { script, keys } = flaky(10, 400);
    await runJob(
      `do: [{ t: { try: ${attempt}, catch: { retry: { when: .status >= 500, limit: { attempt: { count: 5 } } } } } }]`,
      { script },
    );
    expect(keys).toHaveLength(1);
  });

  it('gives up when all attempts together take too long', async () => {
    const { script, keys } = flaky(10);
    await runJob(
      `do: [{ t: { try: ${attempt}, catch: { retry: { delay: PT10S, limit: { duration: PT25S } } } } }]`,
      { script },
    );
    expect(keys).toHaveLength(3);
  });

  it('counts an attempt that takes too long as a failure with timeout', async () => {
    expect(
      await outputOf(`
do:
  - t:
      try: [{ slow: { wait: PT1H } }]
      catch: { retry: { limit: { attempt: { count: 1, duration: PT10S } } }, do: [{ s: { set: { status: '\${ $error.status }' } } }] }`),
    ).toEqual({ status: 408 });
  });

  it('tells of every retry', async () => {
    const { events } = await runJob(
      `do: [{ t: { try: ${attempt}, catch: { retry: { delay: PT1S, limit: { attempt: { count: 5 } } } } } }]`,
      flaky(2),
    );
    expect(
      events.filter((event) => event.type === 'task.retried.v1').map((event) => event.task),
    ).toEqual(['/do/0/t', '/do/0/t']);
  });
});

describe('a retry policy', () => {
  const policy = (delay: string): string =>
    `{ retry: { delay: '${delay}', limit: { attempt: { count: 3 } } } }`;
  const source = (catching: string): string =>
    `do: [{ t: { input: { from: "{ pause: .wanted }" }, try: ${attempt}, catch: ${catching} } }]`;

  it('is evaluated on the input of the task and knows the error by its name', async () => {
    const moments = async (delay: string): Promise<number[]> => {
      const { journal } = await runJob(source(policy(delay)), {
        ...flaky(1),
        input: { wanted: 7 },
        limits: { inlineWaitMs: 0 },
      });
      const retries = journal.filter((entry) => entry.key.includes('!retry'));
      return retries.map(({ value }) => Math.round((value.at - testStart) / 1_000));
    };
    expect(await moments('${ "PT\\(.pause)S" }')).toEqual([7]);
    expect(await moments('${ "PT\\($input.pause + $error.status)S" }')).toEqual([510]);
  });

  it('leaves the first error visible when it cannot be evaluated, and to the handler', async () => {
    const broken = policy('${ "PT\\(.absent)S" }');
    const { outcome } = await runJob(source(broken), flaky(1));
    expect(outcome).toMatchObject({
      state: 'faulted',
      error: {
        status: 503,
        detail: 'down; its retry policy cannot be evaluated: "PTnullS" is not a duration',
      },
    });
    const handled = broken.replace('{ retry', '{ do: [{ h: { set: "${ $error }" } }], retry');
    expect(await outputOf(source(handled), flaky(1))).toMatchObject({ status: 503 });
  });
});
