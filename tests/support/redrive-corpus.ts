import { crowded, crowdedScript, example, scenarios } from '../../engine/testing/scenarios.ts';
import { testEvent, type Script } from '../../engine/testing/scripted-host.ts';
import type { JsonValue } from '../../kernel/json.ts';

/** A definition of which every effect is made to fail, and what it needs to come to its end. */
export interface CorpusMember {
  readonly text: string;
  readonly input: JsonValue;
  readonly script: Script;
  /** Definitions that it starts. */
  readonly children: readonly string[];
}

const head = (name: string): string =>
  `document: {dsl: '1.0.3', namespace: tests, name: ${name}, version: '1.0.0'}\n`;

const call = (name: string): string =>
  `{${name}: {call: integration, with: {integration: i, operation: ${name}}}}`;

/** Fails when all else is done, and keeps what was there before it. */
const late = {
  late: {
    call: 'integration',
    with: { integration: 'i', operation: 'late' },
    // An event that was emitted has an id and a time of its own in every job.
    output: {
      as: '${ {late: ., before: ($input | walk(if type == "object" then del(.id, .time) else . end))} }',
    },
  },
};

// Those that stand still for long, end by an error of their own, or handle failures (looked at one by one elsewhere).
const leftOut = /^(?:wait|raise|try-catch|run-subflow)/;

function exampleMember(name: string): CorpusMember {
  const { document } = example(name);
  const { input = {}, script = {} } = scenarios[name] ?? {};
  const text = JSON.stringify({ ...document, do: [...document.do, late] });
  return { text, input, script, children: [] };
}

const answering: Script = {
  call: ({ with: { operation = null } }) => ({ zebra: operation, a: [1e300, 0.1], '10': 1 }),
  approval: () => ({ decision: 'approved' }),
};

const member = (tasks: string, more: Partial<CorpusMember> = {}): CorpusMember => ({
  ...{ text: head('member') + tasks, input: {}, script: answering, children: [] },
  ...more,
});

const undone = '{undone: {raise: {error: {type: https://example.com/undone, status: 502}}}}';
const retry = 'retry: {delay: {milliseconds: 1}, limit: {attempt: {count: 2}}}';
const paid = testEvent('paid.v1', { zebra: 1, a: 2 });

const ours: Readonly<Record<string, CorpusMember>> = {
  'a saga with two compensations': member(`do:
  - book:
      try:
        - ${call('hotel').slice(1, -1)}
        - trip:
            try: [${call('flight')}, ${call('car')}]
            catch: {as: problem, do: [${call('undoFlight')}, {again: {raise: {error: '\${ $problem }'}}}]}
        - ${call('pay').slice(1, -1)}
      catch: {do: [${call('undoHotel')}, ${undone}]}
  - ${call('tell').slice(1, -1)}
`),
  'retries in a fork': member(`do:
  - all:
      fork:
        branches:
          - left: {try: [${call('one')}, ${call('two')}], catch: {${retry}}}
          - right: {do: [${call('three')}, ${call('four')}]}
  - form: {set: '\${ {text: tojson} }'}
`),
  'a loop with an effect and a wait a turn': member(`do:
  - each:
      for: {in: '\${ [3, 1, 2] }', each: item}
      do:
        - ${call('pay').slice(1, -1)}
        - rest: {wait: {milliseconds: 1}}
        - note: {set: '\${ {item: $item, text: (. | tojson)} }', export: {as: '\${ {sum: (($context.sum // 0) + $item)} }'}}
  - form: {set: '\${ {sum: $context.sum, last: .} }'}
`),
  'an approval, an event, an emission': member(
    `do:
  - ask: {call: approval, with: {title: Well}, output: {as: '\${ .decision }'}}
  - ${call('first').slice(1, -1)}
  - hear: {listen: {to: {one: {with: {type: paid.v1}}}}, export: {as: '\${ .[0] | tojson }'}}
  - ${call('second').slice(1, -1)}
  - tell: {emit: {event: {with: {type: done.v1, source: /tests, data: '\${ $context }'}}}}
  - ${call('third').slice(1, -1)}
  - form: {set: '\${ {heard: $context} }'}
`,
    { script: { ...answering, events: [paid] } },
  ),
  'children that are awaited and not': member(
    `do:
  - begin: {run: {workflow: {namespace: tests, name: child, version: latest}, await: false}}
  - both:
      fork:
        branches:
          - one: {run: {workflow: {namespace: tests, name: child, version: latest}}}
          - two: {do: [${call('beside')}, {sub: {run: {workflow: {namespace: tests, name: child, version: latest}}}}]}
  - ${call('after').slice(1, -1)}
`,
    { children: [`${head('child')}do:\n  - ${call('inner').slice(1, -1)}\n`] },
  ),
  'deadlines that are kept': member(`timeout: {after: PT1H}
do:
  - work: {do: [${call('one')}, {rest: {wait: {milliseconds: 1}}}, ${call('two')}], timeout: {after: PT1H}}
  - ${call('three').slice(1, -1)}
`),
  'a bit of everything': {
    text: head('crowded') + shortened(crowded),
    ...{ input: {}, script: crowdedScript, children: [] },
  },
};

/** With short pauses, where the engine's tests have a clock of their own, and no race that a pause could win. */
function shortened(text: string): string {
  return text
    .replaceAll(/wait: PT\dH/g, 'wait: PT0.01S')
    .replace('compete: true', 'compete: false')
    .replaceAll('delay: PT5S, jitter: { from: PT1S, to: PT3S }', 'delay: PT0.01S');
}

/** The examples of the specification that call something, each followed by one more call, and definitions of ours. */
export const redriveCorpus: Readonly<Record<string, CorpusMember>> = {
  ...Object.fromEntries(
    Object.keys(scenarios)
      .filter((name) => !leftOut.test(name))
      .map((name) => [name, exampleMember(name)]),
  ),
  ...ours,
};
