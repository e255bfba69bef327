import type { World, WorldObject } from '../world.ts';

const node = (id: number): WorldObject => ({
  __typename: 'Task',
  id: `t${id}`,
  title: `Task ${id}`,
  owner: id === 3 ? null : `o${id % 2}`,
});
const tasks = [0, 1, 2, 3, 4].map(node);
const owners = [0, 1].map((id): WorldObject => ({
  __typename: 'Owner',
  id: `o${id}`,
  name: `O${id}`,
}));
const numberOf = (id: unknown): number => Number(String(id).slice(1));
const fail = (message: string): never => {
  throw new Error(message);
};
const next = (id: unknown, step: number) => tasks[(numberOf(id) + step) % 5];

/** Fields that fail or are null, where they may be null and where they may not, in lists and behind entities. */
export const faultsWorld: World = {
  name: 'faults',
  subgraphs: {
    tasks: `
      type Query { tasks(first: Int = 3): [Task!]! task(index: Int!): Task loose: [Task] broken: Task surely: Task! }
      type Task @key(fields: "id") {
        id: ID! title: String! owner: Owner flaky: String strict: String! after: Task sub: [Task!] grid: [[Task!]]
      }
      type Owner @key(fields: "id") { id: ID! }`,
    owners: `
      type Owner @key(fields: "id") { id: ID! name: String! tasks: [Task] mood: Int grave: Int! }
      type Task @key(fields: "id", resolvable: false) { id: ID! }
      type Query { owner: Owner owners: [Owner!] }`,
    times: `
      type Task @key(fields: "id") {
        id: ID! minutes: Int hours: Int! done: Boolean history: [Entry] log: [Entry!]! watcher: Owner!
      }
      type Entry { at: Int! by: Owner text: String }
      type Owner @key(fields: "id") { id: ID! idle: Boolean! }`,
  },
  truth: () => ({
    objects: [...tasks, ...owners],
    fields: {
      Query: {
        tasks: (_, { first }) => tasks.slice(0, Number(first)),
        task: (_, { index }) => tasks[Number(index)] ?? null,
        loose: () => [tasks[4], null, tasks[1]],
        broken: () => fail('no broken task'),
        surely: () => tasks[2],
        owner: () => owners[0],
        owners: () => owners,
      },
      Task: {
        owner: ({ owner }) => owners.find(({ id }) => id === owner) ?? null,
        flaky: ({ id }) => (id === 't1' ? fail('flaky is away') : `flaky ${String(id)}`),
        strict: ({ id }) => (id === 't2' ? fail('strict fails') : 'strict'),
        after: ({ id }) => next(id, 1),
        sub: ({ id }) => [next(id, 2), next(id, 3)],
        grid: ({ id }) => [[next(id, 1)], null, [next(id, 4), next(id, 2)]],
        minutes: ({ id }) => (id === 't0' ? fail('no clock') : numberOf(id) * 60),
        hours: ({ id }) => (id === 't4' ? null : id === 't3' ? fail('no hour') : numberOf(id)),
        done: ({ id }) => (id === 't2' ? null : true),
        history: ({ id }) => [entry(id, 0), null, entry(id, 2)],
        log: ({ id }) => (id === 't4' ? fail('log lost') : [entry(id, 1)]),
        watcher: ({ id }) => owners[numberOf(id) % 2],
      },
      Entry: {
        at: ({ at }) => (at === 2 ? null : at),
        by: ({ at }) => owners[Number(at)] ?? null,
        text: ({ at }) => (at === 1 ? fail('unreadable') : `entry ${String(at)}`),
      },
      Owner: {
        tasks: ({ id }) => [next(id, 0), null, next(id, 3)],
        mood: ({ id }) => (id === 'o1' ? fail('bad mood') : 7),
        grave: ({ id }) => (id === 'o0' ? null : 1),
        idle: ({ id }) => (id === 'o1' ? fail('never idle') : true),
      },
    },
  }),
};

function entry(id: unknown, step: number): WorldObject {
  return { __typename: 'Entry', at: (numberOf(id) + step) % 3 };
}
