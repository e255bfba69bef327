import { fileURLToPath } from 'node:url';

/** The supergraph of Operandi's own subgraphs. */
export const supergraphFile = fileURLToPath(
  new URL('../../schema/supergraph.graphql', import.meta.url),
);
