import { composeServices } from '@apollo/composition';
import { type DocumentNode, parse } from 'graphql';

/** Everything a test schema may import from the federation specification. */
const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: [
  "@key", "@shareable", "@external", "@requires", "@provides", "@override", "@inaccessible", "@tag", "@interfaceObject",
  "@authenticated", "@requiresScopes", "@policy", "@context", "@fromContext", "@cost", "@listSize"
])`;

/** A subgraph as a test writes it. */
export interface TestSubgraph {
  readonly name: string;
  readonly url?: string;
  readonly sdl: string;
}

/** Composes subgraphs; throws with every fault of composition. */
export function compose(subgraphs: readonly TestSubgraph[]): string {
  const services = subgraphs.map(({ name, sdl, url = `http://${name}.test/graphql` }) => ({
    name,
    url,
    typeDefs: withLink(sdl),
  }));
  const { supergraphSdl, errors } = composeServices(services);
  if (errors !== undefined) throw new Error(errors.map((error) => error.message).join('\n'));
  return supergraphSdl;
}

/** The subgraph's SDL with the federation directives linked. */
export function withLink(sdl: string): DocumentNode {
  return parse(`${link}\n${sdl}`);
}

/** A resolver as tests write them. */
export type TestResolver = (
  source: Readonly<Record<string, unknown>>,
  args: Readonly<Record<string, unknown>>,
) => unknown;

/** Resolvers by type and field; `__resolveReference` and `__resolveType` included. */
export type TestResolvers = Readonly<Record<string, Readonly<Record<string, TestResolver>>>>;
