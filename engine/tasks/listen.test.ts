import { describe, expect, it } from 'vitest';
import { runDefinition } from '../run.ts';
import { memoryJournal } from '../journal.ts';
import { definitionOf, outputOf, runJob } from '../testing/run-job.ts';
import { scriptedHost, testEvent, testStart } from '../testing/scripted-host.ts';

const a = testEvent('a.v1', { n: 1 });
const b = testEvent('b.v1', { n: 2 });
const c = testEvent('c.v1', { n: 3 });

describe('listen', () => {
  it('parks with the constant attributes of its filters as hints', async () => {
    const outcome = await runDefinition(
      definitionOf(
        'do: [{ l: { listen: { to: { any: [{ with: { type: a.v1 } }, { with: { type: b.v1, data: "${ .n > 1 }" } }] } } } }]',
      ),
      {
        input: {},
        host: scriptedHost(),
        journal: memoryJournal(),
        job: { id: 'j', startedAt: testStart },
        signal: new AbortController().signal,
        observe: () => undefined,
      },
    );
    expect(outcome).toEqual({
      state: 'waiting',
      waits: [
        {
          kind: 'event',
          key: '/do/0/l!event@0',
          task: '/do/0/l',
          listener: '/do/0/l',
          position: 0,
          hints: [{ type: 'a.v1' }, { type: 'b.v1' }],
          isLast: true,
        },
      ],
    });
  });

  it('gives an array of one event for one, as data, envelope or raw', async () => {
    const source = (read: string): string =>
      `do: [{ l: { listen: { to: { one: { with: { type: a.v1 } } }, read: ${read} } } }]`;
    expect(await outputOf(source('data'), { script: { events: [a] } })).toEqual([{ n: 1 }]);
    expect(await outputOf(source('envelope'), { script: { events: [a] } })).toEqual([a]);
    expect(await outputOf(source('raw'), { script: { events: [a] } })).toEqual(['{"n":1}']);
  });

  it('waits for one event of each filter of all, in any order', async () => {
    expect(
      await outputOf(
        'do: [{ l: { listen: { to: { all: [{ with: { type: a.v1 } }, { with: { type: b.v1 } }] } } } }]',
        { script: { events: [b, b, a] } },
      ),
    ).toEqual([{ n: 2 }, { n: 1 }]);
  });

  it('consumes any event until a condition over all of them holds', async () => {
    expect(
      await outputOf(
        'do: [{ l: { listen: { to: { any: [], until: "(map(.n) | add) >= 3" } } } }]',
        { script: { events: [a, b, c] } },
      ),
    ).toEqual([{ n: 1 }, { n: 2 }]);
  });

  it('consumes until another strategy is satisfied, whose events are not in the output', async () => {
    expect(
      await outputOf(
        'do: [{ l: { listen: { to: { any: [{ with: { type: a.v1 } }], until: { one: { with: { type: c.v1 } } } } } } }]',
        { script: { events: [a, b, a, c, a] } },
      ),
    ).toEqual([{ n: 1 }, { n: 1 }]);
  });

  it('matches attributes by text, regular expression, expression and part of the data', async () => {
    const filters = [
      '{ type: "a[.]v\\\\d" }',
      '{ type: "${ startswith(\\"a\\") }" }',
      '{ type: "${ \\"a.v1\\" }" }',
      '{ data: { n: 1 } }',
      '{ data: "${ .n == 1 }" }',
      '{ source: /tests, type: a.v1 }',
    ];
    for (const filter of filters) {
      expect(
        await outputOf(`do: [{ l: { listen: { to: { one: { with: ${filter} } } } } }]`, {
          script: { events: [b, a] },
        }),
        filter,
      ).toEqual([{ n: 1 }]);
    }
  });

  it('correlates by a constant, an expression, or the first value it meets', async () => {
    const order = (type: string, id: number) => testEvent(type, { order: id });
    const events = [order('x', 9), order('x', 7), order('y', 8), order('y', 7)];
    const strategy = (expect_: string): string =>
      `{ all: [{ with: { type: x }, correlate: { order: { from: .data.order${expect_} } } }, { with: { type: y }, correlate: { order: { from: .data.order } } }] }`;
    const listen = (expect_: string): string =>
      `do: [{ l: { listen: { to: ${strategy(expect_)} } } }]`;
    expect(await outputOf(listen(', expect: "7"'), { script: { events } })).toEqual([
      { order: 7 },
      { order: 7 },
    ]);
    expect(
      await outputOf(listen(', expect: "${ .wanted }"').replace('.wanted', '$input.wanted'), {
        input: { wanted: 7 },
        script: { events },
      }),
    ).toEqual([{ order: 7 }, { order: 7 }]);
    expect(
      await outputOf(listen(''), {
        script: { events: [order('x', 7), order('y', 8), order('y', 7)] },
      }),
    ).toEqual([{ order: 7 }, { order: 7 }]);
  });

  it('evaluates what a correlation expects on the input of the task, not on the event', async () => {
    const events = [testEvent('x', { order: 8, id: 8 }), testEvent('x', { order: 7, id: 9 })];
    const source = (expect_: string): string =>
      `do: [{ l: { input: { from: "{ id: .wanted }" }, listen: { to: { one: { with: { type: x }, correlate: { order: { from: .data.order, expect: '${expect_}' } } } } } } }]`;
    for (const expected of ['${ .id }', '${ $input.id }', '${ (.id | tostring) }'])
      expect(
        await outputOf(source(expected), { input: { wanted: 7, id: 8 }, script: { events } }),
      ).toEqual([{ order: 7, id: 9 }]);
  });

  it('tells when it begins to correlate and by which keys it ended', async () => {
    const source = `do: [{ l: { listen: { to: { one: { with: { type: x }, correlate: { order: { from: .data.order } } } } } } }]`;
    const { events } = await runJob(source, { script: { events: [testEvent('x', { order: 7 })] } });
    const correlation = events.filter((event) => event.type.includes('correlation'));
    expect(correlation.map(({ type, data }) => [type, data['correlationKeys']])).toEqual([
      ['workflow.correlation-started.v1', undefined],
      ['workflow.correlation-completed.v1', { order: 7 }],
    ]);
  });

  it('processes each event fully by foreach before the next', async () => {
    const report = await runJob(
      `
do:
  - l:
      listen: { to: { any: [], until: $context.total >= 3 } }
      foreach:
        item: e
        at: i
        do: [{ post: { call: integration, with: { integration: chat, operation: '\${ "post \\($i)" }' } } }, { keep: { set: { n: '\${ $e.n }' } } }]
        output: { as: .n }
        export: { as: '$context + {total: (($context.total // 0) + $output)}' }`,
      { script: { events: [a, b, c] } },
    );
    expect(report.outcome).toEqual({ state: 'completed', output: [1, 2] });
    expect(report.host.calls.map((call) => call.with['operation'])).toEqual(['post 0', 'post 1']);
  });

  it('ends by its timeout', async () => {
    expect(
      (
        await runJob(
          'do: [{ l: { listen: { to: { one: { with: { type: z } } } }, timeout: { after: PT1H } } }]',
        )
      ).outcome,
    ).toMatchObject({ state: 'faulted', error: { status: 408 } });
  });
});

