import {
  createFileRegistry,
  type DescMessage,
  type DescMethod,
  type DescService,
  type FileRegistry,
  fromBinary,
} from '@bufbuild/protobuf';
import {
  file_google_protobuf_any,
  file_google_protobuf_api,
  file_google_protobuf_descriptor,
  file_google_protobuf_duration,
  file_google_protobuf_empty,
  file_google_protobuf_field_mask,
  file_google_protobuf_source_context,
  file_google_protobuf_struct,
  file_google_protobuf_timestamp,
  file_google_protobuf_type,
  file_google_protobuf_wrappers,
  type FileDescriptorProto,
  FileDescriptorSetSchema,
} from '@bufbuild/protobuf/wkt';

import { completed } from './descriptors.ts';
import { describeFile, type KnownTypes, namesIn } from './proto-text/describe.ts';
import { ProtoTextError } from './proto-text/lexer.ts';
import { parseProto } from './proto-text/parse.ts';
import type { ProtoFile } from './proto-text/tree.ts';

/** What is wrong with the description of an API, and in which part of it. */
export class ApiFault extends Error {
  override readonly name = 'ApiFault';
  /** Of the configuration. */
  readonly place: string;

  constructor(place: string, message: string) {
    super(message);
    this.place = place;
  }
}

/** A method that can be called: one message goes in. */
export interface ApiMethod {
  /** As definitions call it. */
  readonly name: string;
  readonly path: string;
  readonly input: DescMessage;
  readonly output: DescMessage;
  readonly isStream: boolean;
}

export interface Api {
  readonly registry: FileRegistry;
  readonly methods: ReadonlyMap<string, ApiMethod>;
}

/** An API in the texts of its .proto files by their paths, or in a set of descriptors (base64). */
export interface ApiSource {
  readonly protos?: Readonly<Record<string, string>> | undefined;
  readonly descriptors?: string | undefined;
  /** Full names of services that are offered. Absent: all. */
  readonly services?: readonly string[] | undefined;
}

/** Files that every compiler brings. */
const wellKnown: ReadonlyMap<string, FileDescriptorProto> = new Map(
  [
    file_google_protobuf_any,
    file_google_protobuf_api,
    file_google_protobuf_descriptor,
    file_google_protobuf_duration,
    file_google_protobuf_empty,
    file_google_protobuf_field_mask,
    file_google_protobuf_source_context,
    file_google_protobuf_struct,
    file_google_protobuf_timestamp,
    file_google_protobuf_type,
    file_google_protobuf_wrappers,
  ].map(({ proto }) => [proto.name, proto]),
);

/** Reads an API; throws `ApiFault`. */
export function readApi({ protos = {}, descriptors, services }: ApiSource): Api {
  const files = [...fromTexts(protos), ...fromDescriptors(descriptors)];
  const place = descriptors === undefined ? 'protos' : 'descriptors';
  const registry = registryOf(files, place);
  return { registry, methods: methodsOf(registry, files, services) };
}

/** The paths of files that some refer to and nobody has. */
export function missingFiles(files: readonly FileDescriptorProto[]): readonly string[] {
  const there = new Set(files.map(({ name }) => name));
  const wanted = new Set(files.flatMap(({ dependency }) => dependency));
  return [...wanted].filter((path) => !there.has(path) && !wellKnown.has(path));
}

function fromTexts(protos: Readonly<Record<string, string>>): readonly FileDescriptorProto[] {
  const files = Object.entries(protos).map(
    ([path, text]) => [path, at(`protos.${path}`, () => parseProto(text))] as const,
  );
  const byPath = new Map(files);
  const common = [...wellKnown].map(([path, proto]) => [path, namesOfKnown(proto)] as const);
  const names = new Map([
    ...common,
    ...files.map(([path, file]) => [path, namesIn(file)] as const),
  ]);
  return files.map(([path, file]) =>
    at(`protos.${path}`, () => describeFile(path, file, visibleIn(file, byPath, names))),
  );
}

