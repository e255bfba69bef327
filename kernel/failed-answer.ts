import { type JsonObject, type JsonValue, parseOutsideJson } from './json.ts';
import { cutText } from './storable.ts';

/** Most that an error keeps of an answer's body, bytes; a longer one is cut and is a text then, whatever it was. */
const maxBodyBytes = 16_384;
/** Most that it keeps of the headers, characters of names and values together; more of them are left out. */
const maxHeaderLength = 4_096;
/** What is meant for the client alone. */
const hiddenHeaders = /^(?:set-cookie|authentication-info|proxy-.*)$/;

/** An answer whose status says failure. */
export interface FailedAnswer {
  readonly statusCode: number;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/**
 * What an error tells of the answer it comes from: `{statusCode, headers, content, isCut?}`, of bounded size. Content is a
 * value where the answer is JSON, else a text; null where there is none or it is no text.
 */
export function failedAnswer({ statusCode, headers, body }: FailedAnswer): JsonObject {
  const isCut = body.length > maxBodyBytes;
  const kept = body.subarray(0, maxBodyBytes);
  const text = cutText(kept.toString('utf8'), maxBodyBytes);
  const shown = { statusCode, headers: shownHeaders(headers) };
  if (body.length === 0 || kept.includes(0)) return { ...shown, content: null };
  if (isCut) return { ...shown, content: text, isCut };
  return {
    ...shown,
    content: /[/+]json\b/.test(headers['content-type'] ?? '') ? valueOf(text) : text,
  };
}

function shownHeaders(headers: FailedAnswer['headers']): JsonObject {
  let left = maxHeaderLength;
  return Object.fromEntries(
    Object.entries(headers).filter(([name, value]) => {
      if (hiddenHeaders.test(name)) return false;
      left -= name.length + value.length;
      return left >= 0;
    }),
  );
}

function valueOf(text: string): JsonValue {
  try {
    return parseOutsideJson(text);
  } catch {
    return text;
  }
}
