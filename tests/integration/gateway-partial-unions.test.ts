import { afterEach, beforeEach, expect, test } from 'vitest';

import { compose } from '../../gateway/testing/federated.ts';
import { ask, startGateway } from '../../gateway/testing/start-gateway.ts';
import { startSubgraph } from '../../gateway/testing/subgraph-server.ts';

let stack: AsyncDisposableStack;
beforeEach(() => {
  stack = new AsyncDisposableStack();
});
afterEach(() => stack.disposeAsync());

const parcel = { __typename: 'Parcel', grams: 5 };
const letter = { __typename: 'Letter', text: 'hello' };
const card = { __typename: 'Card', picture: 'sea' };

/** Two subgraphs that both have trays, by their keys, and slots; each knows a kind of items that the other does not. */
async function openPost() {
  const depotSdl = `type Query { inbox: Tray onlyDepot: Slot both: Slot @shareable }
    type Tray @key(fields: "id") { id: ID! slot: Slot @shareable }
    type Slot @shareable { items: [Item]! } union Item = Letter | Parcel
    type Letter @shareable { text: String } type Parcel { grams: Int }`;
  const officeSdl = `type Query { outbox: Tray both: Slot @shareable }
    type Tray @key(fields: "id") { id: ID! slot: Slot @shareable }
    type Slot @shareable { items: [Item]! } union Item = Letter | Card
    type Letter @shareable { text: String } type Card { picture: String }`;
  const depotSlot = { items: [parcel, letter] };
  const officeSlot = { items: [card, letter] };
  const depot = stack.use(
    await startSubgraph(depotSdl, {
      Query: {
        inbox: () => ({ id: '1', slot: depotSlot }),
        onlyDepot: () => depotSlot,
        both: () => depotSlot,
      },
      Tray: { __resolveReference: ({ id }) => ({ id, slot: depotSlot }) },
    }),
  );
  const office = stack.use(
    await startSubgraph(officeSdl, {
      Query: { outbox: () => ({ id: '1', slot: officeSlot }), both: () => officeSlot },
      Tray: { __resolveReference: ({ id }) => ({ id, slot: officeSlot }) },
    }),
  );
  const sdl = compose([
    { name: 'depot', sdl: depotSdl, url: depot.url },
    { name: 'office', sdl: officeSdl, url: office.url },
  ]);
  return stack.use(await startGateway({ supergraph: { sdl } }));
}

const items = 'items { ... on Parcel { grams } ... on Card { picture } ... on Letter { text } }';

test.each(['inbox { slot { ITEMS } }', 'both { ITEMS }'])(
  'a member that not all subgraphs know which could be asked gives null: %s',
  async (field) => {
    const { url } = await openPost();
    const { body } = await ask(url, { query: `{ ${field.replace('ITEMS', items)} }` });
    const text = JSON.stringify(body);
    expect(text).toContain('[{"grams":null},{"text":"hello"}]');
    expect(body['errors']).toBeUndefined();
  },
);

test('the same field gives the same members by whichever way it is reached', async () => {
  const { url } = await openPost();
  const { body } = await ask(url, { query: `{ outbox { slot { ${items} } } }` });
  expect(body).toEqual({
    data: { outbox: { slot: { items: [{ picture: null }, { text: 'hello' }] } } },
  });
});

test('a field that no other subgraph could be asked for gives all members of its own', async () => {
  const { url } = await openPost();
  const { body } = await ask(url, { query: `{ onlyDepot { ${items} } }` });
  expect(body).toEqual({ data: { onlyDepot: { items: [{ grams: 5 }, { text: 'hello' }] } } });
});