describe('emit', () => {
  it('publishes a CloudEvent whose id is the same however often it is tried', async () => {
    const source =
      'do: [{ e: { emit: { event: { with: { type: done.v1, source: "https://x/{id}", subject: "${ .id }", data: { id: "${ .id }" }, priority: high } } } } }]';
    const [first, second] = [
      await outputOf(source, { input: { id: 'k 1' } }),
      await outputOf(source, { input: { id: 'k 1' } }),
    ];
    expect(first).toEqual(second);
    expect(first).toMatchObject({
      specversion: '1.0',
      type: 'done.v1',
      source: 'https://x/k%201',
      subject: 'k 1',
      data: { id: 'k 1' },
      priority: 'high',
      time: '2026-01-15T12:00:00.000Z',
    });
  });

  it('fills source, id and time when the author gives none', async () => {
    expect(
      await outputOf('do: [{ e: { emit: { event: { with: { type: done.v1 } } } } }]'),
    ).toMatchObject({
      source: '/tests/test/1.0.0',
      id: expect.stringMatching(/^[\da-f-]{36}$/) as string,
    });
  });
});

describe('run workflow', () => {
  const source = (more = ''): string =>
    `do: [{ r: { run: { workflow: { namespace: n, name: w, version: latest, input: { id: '\${ .id }' } }${more} } } }]`;

  it('waits for the child and gives its output', async () => {
    const report = await runJob(source(), {
      input: { id: 5 },
      script: { child: (wait) => ({ output: { child: wait.input, of: wait.workflow.name } }) },
    });
    expect(report.outcome).toEqual({ state: 'completed', output: { child: { id: 5 }, of: 'w' } });
    expect(report.runs).toBe(2);
  });

  it('gives a child without an input of its own that of the task', async () => {
    const bare = 'run: { workflow: { namespace: n, name: w, version: latest } }';
    const { outcome } = await runJob(
      `do: [{ r: { input: { from: "{ id: .wanted }" }, ${bare} } }]`,
      { input: { wanted: 5 }, script: { child: ({ input }) => ({ output: input }) } },
    );
    expect(outcome).toEqual({ state: 'completed', output: { id: 5 } });
  });

  it('raises the error of the child at its own task', async () => {
    const { outcome } = await runJob(source(), {
      script: {
        child: () => ({
          error: { type: 'https://example.com/x', status: 409, instance: '/do/3/deep' },
        }),
      },
    });
    expect(outcome).toEqual({
      state: 'faulted',
      error: { type: 'https://example.com/x', status: 409, instance: '/do/0/r' },
    });
  });

  it('starts a child that nobody waits for and goes on with its input', async () => {
    const report = await runJob(source(', await: false'), { input: { id: 5 } });
    expect(report.outcome).toEqual({ state: 'completed', output: { id: 5 } });
    expect(report.host.calls).toMatchObject([
      {
        kind: 'workflow',
        with: { namespace: 'n', name: 'w', version: 'latest', input: { id: 5 } },
      },
    ]);
  });
});

