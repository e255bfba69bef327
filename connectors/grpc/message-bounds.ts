import { type DescField, type DescMessage, ScalarType } from '@bufbuild/protobuf';

import { maxJsonParts } from '../../kernel/json.ts';

/** Levels of messages in messages; what is deeper ends on the stack of whoever walks it. */
const maxDepth = 100;

/**
 * Throws where a message has more parts than may be read: a few megabytes of empty messages take seconds of the thread
 * that reads them. Nothing is made of the bytes, and counting ends at the bound.
 */
export function requireBounded(message: DescMessage, bytes: Uint8Array): void {
  walk({ bytes, at: 0, end: bytes.length, parts: 0 }, message, 0);
}

interface Walk {
  readonly bytes: Uint8Array;
  at: number;
  end: number;
  parts: number;
}

function walk(state: Walk, message: DescMessage | undefined, depth: number): void {
  if (depth > maxDepth) throw new RangeError(`more than ${String(maxDepth)} levels`);
  const fields = message === undefined ? undefined : fieldsOf(message);
  while (state.at < state.end) {
    const tag = varint(state);
    count(state, 1);
    const field = fields?.get(Math.floor(tag / 8));
    switch (tag % 8) {
      case 0:
        varint(state);
        break;
      case 1:
        skip(state, 8);
        break;
      case 2:
        walkPart(state, field, depth);
        break;
      case 5:
        skip(state, 4);
        break;
      default:
        throw new RangeError('a part of no known kind');
    }
  }
}

function walkPart(state: Walk, field: DescField | undefined, depth: number): void {
  const length = varint(state);
  const { end, at } = state;
  skip(state, length);
  const inner = innerOf(field);
  if (inner !== undefined) {
    state.at = at;
    state.end = at + length;
    // The entry of a map is a message whose second field is what the map holds.
    if (field?.fieldKind === 'map') walkEntry(state, inner, depth + 1);
    else walk(state, inner, depth + 1);
    state.end = end;
  } else if (field?.fieldKind === 'list' && isPackable(field)) count(state, length);
}

function walkEntry(state: Walk, value: DescMessage, depth: number): void {
  while (state.at < state.end) {
    const tag = varint(state);
    count(state, 1);
    if (tag % 8 === 0) varint(state);
    else if (tag % 8 === 1) skip(state, 8);
    else if (tag % 8 === 5) skip(state, 4);
    else {
      const length = varint(state);
      const { end, at } = state;
      skip(state, length);
      if (Math.floor(tag / 8) !== 2) continue;
      Object.assign(state, { at, end: at + length });
      walk(state, value, depth);
      state.end = end;
    }
  }
}

function innerOf(field: DescField | undefined): DescMessage | undefined {
  if (field === undefined) return undefined;
  const { fieldKind } = field;
  if (fieldKind === 'message') return field.message;
  if (fieldKind === 'list' && field.listKind === 'message') return field.message;
  return fieldKind === 'map' && field.mapKind === 'message' ? field.message : undefined;
}

/** Texts and bytes come one by one, whatever they hold. */
function isPackable(field: DescField & { readonly fieldKind: 'list' }): boolean {
  return (
    field.listKind === 'enum' ||
    (field.scalar !== ScalarType.STRING && field.scalar !== ScalarType.BYTES)
  );
}

function count(state: Walk, parts: number): void {
  state.parts += parts;
  if (state.parts > maxJsonParts) throw new RangeError(`more than ${String(maxJsonParts)} parts`);
}

function skip(state: Walk, length: number): void {
  if (state.at + length > state.end) throw new RangeError('a part that goes beyond its end');
  state.at += length;
}

/** Of large ones only that they end is of interest. */
function varint(state: Walk): number {
  let value = 0;
  for (let shift = 0; shift < 10; shift += 1) {
    if (state.at >= state.end) break;
    const byte = state.bytes[state.at] ?? 0;
    state.at += 1;
    if (shift < 7) value += (byte & 0x7f) * 2 ** (7 * shift);
    if (byte < 0x80) return value;
  }
  throw new RangeError('a number without an end');
}

const known = new WeakMap<DescMessage, ReadonlyMap<number, DescField>>();

function fieldsOf(message: DescMessage): ReadonlyMap<number, DescField> {
  const found = known.get(message);
  if (found !== undefined) return found;
  const fields = new Map(message.fields.map((field) => [field.number, field]));
  known.set(message, fields);
  return fields;
}
