import {
  isJsonObject,
  parseOutsideJson,
  type JsonObject,
  type JsonValue,
} from '../../kernel/json.ts';
import type { CallRequest } from '../host.ts';
import { textOf } from '../json-text.ts';
import { hiddenText, redactTexts } from '../redact.ts';

/** An answer without the texts of secrets, which the other side may have sent back. */
export function concealAnswer(
  kind: CallRequest['kind'],
  answer: JsonValue,
  texts: readonly string[],
): JsonValue {
  if (kind !== 'http' || !isJsonObject(answer)) return redactTexts(answer, texts);
  const { bodyBase64, ...rest } = answer;
  const body = typeof bodyBase64 === 'string' ? concealBody(bodyBase64, rest, texts) : null;
  return { ...redactTexts(rest, texts), bodyBase64: body };
}

function concealBody(encoded: string, rest: JsonObject, texts: readonly string[]): string {
  const bytes = Buffer.from(encoded, 'base64');
  const inBytes = texts.map((text) => Buffer.from(text).toString('latin1'));
  const text = bytes.toString('latin1');
  if (!inBytes.some((each) => text.includes(each)) && !isEscaped(text)) return encoded;
  const json = isJson(rest) ? tryParse(bytes.toString('utf8')) : undefined;
  if (json !== undefined) return concealJson(json, texts) ?? encoded;
  const hidden = inBytes.reduce((known, each) => known.replaceAll(each, hiddenText), text);
  return Buffer.from(hidden, 'latin1').toString('base64');
}

/** Undefined where there is nothing to hide: then the body stays as it was written. */
function concealJson(json: JsonValue, texts: readonly string[]): string | undefined {
  const hidden = JSON.stringify(redactTexts(json, texts));
  return hidden === JSON.stringify(json) ? undefined : Buffer.from(hidden).toString('base64');
}

/** JSON may spell any character by its number. */
function isEscaped(text: string): boolean {
  return text.includes('\\u');
}

function isJson({ headers }: JsonObject): boolean {
  if (!isJsonObject(headers)) return false;
  const type = Object.entries(headers).find(([name]) => name.toLowerCase() === 'content-type');
  return /[/+]json\b/i.test(textOf(type?.[1] ?? ''));
}

function tryParse(text: string): JsonValue | undefined {
  try {
    return parseOutsideJson(text);
  } catch {
    return undefined;
  }
}
