import { buildSchemaFromAST, Supergraph } from '@apollo/federation-internals';
import type { DocumentNode } from 'graphql';

/**
 * Builds a supergraph of whatever features, and validates it; throws what is wrong with it. The rules for documents look
 * at the one that was read: to write the schema as a document again takes as long as all the rest.
 */
export function buildSupergraph(document: DocumentNode): Supergraph {
  const schema = buildSchemaFromAST(document, { validate: false });
  schema.toAST = () => document;
  schema.validate();
  Reflect.deleteProperty(schema, 'toAST');
  return new Supergraph(schema, null);
}
