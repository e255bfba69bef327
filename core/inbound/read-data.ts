import { findOutOfRange, parseOutsideJson, type JsonValue } from '../../kernel/json.ts';
import { findUnstorable } from '../../kernel/storable.ts';
import type { InboundMessage } from './schemes/scheme.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * The body as the data of an event: JSON, the fields of a form, else the text; undefined where it cannot be kept. A form with
 * JSON in its field `payload`, as GitHub and Slack send it, is that.
 */
export function readData({ headers, body }: InboundMessage): JsonValue | undefined {
  try {
    const data = parsed(utf8.decode(body), headers['content-type'] ?? '');
    return findOutOfRange(data) === undefined && findUnstorable(data) === undefined
      ? data
      : undefined;
  } catch {
    return undefined;
  }
}

function parsed(text: string, contentType: string): JsonValue {
  const [media = ''] = contentType.toLowerCase().split(';');
  if (media.trim() === 'application/x-www-form-urlencoded') return formIn(text);
  if (/^(?:[\w.-]+\/)?(?:[\w.+-]+\+)?json$/.test(media.trim())) return parseOutsideJson(text);
  return jsonIn(text) ?? text;
}

function formIn(text: string): JsonValue {
  const form = new URLSearchParams(text);
  const payload = form.get('payload');
  const inner = payload === null ? undefined : jsonIn(payload);
  if (inner !== undefined) return inner;
  const names = [...new Set(form.keys())];
  return Object.fromEntries(
    names.map((name) => {
      const values = form.getAll(name);
      return [name, values.length === 1 ? (values[0] ?? '') : values];
    }),
  );
}

/** Undefined for what is no object and no list: a text that happens to be a number stays one. */
function jsonIn(text: string): JsonValue | undefined {
  if (!/^\s*[[{]/.test(text)) return undefined;
  try {
    return parseOutsideJson(text);
  } catch {
    return undefined;
  }
}
