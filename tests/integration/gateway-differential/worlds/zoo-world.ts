import type { World, WorldObject } from '../world.ts';

const animal = (id: number): WorldObject => ({
  __typename: ['Cat', 'Dog', 'Fish'][id % 3] ?? 'Cat',
  id: `z${id}`,
  name: `Animal ${id}`,
  lives: 9 - id,
  tricks: id % 2 === 0 ? [] : ['sit', 'roll'],
  depth: id / 2,
  legs: id % 3 === 2 ? null : 4,
});
const animals = [0, 1, 2, 3, 4, 5].map(animal);
const keeper = (id: number): WorldObject => ({
  __typename: 'Keeper',
  id: `k${id}`,
  name: `K${id}`,
});
const keepers = [0, 1, 2].map(keeper);
const numberOf = (id: unknown): number => Number(String(id).slice(1));
const cats = animals.filter(({ __typename }) => __typename === 'Cat');
const dogs = animals.filter(({ __typename }) => __typename === 'Dog');

/** Interfaces of interfaces, and abstract types of which each subgraph knows other members and other fields. */
export const zooWorld: World = {
  name: 'zoo',
  subgraphs: {
    land: `
      interface Named { name: String }
      interface Animal implements Named { id: ID! name: String legs: Int }
      type Cat implements Animal & Named @key(fields: "id") { id: ID! name: String legs: Int lives: Int friend: Animal }
      type Dog implements Animal & Named @key(fields: "id") { id: ID! name: String legs: Int tricks: [String!] }
      union Pet = Cat | Dog
      type Query { landAnimals: [Animal!]! pet: Pet named: [Named] }`,
    water: `
      interface Animal { id: ID! legs: Int }
      type Fish implements Animal @key(fields: "id") { id: ID! legs: Int @shareable depth: Float hunter: Pet }
      type Cat implements Animal @key(fields: "id", resolvable: false) { id: ID! legs: Int @external }
      union Pet = Cat | Fish
      type Query { waterAnimals: [Animal] wet: Pet }`,
    names: `
      interface Named { name: String }
      type Fish implements Named @key(fields: "id") { id: ID! name: String legs: Int @shareable }
      type Keeper implements Named @key(fields: "id") { id: ID! name: String keeps: [Pet!] first: Named }
      type Dog @key(fields: "id") { id: ID! walker: Keeper }
      union Pet = Fish | Dog
      type Query { keepers: [Keeper!]! someone: Named }`,
  },
  truth: () => ({
    objects: [...animals, ...keepers],
    fields: {
      Query: {
        landAnimals: () => [...cats, ...dogs],
        pet: () => dogs[0],
        named: () => [cats[0], null, dogs[1]],
        waterAnimals: () => [animals[2], null, cats[1]],
        wet: () => cats[1],
        keepers: () => keepers,
        someone: () => animals[5],
      },
      Cat: { friend: ({ id }) => (id === 'z0' ? dogs[0] : cats[0]) },
      Dog: { walker: ({ id }) => keepers[numberOf(id) % 2] },
      Fish: { hunter: ({ id }) => (id === 'z2' ? cats[0] : animals[2]) },
      Keeper: {
        keeps: ({ id }) => [animals[2], dogs[0], animals[5]].slice(numberOf(id)),
        first: ({ id }) => (id === 'k0' ? animals[2] : keepers[0]),
      },
    },
  }),
};
