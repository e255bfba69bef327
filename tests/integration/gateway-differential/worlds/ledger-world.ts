import type { World, WorldObject } from '../world.ts';

/** Mutations of several subgraphs on the same entities: each must see what those before it have done. */
export const ledgerWorld: World = {
  name: 'ledger',
  subgraphs: {
    accounts: `
      type Query { accounts: [Account!]! account(id: ID!): Account }
      type Account @key(fields: "id") { id: ID! owner: String! balance: Int! history: [Entry!]! }
      interface Entry { amount: Int! account: Account }
      type Deposit implements Entry { amount: Int! account: Account }
      type Payment implements Entry { amount: Int! account: Account to: Account }
      enum Mode { ADD SET }
      input Change { id: ID! amount: Int! mode: Mode = ADD tags: [String!] }
      type Mutation {
        deposit(change: Change!): Account
        pay(from: ID!, to: ID!, amount: Int = 1): Payment
        refuse(id: ID!): Account
      }`,
    limits: `
      type Account @key(fields: "id") {
        id: ID! balance: Int! @external limit: Int risk: String @requires(fields: "balance")
      }
      type Mutation { setLimit(id: ID!, limit: Int): Account! raiseAll(by: Int! = 1): [Account!]! }`,
    notes: `
      type Account @key(fields: "id") { id: ID! limit: Int @external notes: [String!]! warning: String @requires(fields: "limit") }
      type Mutation { addNote(id: ID!, text: String!): Account clearNotes(id: ID!): Int }`,
  },
  truth: () => {
    const accounts = [0, 1, 2, 3, 4].map((id): WorldObject => ({
      __typename: 'Account',
      id: String(id),
      owner: `Owner ${id}`,
      balance: id * 10,
      limit: id === 2 ? null : id,
      notes: [],
      history: [],
    }));
    const find = (id: unknown) => accounts.find((one) => one['id'] === id);
    const add = (
      one: WorldObject | undefined,
      entry: Omit<WorldObject, '__typename'>,
      type: string,
    ) => {
      if (one === undefined) return null;
      one['balance'] = Number(one['balance']) + Number(entry['amount']);
      const made: WorldObject = { ...entry, account: one['id'], __typename: type };
      one['history'] = [...(one['history'] as WorldObject[]), made].slice(-3);
      return made;
    };
    return {
      objects: accounts,
      fields: {
        Query: { accounts: () => accounts, account: (_, { id }) => find(id) ?? null },
        Entry: { account: ({ account }) => find(account) ?? null },
        Payment: { to: ({ to }) => find(to) ?? null },
        Mutation: {
          deposit: (_, { change }) => {
            const { id, amount, mode } = change as Readonly<Record<string, unknown>>;
            const one = find(id);
            if (one !== undefined && mode === 'SET') one['balance'] = 0;
            add(one, { amount }, 'Deposit');
            return one ?? null;
          },
          pay: (_, { from, to, amount }) => {
            add(find(to), { amount }, 'Deposit');
            return add(find(from), { amount: -Number(amount ?? 0), to }, 'Payment');
          },
          refuse: (_, { id }) => {
            throw new Error(`account ${String(id)} is closed`);
          },
          setLimit: (_, { id, limit }) => {
            const one = find(id);
            if (one !== undefined) one['limit'] = limit ?? null;
            return one ?? null;
          },
          raiseAll: (_, { by }) => {
            for (const one of accounts) one['limit'] = Number(one['limit']) + Number(by);
            return accounts.slice(0, 2);
          },
          addNote: (_, { id, text }) => {
            const one = find(id);
            if (one !== undefined) one['notes'] = [...(one['notes'] as string[]), text].slice(-3);
            return one ?? null;
          },
          clearNotes: (_, { id }) => {
            const one = find(id);
            const count = (one?.['notes'] as string[] | undefined)?.length ?? null;
            if (one !== undefined) one['notes'] = [];
            return count;
          },
        },
      },
      computed: {
        Account: {
          risk: ({ balance }) => (Number(balance) > 30 ? `high ${String(balance)}` : 'low'),
          warning: ({ limit }) => (limit === null ? null : `limit ${JSON.stringify(limit)}`),
        },
      },
    };
  },
};
