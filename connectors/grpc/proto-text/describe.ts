import { create } from '@bufbuild/protobuf';
import {
  FieldDescriptorProto_Label as Label,
  FieldDescriptorProto_Type as Type,
  type FileDescriptorProto,
  FileDescriptorProtoSchema,
} from '@bufbuild/protobuf/wkt';

import { ProtoTextError } from './lexer.ts';
import type { ProtoEnum, ProtoField, ProtoFile, ProtoMessage, ProtoService } from './tree.ts';

const scalars: Readonly<Record<string, Type>> = {
  double: Type.DOUBLE,
  float: Type.FLOAT,
  int64: Type.INT64,
  uint64: Type.UINT64,
  int32: Type.INT32,
  fixed64: Type.FIXED64,
  fixed32: Type.FIXED32,
  bool: Type.BOOL,
  string: Type.STRING,
  bytes: Type.BYTES,
  uint32: Type.UINT32,
  sfixed32: Type.SFIXED32,
  sfixed64: Type.SFIXED64,
  sint32: Type.SINT32,
  sint64: Type.SINT64,
};

/** Which full names there are, and what they are. */
export type KnownTypes = ReadonlyMap<string, 'message' | 'enum'>;

interface Scope {
  readonly file: ProtoFile;
  /** Package and messages around, with dots. */
  readonly name: string;
  readonly known: KnownTypes;
}

/** The full names that a file declares. */
export function namesIn(file: ProtoFile): KnownTypes {
  const names = new Map<string, 'message' | 'enum'>();
  function add(scope: string, within: Pick<ProtoMessage, 'messages' | 'enums'>): void {
    for (const { name } of within.enums) names.set(inScope(scope, name), 'enum');
    for (const message of within.messages) {
      names.set(inScope(scope, message.name), 'message');
      add(inScope(scope, message.name), message);
    }
  }
  add(file.package, file);
  return names;
}

/** The descriptor of a file, its names of types resolved. */
export function describeFile(
  path: string,
  file: ProtoFile,
  known: KnownTypes,
): FileDescriptorProto {
  const scope = { file, name: file.package, known };
  return create(FileDescriptorProtoSchema, {
    ...{ name: path, package: file.package, syntax: file.syntax },
    dependency: file.imports.map((each) => each.path),
    publicDependency: file.imports.flatMap(({ isPublic }, index) => (isPublic ? [index] : [])),
    messageType: file.messages.map((message) => describeMessage(message, scope)),
    enumType: file.enums.map(describeEnum),
    service: file.services.map((service) => describeService(service, scope)),
  });
}

function describeMessage(message: ProtoMessage, outer: Scope): MessageShape {
  const scope = { ...outer, name: inScope(outer.name, message.name) };
  const isProto3 = scope.file.syntax === 'proto3';
  // A field that may be left out is alone in a choice of its own, after all others.
  const alone = message.fields.filter(({ label }) => isProto3 && label === 'optional');
  const oneofs = [...message.oneofs, ...alone.map(({ name }) => `_${name}`)];
  const maps = message.fields.filter(({ keyType }) => keyType !== undefined);
  return {
    name: message.name,
    field: message.fields.map((field) => describeField(field, oneofs, scope)),
    oneofDecl: oneofs.map((name) => ({ name })),
    nestedType: [
      ...message.messages.map((inner) => describeMessage(inner, scope)),
      ...maps.map((field) => describeEntry(field, scope)),
    ],
    enumType: message.enums.map(describeEnum),
  };
}

interface FieldShape {
  readonly name: string;
  readonly number: number;
  readonly label: Label;
  readonly type: Type;
  readonly typeName: string;
  readonly jsonName: string;
  readonly oneofIndex?: number;
  readonly proto3Optional?: boolean;
  readonly options?: { readonly packed?: boolean };
}

interface MessageShape {
  readonly name: string;
  field: FieldShape[];
  oneofDecl?: { name: string }[];
  nestedType?: MessageShape[];
  enumType?: ReturnType<typeof describeEnum>[];
  options?: { mapEntry: boolean };
}

function describeField(field: ProtoField, oneofs: readonly string[], scope: Scope): FieldShape {
  const { name, number, label, isPacked, keyType } = field;
  const isAlone = scope.file.syntax === 'proto3' && label === 'optional';
  const oneof = isAlone ? `_${name}` : field.oneof;
  return {
    ...{ name, number, jsonName: field.jsonName ?? camelCase(name) },
    label: labelOf(label),
    ...(keyType === undefined
      ? typeOf(field.type, scope)
      : { type: Type.MESSAGE, typeName: `.${inScope(scope.name, entryName(name))}` }),
    ...(oneof === undefined ? {} : { oneofIndex: oneofs.indexOf(oneof) }),
    ...(isAlone ? { proto3Optional: true } : {}),
    ...(isPacked === undefined ? {} : { options: { packed: isPacked } }),
  };
}

function labelOf(label: ProtoField['label']): Label {
  if (label === 'repeated') return Label.REPEATED;
  return label === 'required' ? Label.REQUIRED : Label.OPTIONAL;
}

function describeEntry({ name, keyType = '', type }: ProtoField, scope: Scope): MessageShape {
  const common = { label: Label.OPTIONAL };
  return {
    name: entryName(name),
    field: [
      { ...common, name: 'key', number: 1, jsonName: 'key', ...typeOf(keyType, scope) },
      { ...common, name: 'value', number: 2, jsonName: 'value', ...typeOf(type, scope) },
    ],
    options: { mapEntry: true },
  };
}

function entryName(field: string): string {
  return `${camelCase(`_${field}`)}Entry`;
}

function describeEnum({ name, values }: ProtoEnum) {
  return { name, value: values.map((value) => ({ name: value.name, number: value.number })) };
}

function describeService({ name, methods }: ProtoService, scope: Scope) {
  return {
    name,
    method: methods.map((method) => ({
      name: method.name,
      inputType: typeOf(method.input, scope).typeName,
      outputType: typeOf(method.output, scope).typeName,
      clientStreaming: method.streamsInput,
      serverStreaming: method.streamsOutput,
    })),
  };
}

function typeOf(
  written: string,
  { name, known }: Scope,
): { readonly type: Type; readonly typeName: string } {
  const scalar = Object.hasOwn(scalars, written) ? scalars[written] : undefined;
  if (scalar !== undefined) return { type: scalar, typeName: '' };
  for (const candidate of candidatesOf(written, name)) {
    const kind = known.get(candidate);
    if (kind !== undefined)
      return { type: kind === 'enum' ? Type.ENUM : Type.MESSAGE, typeName: `.${candidate}` };
  }
  throw new ProtoTextError(`there is no type ${written.slice(0, 200)}`);
}

/** What a name may mean, the innermost scope first. */
export function candidatesOf(written: string, scope: string): readonly string[] {
  if (written.startsWith('.')) return [written.slice(1)];
  const parts = scope === '' ? [] : scope.split('.');
  return [...parts.keys(), parts.length]
    .toReversed()
    .map((count) => [...parts.slice(0, count), written].join('.'));
}

function inScope(scope: string, name: string): string {
  return scope === '' ? name : `${scope}.${name}`;
}

/** As the compiler makes names for JSON. */
export function camelCase(name: string): string {
  return name.replaceAll(/_+([a-zA-Z0-9]?)/g, (_all, letter: string) => letter.toUpperCase());
}
