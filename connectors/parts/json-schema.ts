import { z } from 'zod';

import { isJsonObject, type JsonObject, parseJson } from '../../kernel/json.ts';

/** What a schema takes, without what only code can check. */
export function jsonSchemaOf(schema: z.ZodType): JsonObject {
  const written = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  const value = parseJson(JSON.stringify(written));
  return isJsonObject(value) ? value : {};
}
