import { createHmac, createSecretKey } from 'node:crypto';
import { isJsonObject, type JsonValue } from '../../kernel/json.ts';
import { isJsonArray } from '../json-text.ts';

/** Makes the markers of one job: equal on every replay, and nothing that anybody else could write. */
export interface Markers {
  /** The same value with a marker in the place of each text, number and flag; `values` tells what each stands for. */
  mark(
    name: string,
    value: JsonValue,
  ): { readonly marked: JsonValue; readonly values: MarkedValues };
}

/** What markers stand for. */
export type MarkedValues = ReadonlyMap<string, JsonValue>;

/** `key` is known to the platform alone; a marker of one job means nothing in another. */
export function createMarkers(key: Uint8Array, jobId: string): Markers {
  const marker = (path: readonly string[]): string => {
    const tag = createHmac('sha256', createSecretKey(key)).update(JSON.stringify([jobId, ...path]));
    return markerOf(tag.digest('hex').slice(0, tagLength));
  };
  const mark = (
    value: JsonValue,
    path: readonly string[],
    values: Map<string, JsonValue>,
  ): JsonValue => {
    if (isJsonArray(value))
      return value.map((item, index) => mark(item, [...path, String(index)], values));
    if (isJsonObject(value))
      return Object.fromEntries(
        Object.entries(value).map(([name, item]) => [name, mark(item, [...path, name], values)]),
      );
    if (value === null) return value;
    const made = marker(path);
    values.set(made, value);
    return made;
  };
  return {
    mark(name, value) {
      const values = new Map<string, JsonValue>();
      return { marked: mark(value, [name], values), values };
    },
  };
}

/** Hexadecimal digits: too many to be guessed. */
const tagLength = 40;

/** Quotes and brackets, so that each way to encode a text leaves a trace of its own on a marker. */
function markerOf(tag: string): string {
  return `⟦"${tag}⟧`;
}

/** What is left of a marker whatever letters it is changed to. */
export function tagOf(marker: string): string {
  return marker.slice(2, -1);
}
