import { z } from 'zod';

import { isJsonObject, type JsonObject, parseJson } from '../../kernel/json.ts';

const written = new WeakMap<z.ZodType, JsonObject>();

/** What a schema takes, without what only code can check; written once. */
export function jsonSchemaOf(schema: z.ZodType): JsonObject {
  const known = written.get(schema) ?? write(schema);
  written.set(schema, known);
  return known;
}

function write(schema: z.ZodType): JsonObject {
  const found = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  const value = parseJson(JSON.stringify(found));
  return isJsonObject(value) ? value : {};
}