describe('approval', () => {
  it('parks until somebody has decided and gives the decision', async () => {
    const report = await runJob(
      `
do:
  - ask: { call: approval, with: { title: 'Pay \${ .amount }?', role: APPROVER, approvers: [ADMIN], data: { amount: '\${ .amount }' } } }
  - act: { switch: [{ no: { when: '.decision == "rejected"', then: refuse } }, { yes: { then: pay } }] }
  - pay: { set: { paid: true }, then: end }
  - refuse: { set: { paid: false, why: '\${ .comment }' } }`,
      {
        input: { amount: 10 },
        script: {
          approval: (wait) => ({
            decision: 'rejected',
            comment: `${wait.title} ${wait.role ?? ''} ${JSON.stringify(wait.data)}`,
          }),
        },
      },
    );
    expect(report.outcome).toEqual({
      state: 'completed',
      output: { paid: false, why: 'Pay 10? APPROVER {"amount":10}' },
    });
  });

  it('raises timeout when nobody decides in time', async () => {
    expect(
      (await runJob('do: [{ ask: { call: approval, with: { title: x, timeout: P1D } } }]')).outcome,
    ).toMatchObject({ state: 'faulted', error: { status: 408 } });
  });
});

describe('run process', () => {
  it('shapes what a process answers as return says', async () => {
    const run = (kind: string): Promise<unknown> =>
      runJob(
        definitionOf(
          `do: [{ p: { run: { shell: { command: 'echo $1', arguments: ['\${ .x }'] }, return: ${kind} } } }]`,
          { allow: { shell: true } },
        ),
        {
          input: { x: 'hi' },
          script: {
            call: (request) => ({
              code: 3,
              stdout: JSON.stringify(request.with['shell']),
              stderr: 'oops',
            }),
          },
        },
      ).then((report) => report.outcome);
    expect(await run('code')).toMatchObject({ output: 3 });
    expect(await run('stderr')).toMatchObject({ output: 'oops' });
    expect(await run('all')).toMatchObject({
      output: { code: 3, stdout: '{"command":"echo $1","arguments":["hi"]}' },
    });
    expect(await run('stdout')).toMatchObject({ state: 'faulted', error: { status: 500 } });
  });
});
