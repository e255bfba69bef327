import { describe, expect, it } from 'vitest';
import { workflowError } from './problem.ts';
import { JobCancelled, runDefinition } from './run.ts';
import { memoryJournal } from './journal.ts';
import { definitionOf, outputOf, runJob, storyOf, errorOf } from './testing/run-job.ts';
import { scriptedHost, testStart } from './testing/scripted-host.ts';

describe('data flow', () => {
  it('passes the output of a task to the next and out of the workflow', async () => {
    const output = await outputOf(
      `
do:
  - one: { set: { a: '\${ .start + 1 }' } }
  - two: { set: { b: '\${ .a * 2 }' } }
output: { as: '{result: .b}' }`,
      { input: { start: 1 } },
    );
    expect(output).toEqual({ result: 4 });
  });

  it('applies if, input.from, output.as and export.as in this order', async () => {
    const output = await outputOf(
      `
do:
  - one:
      if: .n == 1
      input: { from: '{m: (.n + 1)}' }
      set: { k: '\${ .m + $input.m }' }
      output: { as: '{k, raw: $task.output.k, from: $task.input.n}' }
      export: { as: '$context + {exported: $output.k}' }
  - two: { set: { context: '\${ $context }', dot: '\${ . }' } }`,
      { input: { n: 1 } },
    );
    expect(output).toEqual({ context: { n: 1, exported: 4 }, dot: { k: 4, raw: 4, from: 1 } });
  });

  it('leaves the data of a skipped task alone and ignores its then', async () => {
    const output = await outputOf(
      `
do:
  - skipped: { if: 'false', set: { a: 1 }, then: end }
  - next: { set: { got: '\${ . }' } }`,
      { input: { x: 1 } },
    );
    expect(output).toEqual({ got: { x: 1 } });
  });

  it('starts the context as the transformed input of the workflow', async () => {
    const output = await outputOf(
      `
input: { from: '{user: .name}' }
do:
  - one: { set: { user: '\${ $context.user }', raw: '\${ $workflow.input.name }' } }`,
      { input: { name: 'Ada' } },
    );
    expect(output).toEqual({ user: 'Ada', raw: 'Ada' });
  });

  it('raises validation where input, output or context do not fit their schema', async () => {
    const schema =
      'schema: { document: { type: object, required: [a], properties: { a: { type: integer } } } }';
    const tasks = {
      '/do/0/t': `do: [{ t: { input: { ${schema} }, set: { a: 1 } } }]`,
      '/do/0/u': `do: [{ u: { set: { a: x }, output: { ${schema} } } }]`,
      '/do/0/v': `do: [{ v: { set: { b: 1 }, export: { as: '{}', ${schema} } } }]`,
      '/input': `input: { ${schema} }\ndo: [{ t: { set: { a: 1 } } }]`,
      '/output': `do: [{ t: { set: { a: x } } }]\noutput: { ${schema} }`,
    };
    for (const [instance, source] of Object.entries(tasks)) {
      expect(await errorOf(source)).toMatchObject({
        type: 'https://open-workflow-specification.org/spec/1.0.0/errors/validation',
        status: 400,
        instance,
      });
    }
  });

  it('keeps the context when the new one is not valid', async () => {
    const output = await outputOf(
      `
do:
  - risky:
      try:
        - bad: { set: { a: 1 }, export: { as: '{broken: true}', schema: { document: { required: [ok] } } } }
      catch: {}
  - look: { set: { context: '\${ $context }' } }`,
      { input: { ok: 1 } },
    );
    expect(output).toEqual({ context: { ok: 1 } });
  });
});

