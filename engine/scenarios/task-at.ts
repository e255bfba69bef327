import { isJsonObject, type JsonObject, type JsonValue } from '../../kernel/json.ts';
import type { Definition } from '../definition.ts';
import { pointerTokens } from '../dsl/finding.ts';
import { isJsonArray } from '../json-text.ts';

/** The task of a JSON pointer, as the document has it. */
export function taskAt({ document }: Definition, task: string): JsonObject | undefined {
  let value: JsonValue | undefined = document;
  for (const token of pointerTokens(task)) {
    if (isJsonArray(value)) value = value[Number(token)];
    else value = isJsonObject(value) ? value[token] : undefined;
  }
  return isJsonObject(value) ? value : undefined;
}
