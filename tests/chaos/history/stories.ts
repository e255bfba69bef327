import type { Expected } from './history.ts';

/** A kind of job that is submitted while things fail. */
export interface StoryKind {
  readonly agent: string;
  /** Its definition, given the outside system. */
  readonly definition: (outside: string) => string;
  readonly expected: Expected;
}

const head = (name: string): string =>
  `document: {dsl: '1.0.3', namespace: default, name: ${name}, version: '1.0.0'}\ndo:\n`;

/** A request of a task, whose receipt joins those that came before. */
const post = (task: string, outside: string): string =>
  `  - ${task}: {call: http, with: {method: post, endpoint: '${outside}', body: {}}, output: {as: '\${ ($input | objects // {}) + {${task}: .receipt} }'}}\n`;

/** A request that keeps its receipt for itself. */
const postAlone = (task: string, outside: string): string =>
  `{${task}: {call: http, with: {method: post, endpoint: '${outside}', body: {}}, output: {as: '\${ .receipt }'}}}`;

/** What listens for the event with the story's own name. */
export const eventType = 'test.chaos.go';

export const storyKinds: readonly StoryKind[] = [
  {
    agent: 'no-op',
    definition: () => `${head('no-op')}  - nothing: {set: {done: true}}\n`,
    expected: { effects: 0, width: 0 },
  },
  {
    agent: 'steps',
    definition: (outside) =>
      head('steps') + ['first', 'second', 'third'].map((task) => post(task, outside)).join(''),
    expected: { effects: 3, width: 1 },
  },
  {
    agent: 'timers',
    definition: (outside) =>
      `${head('timers')}${post('before', outside)}  - pause: {wait: {milliseconds: 700}}\n${post('after', outside)}`,
    expected: { effects: 2, width: 1 },
  },
  {
    agent: 'listens',
    definition: (outside) =>
      `${head('listens')}  - heard: {listen: {to: {one: {with: {type: ${eventType}}, correlate: {story: {from: .data.story, expect: '\${ $input.story }'}}}}}}\n${post('after', outside)}`,
    expected: { effects: 1, width: 1 },
  },
  {
    agent: 'asks',
    definition: (outside) =>
      `${head('asks')}  - ask: {call: approval, with: {title: Go on?}}\n${post('after', outside)}`,
    expected: { effects: 1, width: 1 },
  },
  {
    agent: 'forks',
    definition: (outside) =>
      `${head('forks')}  - both: {fork: {branches: [${postAlone('left', outside)}, ${postAlone('right', outside)}]}}\n`,
    expected: { effects: 2, width: 2 },
  },
  {
    agent: 'parents',
    definition: () =>
      `${head('parents')}  - one: {run: {workflow: {namespace: default, name: children, version: latest}}}\n  - two: {run: {workflow: {namespace: default, name: children, version: latest}}}\n`,
    expected: { effects: 0, width: 0 },
  },
];

/** Started by another kind alone. */
export const childKind: StoryKind = {
  agent: 'children',
  definition: (outside) => head('children') + post('only', outside),
  expected: { effects: 1, width: 1 },
};