describe('expressions', () => {
  it('fills whole and embedded expressions and never evaluates data', async () => {
    const output = await outputOf(
      `
do:
  - one:
      set:
        whole: '\${ .n }'
        text: 'n is \${ .n }, list \${ .list }, nothing \${ .none }'
        data: '\${ .evil }'
        literal: .n
        braces: '\${ "}\\(.n){" }'`,
      { input: { n: 1, list: [1, 'a'], evil: '${ .n }' } },
    );
    expect(output).toEqual({
      whole: 1,
      text: 'n is 1, list [1,"a"], nothing null',
      data: '${ .n }',
      literal: '.n',
      braces: '}1{',
    });
  });

  it('gives null for no result and an array for several', async () => {
    expect(
      await outputOf(`do: [{ one: { set: { none: '\${ empty }', many: '\${ .[] }' } } }]`, {
        input: [1, 2],
      }),
    ).toEqual({ none: null, many: [1, 2] });
  });

  it('tries bare texts as jq in loose mode and keeps them when they fail', async () => {
    const output = await outputOf(
      `
evaluate: { mode: loose }
do: [{ one: { set: { a: .n, b: hello world, c: '.n | error' } } }]`,
      { input: { n: 1 } },
    );
    expect(output).toEqual({ a: 1, b: 'hello world', c: '.n | error' });
  });

  it('binds task, workflow, runtime and times', async () => {
    const output = await outputOf(`
do:
  - one:
      set:
        name: '\${ $task.name }'
        reference: '\${ $task.reference }'
        kind: '\${ $task.definition.set | type }'
        workflow: '\${ $workflow.definition.document.name + "/" + $workflow.id }'
        at: '\${ $task.startedAt.iso8601 }'
        seconds: '\${ $workflow.startedAt.epoch.seconds }'
        now: '\${ now }'
        runtime: '\${ $runtime.name }'`);
    expect(output).toEqual({
      name: 'one',
      reference: '/do/0/one',
      kind: 'object',
      workflow: 'test/job-1',
      at: '2026-01-15T12:00:00.000Z',
      seconds: testStart / 1000,
      now: testStart / 1000,
      runtime: 'operandi',
    });
  });

  it('raises expression with the pointer of the task when jq fails', async () => {
    expect(
      await errorOf(`do: [{ one: { set: { a: '\${ .a + {} }' } } }]`, { input: { a: 1 } }),
    ).toMatchObject({
      type: 'https://open-workflow-specification.org/spec/1.0.0/errors/expression',
      status: 400,
      instance: '/do/0/one',
    });
  });
});

describe('secrets', () => {
  const source = `
use: { secrets: [token] }
do: [{ one: { set: { got: '\${ $secrets.token }' } } }]`;

  it('reads a declared secret', async () => {
    expect(await outputOf(source, { script: { secrets: { token: 'abc' } } })).toEqual({
      got: 'abc',
    });
  });

  it('raises authorization when the platform does not give the secret', async () => {
    expect(await errorOf(source)).toMatchObject({
      status: 403,
      type: expect.stringMatching('authorization') as string,
    });
  });

  it('keeps the values of secrets out of errors', async () => {
    const error = await errorOf(
      `
use: { secrets: [token] }
do: [{ one: { raise: { error: { type: 'https://example.com/e', status: 500, detail: 'got \${ $secrets.token }' } } } }]`,
      { script: { secrets: { token: 'hush-hush' } } },
    );
    expect(error.detail).toBe('got ***');
  });

  it('keeps the values of secrets out of events', async () => {
    const { events } = await runJob(source, { script: { secrets: { token: 'hush-hush' } } });
    expect(JSON.stringify(events)).not.toContain('hush-hush');
  });
});

describe('flow', () => {
  it('jumps by name, back and forward, and runs on from there', async () => {
    const output = await outputOf(`
do:
  - count: { set: { n: '\${ (.n // 0) + 1 }' } }
  - decide:
      switch:
        - again: { when: .n < 3, then: count }
        - done: { then: last }
  - never: { set: { n: -1 } }
  - last: { set: { total: '\${ .n }' } }`);
    expect(output).toEqual({ total: 3 });
  });

  it('takes the default case only when no other holds, wherever it stands', async () => {
    const source = `
do:
  - decide:
      switch:
        - other: { then: b }
        - one: { when: .x == 1, then: a }
  - a: { set: { took: a }, then: end }
  - b: { set: { took: b } }`;
    expect(await outputOf(source, { input: { x: 1 } })).toEqual({ took: 'a' });
    expect(await outputOf(source, { input: { x: 2 } })).toEqual({ took: 'b' });
  });

  it('leaves a nested list by exit and the whole workflow by end', async () => {
    expect(
      await outputOf(`
do:
  - inner: { do: [{ a: { set: { v: 1 }, then: exit } }, { b: { set: { v: 2 } } }], output: { as: '{seen: .v}' } }
  - after: { set: { after: '\${ .seen }' } }`),
    ).toEqual({ after: 1 });
    expect(
      await outputOf(`
do:
  - inner: { do: [{ a: { set: { v: 1 }, then: end } }], output: { as: '{never: true}' } }
  - after: { set: { after: true } }
output: { as: '{ended: .v}' }`),
    ).toEqual({ ended: 1 });
  });
});

