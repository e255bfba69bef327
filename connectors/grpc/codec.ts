import { type DescMessage, fromBinary, fromJson, toBinary, toJson } from '@bufbuild/protobuf';

import { AppError } from '../../kernel/errors.ts';
import { ExactNumber } from '../../kernel/exact-number.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../kernel/json.ts';
import type { Api } from './api.ts';
import { unreadable } from './frames.ts';
import { requireBounded } from './message-bounds.ts';

/** A message of JSON (the mapping of protobuf) as bytes; what does not fit is the caller's fault. */
export function encode({ registry }: Api, message: DescMessage, values: JsonObject): Uint8Array {
  try {
    return toBinary(message, fromJson(message, plain(values), { registry }));
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw new AppError('BAD_USER_INPUT', error.message.slice(0, 300), {
      path: 'arguments',
      cause: error,
    });
  }
}

export interface Received {
  readonly message: DescMessage;
  readonly bytes: Uint8Array;
  /** How messages call the server. */
  readonly name: string;
}

/** The same back: whole numbers of 64 bits are texts, so that no digit is lost; what is not set has its default. */
export function decode({ registry }: Api, { message, bytes, name }: Received): JsonValue {
  try {
    requireBounded(message, bytes);
    const read = fromBinary(message, bytes, { readUnknownFields: false });
    return toJson(message, read, { registry, alwaysEmitImplicit: true });
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const what = `what is no ${message.typeName}: ${error.message.slice(0, 200)}`;
    throw unreadable(name, what, error);
  }
}

type PlainJson = null | boolean | number | string | PlainJson[] | { [name: string]: PlainJson };

/** Numbers whose digits are kept go as text, which the mapping takes in place of any number. */
function plain(value: JsonValue): PlainJson {
  if (value instanceof ExactNumber) return value.text;
  if (Array.isArray(value)) return (value as readonly JsonValue[]).map(plain);
  if (!isJsonObject(value)) return value as PlainJson;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, plain(member)]));
}
