import { describe, expect, it } from 'vitest';

import type { JsonValue } from '../../kernel/json.ts';
import { loadDefinition } from '../load-definition.ts';
import type { CallRequest } from '../host.ts';
import { runJob } from '../testing/run-job.ts';
import { testStart } from '../testing/scripted-host.ts';

const measured = `
do:
  - tell:
      call: asyncapi
      with:
        document: { endpoint: 'https://docs.example/rooms.json' }
        operation: measure
        server: { name: main, variables: { site: '\${ .site }' } }
        message:
          payload: { celsius: '\${ .celsius }' }
          headers: { trace: t-1 }
        authentication: { bearer: { token: '\${ .token }' } }
`;

/** Answers the document, and batches of messages one after the other once the channel is listened to. */
function channelOf(...batches: readonly (readonly JsonValue[])[]) {
  const left = [...batches];
  return ({ kind, with: args }: CallRequest): JsonValue => {
    if (kind === 'resource') return { content: '{"asyncapi":"3.0.0"}' };
    if (args['isOver'] === true) return null;
    const isFirst = left.length === batches.length;
    if (isFirst && args['document'] === undefined) return null;
    return [...(left.shift() ?? [])];
  };
}

function listening(subscription: string): string {
  return `
do:
  - hear:
      call: asyncapi
      with:
        document: { endpoint: 'https://docs.example/rooms.json' }
        channel: rooms
        subscription: ${subscription}
`;
}

const said = (celsius: number): JsonValue => ({ payload: { celsius }, headers: {} });

describe('a message that is sent', () => {
  it('goes with document, evaluated values and the key, as one effect, and the input is the output', async () => {
    const input = { site: 'a', celsius: 20, token: 's3cret', nested: {} };
    const { host, outcome, journal } = await runJob(measured, {
      input,
      script: { call: channelOf() },
    });
    expect(outcome).toMatchObject({ state: 'completed', output: input });
    expect(host.calls.map(({ kind }) => kind)).toEqual(['resource', 'asyncapi']);
    expect(host.calls[1]?.with).toEqual({
      ...{ document: { asyncapi: '3.0.0' }, uri: 'https://docs.example/rooms.json' },
      ...{ operation: 'measure', server: { name: 'main', variables: { site: 'a' } } },
      message: { payload: { celsius: 20 }, headers: { trace: 't-1' } },
      parameters: { site: 'a', celsius: 20, token: 's3cret' },
      authentication: { scheme: 'bearer', token: 's3cret' },
      idempotencyKey: expect.any(String) as string,
    });
    expect(journal).toHaveLength(1);
  });
});

