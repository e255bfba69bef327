import { isJsonObject, type JsonValue } from '../../kernel/json.ts';
import { isJsonArray } from '../json-text.ts';
import { hiddenText, redactTexts, secretTexts } from '../redact.ts';

/** Takes known texts out of what leaves a run. */
export interface Hiding {
  /** Changes texts only, never the structure. */
  readonly value: <Value extends JsonValue>(value: Value) => Value;
  readonly text: (text: string) => string;
}

/** More than so many texts are too many to be looked for: then every text is hidden. */
const mostTexts = 500;

/** Hides these texts, and what they become when they are encoded as it is usual. */
export function createHiding(texts: readonly string[]): Hiding {
  if (texts.length > mostTexts) return hidingAll;
  const known = secretTexts(Object.fromEntries(texts.entries()));
  return {
    value: (value) => redactTexts(value, known),
    text: (text) => redactTexts<string>(text, known),
  };
}

const hidingAll: Hiding = {
  value: (value) => hideAll(value),
  text: () => hiddenText,
};

function hideAll<Value extends JsonValue>(value: Value): Value {
  // Texts and numbers become one text, the structure stays.
  return hiddenIn(value) as Value;
}

function hiddenIn(value: JsonValue): JsonValue {
  if (isJsonArray(value)) return value.map(hiddenIn);
  if (!isJsonObject(value)) return value === null ? null : hiddenText;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, hiddenIn(item)]));
}