describe('for', () => {
  it('chains iterations and binds item and index', async () => {
    expect(
      await outputOf(
        `
do:
  - loop:
      for: { each: x, at: i, in: .xs }
      do: [{ add: { set: { xs: '\${ .xs }', sum: '\${ (.sum // 0) + $x * $i }' } } }]
      output: { as: .sum }`,
        { input: { xs: [5, 6, 7] } },
      ),
    ).toBe(20);
  });

  it('stops when while does not hold and passes the input on when nothing was run', async () => {
    const source = (condition: string): string => `
do:
  - loop: { for: { in: '[1, 2, 3, 4]' }, while: '${condition}', do: [{ add: { set: { n: '\${ .n + $item }' } } }] }`;
    expect(await outputOf(source('$index < 2'), { input: { n: 0 } })).toEqual({ n: 3 });
    expect(await outputOf(source('false'), { input: { n: 0 } })).toEqual({ n: 0 });
  });

  it('ends one iteration only by exit', async () => {
    expect(
      await outputOf(
        `
do:
  - loop:
      for: { in: '[1, 2]' }
      do: [{ add: { set: { n: '\${ .n + $item }' }, then: exit } }, { never: { set: { n: 100 } } }]`,
        { input: { n: 0 } },
      ),
    ).toEqual({ n: 3 });
  });

  it('refuses what is no array', async () => {
    expect(
      await errorOf('do: [{ loop: { for: { in: .x }, do: [] } }]', { input: { x: 1 } }),
    ).toMatchObject({ status: 400 });
  });
});

describe('fork', () => {
  it('gives every branch the input and collects outputs in order of declaration', async () => {
    const { outcome } = await runJob(
      `
do:
  - both:
      fork:
        branches:
          - a: { call: integration, with: { integration: x, operation: slow } }
          - b: { set: { b: '\${ .n }' } }`,
      { input: { n: 1 }, script: { call: () => ({ a: 1 }) } },
    );
    expect(outcome).toEqual({ state: 'completed', output: [{ a: 1 }, { b: 1 }] });
  });

  it('raises the first error and cancels the other branches', async () => {
    const report = await runJob(`
do:
  - both:
      fork:
        branches:
          - bad: { raise: { error: { type: 'https://example.com/bad', status: 400 } } }
          - long: { wait: PT1H }`);
    expect(report.outcome).toMatchObject({
      state: 'faulted',
      error: { instance: '/do/0/both/fork/branches/0/bad' },
    });
    expect(report.runs).toBe(1);
  });

  it('lets competing branches race: the first to complete wins, a faulted one drops out', async () => {
    const report = await runJob(
      `
do:
  - race:
      fork:
        compete: true
        branches:
          - bad: { raise: { error: { type: 'https://example.com/bad', status: 400 } } }
          - slow: { wait: PT1H }
          - fast: { call: integration, with: { integration: x, operation: y } }`,
      { script: { call: () => 'fast' } },
    );
    expect(report.outcome).toEqual({ state: 'completed', output: 'fast' });
    expect(storyOf(report.events)).toContain('task.cancelled /do/0/race/fork/branches/1/slow');
  });

  it('ends the workflow from a branch and cancels its siblings', async () => {
    expect(
      await outputOf(`
do:
  - both: { fork: { branches: [{ a: { set: { v: 1 }, then: end } }, { b: { wait: PT1H } }] } }
  - never: { set: { v: 2 } }`),
    ).toEqual({ v: 1 });
  });
});

describe('wait', () => {
  it('parks the job until the timer is due and holds nothing meanwhile', async () => {
    const host = scriptedHost();
    const journal = memoryJournal();
    const definition = definitionOf('do: [{ rest: { wait: P1DT1H } }]');
    const options = {
      input: { a: 1 },
      host,
      journal,
      job: { id: 'j', startedAt: testStart },
      signal: new AbortController().signal,
      observe: () => undefined,
    };
    const parked = await runDefinition(definition, options);
    const dueAt = testStart + 25 * 3_600_000;
    expect(parked).toEqual({
      state: 'waiting',
      wakeAt: dueAt,
      waits: [{ kind: 'timer', key: '/do/0/rest', task: '/do/0/rest', dueAt, setAt: testStart }],
    });
    host.goOn(dueAt);
    expect(await runDefinition(definition, options)).toEqual({
      state: 'completed',
      output: { a: 1 },
    });
  });

  it('sleeps short waits in the process', async () => {
    expect((await runJob('do: [{ rest: { wait: { milliseconds: 900 } } }]')).runs).toBe(1);
  });
});

