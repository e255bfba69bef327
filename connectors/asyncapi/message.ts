import type { JsonObject, JsonValue } from '../../kernel/json.ts';
import { valueAt } from '../parts/response.ts';

/** A message as definitions have it. */
export interface Message {
  readonly payload: JsonValue;
  readonly headers: JsonObject;
}

/** What an expression such as `$message.payload#/id` leads to. */
export function valueIn(message: Message | undefined, location: string): JsonValue | undefined {
  const match = /^\$message\.(payload|header)#(\/.*)$/.exec(location);
  if (match === null || message === undefined) return undefined;
  const [, part, pointer = ''] = match;
  return valueAt(part === 'payload' ? message.payload : message.headers, pointer);
}
