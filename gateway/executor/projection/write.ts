import {
  type GraphQLLeafType,
  type GraphQLOutputType,
  isEnumType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';

import { type DataObject, type DataValue, isDataObject } from '../data.ts';
import { quote } from '../quote.ts';
import type { FieldShape, ObjectShape, SelectionShape } from './shape.ts';

/** Thrown when a value is not as the schema promises: the slow projection then says where and why. */
export class Unexpected extends Error {
  override readonly name = 'Unexpected';
}

const unexpected = new Unexpected('A subgraph gave a value the schema does not allow');

/** Writes a value as JSON text. */
type Write = (value: DataValue | undefined) => string;

const writers = new WeakMap<ObjectShape, (object: DataObject) => string>();

/** Writes an answer straight to text; throws Unexpected when any value needs a closer look. */
export function writeSelection(selection: SelectionShape, object: DataObject): string {
  const shape = selection.shapeOf(object);
  if (shape === undefined) throw unexpected;
  return writerOf(shape)(object);
}

function writerOf(shape: ObjectShape): (object: DataObject) => string {
  const known = writers.get(shape);
  if (known !== undefined) return known;
  const writer = createObjectWriter(shape);
  writers.set(shape, writer);
  return writer;
}

function createObjectWriter(shape: ObjectShape): (object: DataObject) => string {
  const fields = shape.fields.map((field, index) => ({
    prefix: `${index === 0 ? '{' : ','}${JSON.stringify(field.key)}:`,
    source: field.source,
    write: createFieldWriter(field),
  }));
  if (fields.length === 0) return () => '{}';
  return (object) => {
    let text = '';
    for (const { prefix, source, write } of fields) text += prefix + write(object[source]);
    return `${text}}`;
  };
}

function createFieldWriter(field: FieldShape): Write {
  if (field.name === '__typename') {
    if (!isObjectType(field.parent)) {
      return () => {
        throw unexpected;
      };
    }
    const text = JSON.stringify(field.parent.name);
    return () => text;
  }
  if (field.type === undefined) return (value) => JSON.stringify(value ?? null);
  return createWriter(field.type, field.selection);
}

function createWriter(type: GraphQLOutputType, selection: SelectionShape | undefined): Write {
  if (isNonNullType(type)) {
    const write = createNullable(type.ofType, selection);
    return (value) => {
      if (value === null || value === undefined) throw unexpected;
      return write(value);
    };
  }
  const write = createNullable(type, selection);
  return (value) => (value === null || value === undefined ? 'null' : write(value));
}

/** The value is present; whether its absence matters is decided around this. */
function createNullable(
  type: GraphQLOutputType,
  selection: SelectionShape | undefined,
): (value: DataValue) => string {
  if (isListType(type)) return createListWriter(createWriter(type.ofType, selection));
  if (isLeafType(type)) return createLeafWriter(type);
  if (selection === undefined) throw unexpected;
  let last: ObjectShape | undefined;
  let write: ((object: DataObject) => string) | undefined;
  return (value) => {
    if (!isDataObject(value)) throw unexpected;
    const shape = selection.shapeOf(value);
    if (shape === undefined) throw unexpected;
    if (shape !== last || write === undefined) {
      write = writerOf(shape);
      last = shape;
    }
    return write(value);
  };
}

function createListWriter(write: Write): (value: DataValue) => string {
  return (value) => {
    if (!Array.isArray(value)) throw unexpected;
    let text = '';
    for (const item of value) text += text === '' ? write(item) : `,${write(item)}`;
    return `[${text}]`;
  };
}

function createLeafWriter(type: GraphQLLeafType): (value: DataValue) => string {
  if (isEnumType(type)) {
    const texts = new Map(type.getValues().map(({ name }) => [name, JSON.stringify(name)]));
    return (value) => {
      const text = typeof value === 'string' ? texts.get(value) : undefined;
      if (text === undefined) throw unexpected;
      return text;
    };
  }
  return scalarWriters[type.name] ?? ((value) => JSON.stringify(value));
}

const scalarWriters: Readonly<Record<string, (value: DataValue) => string>> = {
  String: writeString,
  ID: writeString,
  Int: (value) => {
    if (typeof value !== 'number' || (value | 0) !== value) throw unexpected;
    return String(value);
  },
  Float: (value) => {
    if (typeof value !== 'number') throw unexpected;
    return String(value);
  },
  Boolean: (value) => {
    if (typeof value !== 'boolean') throw unexpected;
    return value ? 'true' : 'false';
  },
};

function writeString(value: DataValue): string {
  if (typeof value !== 'string') throw unexpected;
  return quote(value);
}