describe('timeout', () => {
  it('cancels a task that is late and raises timeout, which can be caught', async () => {
    const output = await outputOf(`
do:
  - guarded:
      try: [{ slow: { wait: PT1H, timeout: { after: PT1M } } }]
      catch: { as: e, do: [{ say: { set: { status: '\${ $e.status }', at: '\${ $e.instance }' } } }] }`);
    expect(output).toEqual({ status: 408, at: '/do/0/guarded/try/0/slow' });
  });

  it('takes a named timeout and leaves a task alone that is in time', async () => {
    expect(
      await outputOf(`
use: { timeouts: { hour: { after: PT1H } } }
do: [{ quick: { set: { a: 1 }, timeout: hour } }]`),
    ).toEqual({ a: 1 });
  });

  it('faults a late workflow, and no catch inside sees it', async () => {
    expect(
      await errorOf(`
timeout: { after: PT1M }
do: [{ guarded: { try: [{ slow: { wait: PT1H } }], catch: {} } }]`),
    ).toMatchObject({ status: 408 });
  });
});

describe('raise and functions', () => {
  it('raises a named error with its texts filled', async () => {
    expect(
      await errorOf(
        `
use: { errors: { nope: { type: 'https://example.com/nope', status: 418, title: 'No \${ .x }', detail: '\${ "d\\(.x)" }' } } }
do: [{ stop: { raise: { error: nope } } }]`,
        { input: { x: 7 } },
      ),
    ).toEqual({
      type: 'https://example.com/nope',
      status: 418,
      title: 'No 7',
      detail: 'd7',
      instance: '/do/0/stop',
    });
  });

  it('raises a caught error again', async () => {
    expect(
      await errorOf(`
do:
  - t:
      try: [{ a: { raise: { error: { type: 'https://example.com/x', status: 409 } } } }]
      catch: { do: [{ again: { raise: { error: '\${ $error }' } } }] }`),
    ).toMatchObject({ status: 409, instance: '/do/0/t/try/0/a' });
  });

  it('runs a function as a task on its arguments', async () => {
    expect(
      await outputOf(
        `
use:
  functions:
    double: { input: { schema: { document: { required: [n] } } }, set: { n: '\${ .n * 2 }' }, output: { as: .n }, then: end }
do:
  - one: { call: double, with: { n: '\${ .x }' }, output: { as: '{doubled: .}' } }
  - two: { set: { got: '\${ .doubled }' } }`,
        { input: { x: 4 } },
      ),
    ).toEqual({ got: 8 });
  });

  it('ends only the function by end inside it', async () => {
    const source = `
use: { functions: { f: { do: [{ a: { set: { v: 1 }, then: end } }, { b: { set: { v: 2 } } }] } } }
do: [{ one: { call: f } }, { two: { set: { after: '\${ .v }' } } }]`;
    expect(await outputOf(source)).toEqual({ after: 1 });
  });

  it('points to the calling task when a function fails', async () => {
    expect(
      await errorOf(`
use: { functions: { fail: { do: [{ deep: { raise: { error: { type: 'https://example.com/x', status: 500 } } } }] } } }
do: [{ one: { call: fail } }]`),
    ).toMatchObject({ instance: '/do/0/one' });
  });

  it('fetches a catalogued function once and runs it', async () => {
    const report = await runJob(
      `
use: { catalogs: { shop: { endpoint: 'https://github.com/acme/catalog' } } }
do: [{ one: { call: 'hello:1.0.0@shop', with: { name: Ada } } }]`,
      {
        script: { call: () => ({ content: 'set: { greeting: "${ \\"Hello \\" + .name }" }' }) },
      },
    );
    expect(report.outcome).toEqual({ state: 'completed', output: { greeting: 'Hello Ada' } });
    expect(report.host.calls[0]?.with).toEqual({
      uri: 'https://raw.githubusercontent.com/acme/catalog/refs/heads/main/functions/hello/1.0.0/function.yaml',
    });
  });
});