/** Names of the file, of those that it imports, and of what those hand on. */
function visibleIn(
  file: ProtoFile,
  files: ReadonlyMap<string, ProtoFile>,
  names: ReadonlyMap<string, KnownTypes>,
): KnownTypes {
  const visible = new Map(namesIn(file));
  const seen = new Set<string>();
  const waiting = file.imports.map(({ path }) => path);
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (seen.has(path)) continue;
    seen.add(path);
    const found = names.get(path);
    if (found === undefined)
      throw new ProtoTextError(`there is no file ${JSON.stringify(path.slice(0, 200))} to import`);
    for (const [name, kind] of found) visible.set(name, kind);
    const handedOn = (files.get(path)?.imports ?? []).filter(({ isPublic }) => isPublic);
    waiting.push(...handedOn.map((each) => each.path));
  }
  return visible;
}

function namesOfKnown({ package: scope, messageType, enumType }: FileDescriptorProto): KnownTypes {
  return new Map([
    ...messageType.map(({ name }) => [`${scope}.${name}`, 'message'] as const),
    ...enumType.map(({ name }) => [`${scope}.${name}`, 'enum'] as const),
  ]);
}

function fromDescriptors(base64: string | undefined): readonly FileDescriptorProto[] {
  if (base64 === undefined) return [];
  const bytes = Buffer.from(base64, 'base64');
  return at('descriptors', () =>
    completed(fromBinary(FileDescriptorSetSchema, bytes).file, wellKnown.values()),
  );
}

/** The library wants what a file imports before the file. */
function registryOf(files: readonly FileDescriptorProto[], place: string): FileRegistry {
  const all = new Map([...wellKnown, ...files.map((file) => [file.name, file] as const)]);
  const sorted: FileDescriptorProto[] = [];
  const state = new Map<string, 'open' | 'done'>();
  function visit(file: FileDescriptorProto): void {
    if (state.get(file.name) === 'done') return;
    if (state.get(file.name) === 'open')
      throw new ApiFault(place, `${file.name} imports itself by others`);
    state.set(file.name, 'open');
    for (const path of file.dependency) {
      const dependency = all.get(path);
      if (dependency === undefined)
        throw new ApiFault(place, `there is no file ${JSON.stringify(path.slice(0, 200))}`);
      visit(dependency);
    }
    state.set(file.name, 'done');
    sorted.push(file);
  }
  return at(place, () => {
    for (const file of files) visit(file);
    return createFileRegistry({ $typeName: 'google.protobuf.FileDescriptorSet', file: sorted });
  });
}

function methodsOf(
  registry: FileRegistry,
  files: readonly FileDescriptorProto[],
  wanted: readonly string[] | undefined,
): ReadonlyMap<string, ApiMethod> {
  const methods = new Map<string, ApiMethod>();
  const offered = files.flatMap(({ package: scope, service }) =>
    service.map(({ name }) => (scope === '' ? name : `${scope}.${name}`)),
  );
  const missing = wanted?.find((name) => !offered.includes(name));
  if (missing !== undefined)
    throw new ApiFault('services', `there is no service ${missing.slice(0, 200)}`);
  for (const typeName of new Set(wanted ?? offered)) {
    for (const method of methodsIn(registry.getService(typeName))) {
      const { name } = method;
      if (methods.has(name))
        throw new ApiFault(
          'services',
          `two methods are called ${name}: name one of their services`,
        );
      methods.set(name, method);
    }
  }
  return methods;
}

function methodsIn(service: DescService | undefined): readonly ApiMethod[] {
  if (service === undefined) return [];
  return service.methods.flatMap((method) => {
    const name = `${service.name}_${method.name}`.slice(0, 63);
    return asMethod(method, service.typeName, name) ?? [];
  });
}

function asMethod(method: DescMethod, service: string, name: string): ApiMethod | undefined {
  const { methodKind, input, output } = method;
  if (methodKind !== 'unary' && methodKind !== 'server_streaming') return undefined;
  const isStream = methodKind === 'server_streaming';
  return { name, path: `/${service}/${method.name}`, input, output, isStream };
}

/** Whatever a reader of descriptors throws is a fault of what it reads. */
function at<T>(place: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof ApiFault || !(error instanceof Error)) throw error;
    throw new ApiFault(place, error.message.slice(0, 300));
  }
}
