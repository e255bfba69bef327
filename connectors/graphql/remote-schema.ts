import {
  buildClientSchema,
  buildSchema,
  getIntrospectionQuery,
  GraphQLError,
  type GraphQLSchema,
  type IntrospectionQuery,
  printSchema,
} from 'graphql';
import { LRUCache } from 'lru-cache';

import { sha256Hex } from '../../kernel/crypto/hash.ts';
import { isJsonObject, type JsonValue } from '../../kernel/json.ts';
import { cutText } from '../../kernel/storable.ts';

const maxLexicalTokens = 200_000;
const built = new LRUCache<string, { readonly schema: GraphQLSchema | Error }>({ max: 20 });

/** The query that asks a system for its schema. */
export const introspection = getIntrospectionQuery({
  descriptions: true,
  inputValueDeprecation: false,
});

/** A schema of its text, or why there is none. Building one takes time, so the last few are kept. */
export function schemaOf(sdl: string): GraphQLSchema | Error {
  const key = sha256Hex(sdl);
  const known = built.get(key);
  if (known !== undefined) return known.schema;
  const schema = build(sdl);
  built.set(key, { schema });
  return schema;
}

function build(sdl: string): GraphQLSchema | Error {
  try {
    return buildSchema(sdl, { maxLexicalTokens, noLocation: true });
  } catch (error) {
    return new Error(`no GraphQL schema: ${cutText(String(error), 300)}`, { cause: error });
  }
}

/** The text of the schema in an answer to `introspection`; undefined when there is none in it. */
export function sdlOf(data: JsonValue): string | undefined {
  if (!isIntrospection(data)) return undefined;
  try {
    return printSchema(buildClientSchema(data));
  } catch (error) {
    if (error instanceof GraphQLError || error instanceof Error) return undefined;
    throw error;
  }
}

// Whatever else is wrong with it, building the schema finds.
function isIntrospection(data: unknown): data is IntrospectionQuery {
  const value = data as JsonValue;
  return isJsonObject(value) && isJsonObject(value['__schema']);
}
