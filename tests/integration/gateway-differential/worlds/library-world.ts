import type { World, WorldObject } from '../world.ts';

const author = (id: number): WorldObject => ({
  __typename: 'Author',
  id: `a${id}`,
  name: `Author ${id}`,
  born: id === 2 ? null : 1900 + id,
  country: { __typename: 'Country', code: `C${id}`, name: `Country ${id}` },
});
const authors = [1, 2, 3].map(author);
const work = (typename: string, id: number): WorldObject => ({
  __typename: typename,
  id: `${typename}${id}`,
  title: `${typename} no. ${id}`,
  pages: id * 10,
  minutes: id * 7,
  author: authors[id % 3],
});
const works = [1, 2, 3].flatMap((id) => [work('Novel', id), work('Talk', id)]);
const first = (count: unknown): WorldObject[] => works.slice(0, Number(count));

/** `@provides` on objects, nested objects, interfaces, unions and lists; without it the fields are elsewhere. */
export const libraryWorld: World = {
  name: 'library',
  subgraphs: {
    works: `
      interface Work { id: ID! title: String author: Author }
      type Novel implements Work @key(fields: "id") {
        id: ID! title: String @shareable pages: Int @shareable author: Author @shareable
      }
      type Talk implements Work @key(fields: "id") {
        id: ID! title: String @shareable minutes: Int @shareable author: Author @shareable
      }
      type Author @key(fields: "id") { id: ID! }
      type Query { works(first: Int = 3): [Work!]! work(index: Int!): Work }`,
    authors: `
      type Author @key(fields: "id") {
        id: ID! name: String @shareable born: Int @shareable country: Country @shareable
      }
      type Country @shareable { code: ID! name: String }
      type Query { authors: [Author!]! }`,
    fairs: `
      interface Work { id: ID! title: String author: Author }
      union Item = Novel | Talk
      type Novel implements Work @key(fields: "id") {
        id: ID! title: String @external pages: Int @external author: Author @external
      }
      type Talk implements Work @key(fields: "id") {
        id: ID! title: String @external minutes: Int @external author: Author @external
      }
      type Author @key(fields: "id") {
        id: ID! name: String @external born: Int @external country: Country @external
      }
      type Country @shareable { code: ID! name: String }
      type Stand {
        number: Int!
        shows: [Item!]! @provides(fields: "... on Novel { title } ... on Talk { minutes }")
        best: Work @provides(fields: "... on Novel { title } ... on Talk { title }")
        novel: Novel @provides(fields: "pages author { name }")
        guest: Author @provides(fields: "name country { name }")
        plain: Item
      }
      type Query {
        stands: [Stand!]!
        novelty: Novel @provides(fields: "title author { born country { code } }")
        any: [Work] @provides(fields: "... on Novel { pages } ... on Talk { title author { name } }")
        unknown: Novel
      }`,
  },
  truth: () => ({
    objects: [...authors, ...works],
    fields: {
      Query: {
        works: (_, { first: count }) => first(count),
        work: (_, { index }) => works[Number(index)] ?? null,
        authors: () => authors,
        stands: () => [0, 1, 2].map((number) => ({ __typename: 'Stand', number })),
        novelty: () => works[2],
        any: () => [works[1], null, works[4]],
        unknown: () => works[0],
      },
      Stand: {
        shows: ({ number }) => works.slice(Number(number), Number(number) + 3),
        best: ({ number }) => works[Number(number) + 1],
        novel: ({ number }) => (number === 1 ? null : works[Number(number)]),
        guest: ({ number }) => authors[Number(number)],
        plain: ({ number }) => works[5 - Number(number)],
      },
    },
  }),
};
