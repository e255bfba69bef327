import type { World, WorldObject } from '../world.ts';

const book = (id: number): WorldObject => ({
  __typename: 'Book',
  id: `b${id}`,
  title: `Book ${id}`,
  pages: id * 100,
});
const film = (id: number): WorldObject => ({
  __typename: 'Film',
  id: `f${id}`,
  title: `Film ${id}`,
  minutes: id * 10,
});
const person = (id: number): WorldObject => ({
  __typename: 'Person',
  id: `p${id}`,
  name: `Person ${id}`,
});
const media = [book(1), film(1), book(2), film(2)];
const people = [person(1), person(2), person(3)];
const number = (value: unknown): number => (typeof value === 'number' ? value : 0);
const idNumber = (id: unknown): number => Number(String(id).slice(1));
const personOf = (id: unknown): WorldObject | undefined => people[idNumber(id) % 3];

/** Interfaces with keys, @interfaceObject, unions across subgraphs, fields that only some types have. */
export const mediaWorld: World = {
  name: 'media',
  subgraphs: {
    media: `
      type Query { media: [Media!]! medium(id: Int!): Media }
      interface Media @key(fields: "id") { id: ID! title: String! }
      type Book implements Media @key(fields: "id") { id: ID! title: String! pages: Int author: Person }
      type Film implements Media @key(fields: "id") { id: ID! title: String! minutes: Int director: Person! }
      type Person @key(fields: "id", resolvable: false) { id: ID! }`,
    scores: `
      type Query { best: Media }
      type Media @interfaceObject @key(fields: "id") { id: ID! score(scale: Int = 1): Int comments: [Comment!]! }
      type Comment { text: String! by: Person }
      type Person @key(fields: "id", resolvable: false) { id: ID! }`,
    people: `
      type Query { people(first: Int = 2): [Person!]! }
      union Work = Book | Film
      type Person @key(fields: "id") { id: ID! name: String! age(inDays: Boolean = false): Int works: [Work!]! }
      type Book @key(fields: "id", resolvable: false) { id: ID! }
      type Film @key(fields: "id", resolvable: false) { id: ID! }`,
  },
  truth: () => ({
    objects: [...media, ...people],
    fields: {
      Query: {
        media: () => media,
        medium: (_, { id }) => media[Number(id)] ?? null,
        best: () => media[1],
        people: (_, { first }) => people.slice(0, number(first)),
      },
      Media: { score: (one, args) => score(one, args), comments: (one) => comments(one) },
      Book: { author: ({ id }) => personOf(id) },
      Film: { director: ({ id }) => personOf(id) },
      Person: {
        works: ({ id }) => media.filter((one) => idNumber(one['id']) === idNumber(id)),
        age: ({ id }, { inDays }) => idNumber(id) * (inDays === true ? 365 : 1),
      },
      Comment: { by: ({ number: index }) => personOf(`p${number(index)}`) },
    },
  }),
};

function score(
  one: Readonly<Record<string, unknown>>,
  { scale }: Readonly<Record<string, unknown>>,
): number {
  return idNumber(one['id']) * number(scale);
}

function comments(one: Readonly<Record<string, unknown>>): readonly WorldObject[] {
  return [1, 2].map((index) => ({
    __typename: 'Comment',
    text: `${String(one['id'])} ${index}`,
    number: index,
  }));
}