describe('extensions', () => {
  it('runs before and after around a task without touching its data', async () => {
    const report = await runJob(`
use:
  extensions:
    - log:
        extend: set
        when: '$task.name != "quiet"'
        before: [{ b: { call: integration, with: { integration: log, operation: before } } }]
        after: [{ a: { call: integration, with: { integration: log, operation: '\${ "after \\(.v)" }' } } }]
do:
  - loud: { set: { v: 1 } }
  - quiet: { set: { v: '\${ .v + 1 }' } }`);
    expect(report.outcome).toEqual({ state: 'completed', output: { v: 2 } });
    expect(report.host.calls.map((call) => call.with['operation'])).toEqual(['before', 'after 1']);
  });

  it('shows the extended task as $task in before, after and all that they hold', async () => {
    const say = (text: string): string =>
      `{ call: integration, with: { integration: log, operation: '\${ "${text}" }' }, output: { as: .x } }`;
    const report = await runJob(
      `
use:
  extensions:
    - log:
        extend: set
        before:
          - a: ${say(String.raw`\($task.name) \($task.reference) \($task.definition.set.v) \($task.set.v) \($task.input.n)`)}
          - loop: { for: { in: '[1]' }, do: [{ b: ${say(String.raw`\($task.name) in a loop`)} }] }
        after: [{ c: ${say(String.raw`\($task.name) gave \($task.output.v)`)} }]
do: [{ first: { set: { v: 7 } } }]`.replaceAll('\\\\', '\\'),
      { input: { n: 3 } },
    );
    expect(report.outcome).toEqual({ state: 'completed', output: { v: 7 } });
    expect(report.host.calls.map((call) => call.with['operation'])).toEqual([
      'first /do/0/first 7 7 3',
      'first in a loop',
      'first gave 7',
    ]);
  });

  it('replaces a task when before leaves by exit', async () => {
    expect(
      await outputOf(`
use:
  extensions:
    - mock:
        extend: call
        when: '$task.with.endpoint == "https://mocked.example/x"'
        before: [{ m: { set: { mocked: true }, then: exit } }]
do: [{ get: { call: http, with: { method: get, endpoint: 'https://mocked.example/x' }, output: { as: '{got: .mocked}' } } }]`),
    ).toEqual({ got: true });
  });
});

describe('cancellation and stops', () => {
  it('ends as cancelled with events when the job is cancelled', async () => {
    const controller = new AbortController();
    const report = await runJob(
      'do: [{ c: { call: integration, with: { integration: a, operation: b } } }]',
      {
        signal: controller.signal,
        script: {
          call: () => {
            controller.abort(new JobCancelled());
            return new Promise(() => undefined);
          },
        },
      },
    );
    expect(report.outcome).toEqual({ state: 'cancelled' });
    expect(storyOf(report.events).slice(-2)).toEqual([
      'task.cancelled /do/0/c',
      'workflow.cancelled',
    ]);
  });

  it('rejects with the reason when the worker has to stop', async () => {
    const controller = new AbortController();
    const reason = new Error('the lease is lost');
    controller.abort(reason);
    await expect(runJob('do: [{ a: { wait: PT1H } }]', { signal: controller.signal })).rejects.toBe(
      reason,
    );
  });

  it('rejects when the host fails otherwise than by a workflow error', async () => {
    const script = {
      call: () => {
        throw new Error('database is gone');
      },
    };
    await expect(
      runJob('do: [{ c: { call: integration, with: { integration: a, operation: b } } }]', {
        script,
      }),
    ).rejects.toThrow('database is gone');
  });
});

describe('host errors', () => {
  it('lets the definition catch what a call raises', async () => {
    expect(
      await outputOf(
        `
do:
  - t:
      try: [{ c: { call: integration, with: { integration: a, operation: b } } }]
      catch: { errors: { with: { type: 'https://serverlessworkflow.io/dsl/errors/types/communication', status: 503 } }, do: [{ s: { set: { caught: true } } }] }`,
        {
          script: {
            call: () => {
              throw workflowError('communication', 'down', { status: 503 });
            },
          },
        },
      ),
    ).toEqual({ caught: true });
  });
});