describe('messages that come', () => {
  it('are taken until there are enough, and the channel is left', async () => {
    const { host, outcome } = await runJob(listening('{ consume: { amount: 3 } }'), {
      script: { call: channelOf([said(1), said(2)], [said(3), said(4)]) },
    });
    expect(outcome).toMatchObject({ output: [said(1), said(2), said(3)] });
    const calls = host.calls.filter(({ kind }) => kind === 'asyncapi');
    expect(calls.map(({ with: args }) => [args['document'] !== undefined, args['isOver']])).toEqual(
      [
        ...[
          [false, undefined],
          [true, undefined],
          [false, undefined],
        ],
        [false, true],
      ],
    );
  });

  it('are those that the filter lets through', async () => {
    const filter = "'${ .payload.celsius > $input.least }'";
    const { outcome, journal } = await runJob(
      listening(`{ filter: ${filter}, consume: { amount: 2 } }`),
      { input: { least: 2 }, script: { call: channelOf([said(1), said(2), said(3)], [said(4)]) } },
    );
    expect(outcome).toMatchObject({ output: [said(3), said(4)] });
    // Those that are left out are no part of the job.
    expect(JSON.stringify(journal)).not.toContain('"celsius":1');
  });

  it.each([
    ['while, asked after each', "while: '${ map(.payload.celsius) | add < 5 }'", [1, 2, 3]],
    ['until, asked before each', "until: '${ length == 2 }'", [1, 2]],
    ['until from the start', "until: '${ true }'", []],
  ])('are taken by %s', async (_what, condition, expected) => {
    const { outcome } = await runJob(listening(`{ consume: { ${condition} } }`), {
      script: { call: channelOf([said(1), said(2), said(3), said(4)]) },
    });
    expect(outcome).toMatchObject({ output: expected.map(said) });
  });

  it('are no more when the time is over', async () => {
    const { host, outcome } = await runJob(listening('{ consume: { amount: 9, for: PT30M } }'), {
      script: { call: channelOf([said(1)], []) },
    });
    expect(outcome).toMatchObject({ output: [said(1)] });
    const [first] = host.calls;
    expect(first?.with).toMatchObject({ channel: 'rooms', dueAt: testStart + 1_800_000 });
  });

  it('are each fully processed before the next, and what is exported counts', async () => {
    const subscription = `
          consume: { until: '\${ ($context.sum // 0) >= 3 }' }
          foreach:
            item: message
            at: place
            do:
              - double: { set: { n: '\${ $message.payload.celsius * 2 }', place: '\${ $place }' } }
            output: { as: .n }
            export: { as: '\${ { sum: (($context.sum // 0) + $message.payload.celsius) } }' }`;
    const { outcome, events } = await runJob(listening(subscription), {
      script: { call: channelOf([said(1), said(2), said(3)]) },
    });
    expect(outcome).toMatchObject({ output: [2, 4] });
    const tasks = events.map(({ task }) => task);
    expect(tasks).toContain('/do/0/hear/with/subscription/foreach/do/0/double');
  });

  it('stay the same on every replay, and the connection is made anew for the next', async () => {
    const source = listening(`
          consume: { amount: 2 }
          foreach: { do: [{ rest: { wait: PT1H } }] }`);
    let asked = 0;
    const { outcome, runs } = await runJob(source, {
      script: {
        call({ kind, with: args }) {
          if (kind === 'resource') return { content: '{"asyncapi":"3.0.0"}' };
          if (args['document'] === undefined) return null;
          asked += 1;
          return [said(asked)];
        },
      },
    });
    expect(runs).toBe(3);
    expect(outcome).toMatchObject({ output: [said(1), said(2)] });
  });

  it('are not looked at without end', async () => {
    const { outcome } = await runJob(
      listening("{ filter: '${ false }', consume: { amount: 1 } }"),
      {
        limits: { events: 5 },
        script: {
          call: ({ kind }) =>
            kind === 'resource' ? { content: '{}' } : [said(1), said(2), said(3)],
        },
      },
    );
    expect(outcome).toMatchObject({
      error: { detail: 'hear has been offered more than 5 messages' },
    });
  });
});

describe('definitions', () => {
  const findingsOf = (withText: string) =>
    loadDefinition(`
document: { dsl: '1.0.3', namespace: n, name: a, version: '1.0.0' }
do:
  - hear:
      call: asyncapi
      with:
        document: { endpoint: 'https://docs.example/rooms.json' }
        operation: hear
${withText}
`).findings.map(({ id, path, line, message }) => ({ id, path, line, message }));

  it.each([
    [
      'a protocol that is not spoken',
      '        protocol: kafka\n        message: { payload: { a: 1 } }',
      { id: 'unsupported/protocol', path: '/do/0/hear/with/protocol', line: 9 },
    ],
    [
      'no message',
      '        subscription: { consume: { amount: 0 } }',
      { id: 'consume/amount', path: '/do/0/hear/with/subscription/consume/amount', line: 9 },
    ],
    [
      'a time that is none',
      '        subscription: { consume: { amount: 1, for: { minutes: -1 } } }',
      { id: 'duration/invalid', path: '/do/0/hear/with/subscription/consume/for', line: 9 },
    ],
    [
      'a filter that is no jq',
      "        subscription: { filter: '${ .a( }', consume: { amount: 1 } }",
      { path: '/do/0/hear/with/subscription/filter', line: 9 },
    ],
    [
      'a variable of the iteration outside of it',
      "        subscription: { filter: '${ $item }', consume: { amount: 1 } }",
      { path: '/do/0/hear/with/subscription/filter', line: 9 },
    ],
    [
      'a jump to nowhere within the iteration',
      '        subscription:\n          consume: { amount: 1 }\n          foreach: { do: [{ b: { set: { c: 1 }, then: nowhere } }] }',
      { path: '/do/0/hear/with/subscription/foreach/do/0/b/then', line: 11 },
    ],
  ])('with %s are refused, with the place', (_what, text, finding) => {
    expect(findingsOf(text)).toEqual([expect.objectContaining(finding)]);
  });
});
