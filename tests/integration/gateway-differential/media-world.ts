import type { World, WorldObject } from './world.ts';

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
  objects: [...media, ...people],
  truth: {
    Query: {
      media: () => media,
      medium: (_, { id }) => media[Number(id)] ?? null,
      best: () => media[1],
      people: (_, { first }) => people.slice(0, number(first)),
    },
    Media: { __resolveType: ({ __typename }) => __typename },
    Work: { __resolveType: ({ __typename }) => __typename },
    Book: {
      author: ({ id }) => personOf(id),
      score: (media_, args) => score(media_, args),
      comments: (m) => comments(m),
    },
    Film: {
      director: ({ id }) => personOf(id),
      score: (media_, args) => score(media_, args),
      comments: (m) => comments(m),
    },
    Person: {
      works: ({ id }) => media.filter((one) => idNumber(one['id']) === idNumber(id)),
      age: ({ id }, { inDays }) => idNumber(id) * (inDays === true ? 365 : 1),
    },
    Comment: { by: ({ number: index }) => personOf(`p${number(index)}`) },
  },
  subgraphs: {
    media: {
      entities: { Book: 'id', Film: 'id', Media: 'id' },
      sdl: `
        type Query { media: [Media!]! medium(id: Int!): Media }
        interface Media @key(fields: "id") { id: ID! title: String! }
        type Book implements Media @key(fields: "id") { id: ID! title: String! pages: Int author: Person }
        type Film implements Media @key(fields: "id") { id: ID! title: String! minutes: Int director: Person! }
        type Person @key(fields: "id", resolvable: false) { id: ID! }`,
    },
    scores: {
      entities: { Media: 'id' },
      resolvers: {
        Query: { best: () => ({ ...media[1], __typename: 'Media' }) },
        Media: { score: (one, args) => score(one, args), comments: (one) => comments(one) },
      },
      sdl: `
        type Query { best: Media }
        type Media @interfaceObject @key(fields: "id") { id: ID! score(scale: Int = 1): Int comments: [Comment!]! }
        type Comment { text: String! by: Person }
        type Person @key(fields: "id", resolvable: false) { id: ID! }`,
    },
    people: {
      entities: { Person: 'id' },
      sdl: `
        type Query { people(first: Int = 2): [Person!]! }
        union Work = Book | Film
        type Person @key(fields: "id") { id: ID! name: String! age(inDays: Boolean = false): Int works: [Work!]! }
        type Book @key(fields: "id", resolvable: false) { id: ID! }
        type Film @key(fields: "id", resolvable: false) { id: ID! }`,
    },
  },
};

function score(
  one: Readonly<Record<string, unknown>>,
  { scale }: Readonly<Record<string, unknown>>,
): number {
  return idNumber(one['id']) * number(scale);
}

function comments(
  one: Readonly<Record<string, unknown>>,
): readonly Readonly<Record<string, unknown>>[] {
  return [1, 2].map((index) => ({ text: `${String(one['id'])} ${index}`, number: index }));
}
