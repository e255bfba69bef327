import { isJsonObject, type JsonObject, type JsonValue } from '../../../kernel/json.ts';

/** What an answer says of the caller: may (also where the input is refused), may not, is nobody, or there is no such object; or a fault. */
export type Verdict = 'yes' | (typeof refusals)[number];

const refusals = ['UNAUTHENTICATED', 'FORBIDDEN', 'NOT_FOUND', 'INTERNAL'] as const;

export function verdictOf({ data, errors }: JsonObject): Verdict {
  const codes = new Set([...codesOf(errors), ...codesIn(data)]);
  const refusal = refusals.find((code) => codes.has(code));
  if (refusal !== undefined) return refusal;
  return codes.size === 0 && isNothing(data) ? 'NOT_FOUND' : 'yes';
}

function codesOf(errors: JsonValue | undefined): readonly string[] {
  return listOf(errors ?? []).flatMap((error) => {
    const extensions = isJsonObject(error) ? error['extensions'] : undefined;
    const code = isJsonObject(extensions) ? extensions['code'] : undefined;
    return [typeof code === 'string' ? code : 'no code'];
  });
}

function listOf(value: JsonValue): readonly JsonValue[] {
  return Array.isArray(value) ? (value as readonly JsonValue[]) : [value];
}

/** Codes of user errors, wherever they stand. */
function codesIn(value: JsonValue | undefined): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(codesIn);
  if (!isJsonObject(value)) return [];
  const { code } = value;
  return [...(typeof code === 'string' ? [code] : []), ...Object.values(value).flatMap(codesIn)];
}

/** A field that is null, an entity that is not there or of which the subgraph knows nothing, or a filter that nothing fits. */
function isNothing(data: JsonValue | undefined): boolean {
  if (!isJsonObject(data)) return true;
  const fields: readonly JsonValue[] = Object.values(data);
  const [field = null] = fields;
  const [found = null] = listOf(field);
  if (!isJsonObject(found)) return found === null;
  if (found['matched'] === 0) return true;
  return Object.values(found).some(
    (part) => isJsonObject(part) && Array.isArray(part['nodes']) && part['nodes'].length === 0,
  );
}
