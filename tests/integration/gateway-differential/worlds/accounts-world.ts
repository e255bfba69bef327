import type { World, WorldObject } from '../world.ts';

const account = (id: number): WorldObject => ({
  __typename: ['Person', 'Firm', 'Robot'][id % 3] ?? 'Person',
  id: `n${id}`,
  handle: `handle-${id}`,
  age: 20 + id,
  vat: `VAT${id}`,
  model: id % 2 === 0 ? null : `R${id}`,
  level: id,
});
const accounts = [0, 1, 2, 3, 4, 5].map(account);
const at = (id: unknown, step: number): WorldObject | undefined =>
  accounts[(Number(String(id).slice(1)) + step) % accounts.length];

/** An interface entity that several subgraphs extend as one `@interfaceObject`, each with fields of its own. */
export const accountsWorld: World = {
  name: 'accounts',
  subgraphs: {
    accounts: `
      interface Account @key(fields: "id") { id: ID! handle: String! }
      type Person implements Account @key(fields: "id") { id: ID! handle: String! age: Int friend: Account }
      type Firm implements Account @key(fields: "id") { id: ID! handle: String! vat: String owner: Person }
      type Robot implements Account @key(fields: "id") { id: ID! handle: String! model: String }
      union Actor = Person | Robot
      type Query { accounts(first: Int = 4): [Account!]! account(index: Int!): Account actors: [Actor] firm: Firm }`,
    levels: `
      type Account @key(fields: "id") @interfaceObject {
        id: ID! level: Int! badge(loud: Boolean = false): String
        mentor: Account
      }
      type Query { top: Account ranked: [Account!] }`,
    gifts: `
      type Account @key(fields: "id") @interfaceObject {
        id: ID! gifts: [Gift!] title: String
      }
      type Gift { name: String! from: Account }
      type Query { giver: Account }`,
    people: `
      type Person @key(fields: "id") { id: ID! nick: String employer: Firm }
      type Firm @key(fields: "id") { id: ID! staff(first: Int = 2): [Person!]! }
      type Query { boss: Person }`,
  },
  truth: () => ({
    objects: accounts,
    fields: {
      Query: {
        accounts: (_, { first }) => accounts.slice(0, Number(first)),
        account: (_, { index }) => accounts[Number(index) + 1] ?? null,
        actors: () => [accounts[0], null, accounts[2], accounts[5]],
        firm: () => accounts[4],
        top: () => accounts[1],
        ranked: () => [accounts[2], accounts[0], accounts[2]],
        giver: () => accounts[3],
        boss: () => accounts[3],
      },
      Account: {
        mentor: ({ id }) => (id === 'n4' ? null : at(id, 1)),
        gifts: ({ level }) => (level === 3 ? null : giftsOf(Number(level))),
        title: ({ handle, level }) => `${String(handle)} of level ${String(level)}`,
        badge: ({ handle }, { loud }) => `${String(handle)}${loud === true ? '!' : ''}`,
      },
      Person: {
        friend: ({ id }) => at(id, 2),
        nick: ({ id }) => `nick ${String(id)}`,
        employer: ({ id }) => at(id, 1),
      },
      Firm: {
        owner: ({ id }) => at(id, 2),
        staff: (_, { first }) => [accounts[0], accounts[3]].slice(0, Number(first)),
      },
      Gift: { from: ({ by }) => at(by, 3) },
    },
  }),
};

function giftsOf(level: number): WorldObject[] {
  return Array.from({ length: level % 3 }, (_, index) => ({
    __typename: 'Gift',
    name: `gift ${index} of ${level}`,
    by: `n${index}`,
  }));
}
