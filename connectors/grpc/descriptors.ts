import type {
  DescriptorProto,
  FieldDescriptorProto,
  FileDescriptorProto,
} from '@bufbuild/protobuf/wkt';

import { camelCase, candidatesOf } from './proto-text/describe.ts';

/**
 * Descriptors as a compiler writes them: servers of Node.js describe themselves with names of types as they stand in the
 * text, without names for JSON, and without naming what a file imports.
 */
export function completed(
  files: readonly FileDescriptorProto[],
  common: Iterable<FileDescriptorProto>,
): readonly FileDescriptorProto[] {
  const owners = new Map(
    [...common, ...files].flatMap((file) =>
      namesIn(file.package, file.messageType, file).map((name) => [name, file.name] as const),
    ),
  );
  for (const file of files) completeFile(file, owners);
  return files;
}

/** The file of each type. */
type Owners = ReadonlyMap<string, string>;

type Full = (written: string, scope: string) => string;

function completeFile(file: FileDescriptorProto, owners: Owners): void {
  const imports = new Set(file.dependency);
  const full: Full = (written, scope) => {
    if (written === '') return written;
    const found = candidatesOf(written, scope).find((candidate) => owners.has(candidate));
    const owner = owners.get(found ?? '');
    if (owner !== undefined && owner !== file.name) imports.add(owner);
    return found === undefined ? written : `.${found}`;
  };
  for (const message of file.messageType) complete(message, file.package, full);
  for (const method of file.service.flatMap((each) => each.method)) {
    method.inputType = full(method.inputType, file.package);
    method.outputType = full(method.outputType, file.package);
  }
  file.dependency = [...imports];
}

function complete(message: DescriptorProto, outer: string, full: Full): void {
  const scope = within(outer, message.name);
  for (const field of message.field) completeField(field, scope, full);
  for (const inner of message.nestedType) complete(inner, scope, full);
}

function completeField(field: FieldDescriptorProto, scope: string, full: Full): void {
  field.typeName = full(field.typeName, scope);
  if (field.jsonName === '') field.jsonName = camelCase(field.name);
}

interface Enums {
  readonly enumType: readonly { readonly name: string }[];
}

function namesIn(
  scope: string,
  messages: readonly DescriptorProto[],
  { enumType }: Enums,
): readonly string[] {
  return [
    ...enumType.map(({ name }) => within(scope, name)),
    ...messages.flatMap((message) => [
      within(scope, message.name),
      ...namesIn(within(scope, message.name), message.nestedType, message),
    ]),
  ];
}

function within(scope: string, name: string): string {
  return scope === '' ? name : `${scope}.${name}`;
}
