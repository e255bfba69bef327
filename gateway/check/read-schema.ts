import { printSchema, Supergraph } from '@apollo/federation-internals';
import { buildASTSchema, type GraphQLSchema, parse } from 'graphql';

import { parseSupergraph } from '../supergraph/parse-supergraph.ts';

/** The link of every supergraph. */
const joinSpec = 'https://specs.apollo.dev/join/';

function isSupergraph(sdl: string): boolean {
  return sdl.includes(joinSpec);
}

/** What clients see: of a supergraph its API schema, of any other SDL that itself. Throws what is wrong with it. */
export function readClientSchema(sdl: string): GraphQLSchema {
  if (!isSupergraph(sdl)) return build(sdl);
  parseSupergraph(sdl);
  return build(printSchema(Supergraph.build(sdl, { supportedFeatures: null }).apiSchema()));
}

/** Directives of federation need no definition. */
function build(sdl: string): GraphQLSchema {
  return buildASTSchema(parse(sdl, { noLocation: true }), { assumeValidSDL: true });
}
