import {
  type GraphQLLeafType,
  type GraphQLOutputType,
  isEnumType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';

import { ExactNumber } from '../../../kernel/exact-number.ts';
import { type DataObject, type DataValue, isDataObject } from '../../execute/data.ts';
import { quote } from '../../execute/fetch/quote.ts';
import type { FieldShape, ObjectShape, SelectionShape } from './shape.ts';

/** Thrown when a value is not as the schema promises: the slow projection then says where and why. */
export class Unexpected extends Error {
  override readonly name = 'Unexpected';
}

const unexpected = new Unexpected('A subgraph gave a value the schema does not allow');

/** What was written of objects that stand at several places. */
type Written = ReadonlyMap<DataObject, Map<ObjectShape, string>>;

/** Writes a value as JSON text. */
type Write = (value: DataValue | undefined, written: Written) => string;
type WritePresent = (value: DataValue, written: Written) => string;
type WriteObject = (object: DataObject, written: Written) => string;

const writers = new WeakMap<ObjectShape, WriteObject>();

/** Writes an answer straight to text; throws Unexpected when any value needs a closer look. */
export function writeSelection(
  selection: SelectionShape,
  object: DataObject,
  shared: ReadonlySet<DataObject> = new Set(),
): string {
  const shape = selection.shapeOf(object);
  if (shape === undefined) throw unexpected;
  const written: Written = new Map(Array.from(shared, (one) => [one, new Map()]));
  return writerOf(shape)(object, written);
}

function writerOf(shape: ObjectShape): WriteObject {
  const known = writers.get(shape);
  if (known !== undefined) return known;
  const writer = createObjectWriter(shape);
  writers.set(shape, writer);
  return writer;
}

function createObjectWriter(shape: ObjectShape): WriteObject {
  const fields = shape.fields.map((field, index) => ({
    prefix: `${index === 0 ? '{' : ','}${JSON.stringify(field.key)}:`,
    source: field.source,
    write: createFieldWriter(field),
  }));
  if (fields.length === 0) return () => '{}';
  const writeFields: WriteObject = (object, written) => {
    let text = '';
    for (const { prefix, source, write } of fields) text += prefix + write(object[source], written);
    return `${text}}`;
  };
  return (object, written) => {
    const texts = written.get(object);
    if (texts === undefined) return writeFields(object, written);
    const known = texts.get(shape);
    if (known !== undefined) return known;
    const text = writeFields(object, written);
    texts.set(shape, text);
    return text;
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
  if (field.isDenied) return createDeniedWriter(field.type);
  return createWriter(field.type, field.selection);
}

function createDeniedWriter(type: GraphQLOutputType): Write {
  if (!isNonNullType(type)) return () => 'null';
  return () => {
    throw unexpected;
  };
}

function createWriter(type: GraphQLOutputType, selection: SelectionShape | undefined): Write {
  if (isNonNullType(type)) {
    const write = createNullable(type.ofType, selection);
    return (value, written) => {
      if (value === null || value === undefined) throw unexpected;
      return write(value, written);
    };
  }
  const write = createNullable(type, selection);
  return (value, written) =>
    value === null || value === undefined ? 'null' : write(value, written);
}

/** The value is present; whether its absence matters is decided around this. */
function createNullable(
  type: GraphQLOutputType,
  selection: SelectionShape | undefined,
): WritePresent {
  if (isListType(type)) return createListWriter(createWriter(type.ofType, selection));
  if (isLeafType(type)) return createLeafWriter(type);
  if (selection === undefined) throw unexpected;
  let last: ObjectShape | undefined;
  let write: WriteObject | undefined;
  return (value, written) => {
    if (!isDataObject(value)) throw unexpected;
    const shape = selection.shapeOf(value);
    if (shape === undefined) throw unexpected;
    if (shape !== last || write === undefined) {
      write = writerOf(shape);
      last = shape;
    }
    return write(value, written);
  };
}

function createListWriter(write: Write): WritePresent {
  return (value, written) => {
    if (!Array.isArray(value)) throw unexpected;
    let text = '';
    for (const item of value) {
      text += text === '' ? write(item, written) : `,${write(item, written)}`;
    }
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
    // JSON has larger numbers than JavaScript; those were read as Infinity.
    if (typeof value !== 'number' && !(value instanceof ExactNumber)) throw unexpected;
    if (!Number.isFinite(value.valueOf())) throw unexpected;
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
