import {
  type ConstDirectiveNode,
  type DocumentNode,
  Kind,
  OperationTypeNode,
  valueFromASTUntyped,
} from 'graphql';
import { z } from 'zod';

import { constOnly, directiveName, readFeatures } from '../supergraph/features.ts';
import { namedType, readServices } from '../supergraph/join.ts';

/** What `@cacheControl` says of a type or a field. */
export interface CacheHint {
  readonly maxAgeSeconds: number | undefined;
  readonly isPrivate: boolean | undefined;
  readonly inherits: boolean;
}

/** A type as far as caching looks at it. */
export interface CacheType {
  readonly name: string;
  readonly isComposite: boolean;
  readonly hint: CacheHint | undefined;
  readonly fields: ReadonlyMap<string, CacheField>;
  /** Of an interface or a union. */
  readonly members: Set<string>;
}

export interface CacheField {
  readonly type: string;
  readonly hint: CacheHint | undefined;
}

/** `@cacheControl` and `@cacheTag` of a supergraph. */
export interface CacheRules {
  readonly types: ReadonlyMap<string, CacheType>;
  readonly queryType: string;
  readonly hasHints: boolean;
  /** Formats of `@cacheTag` at a type or at `Type.field`, of one subgraph. */
  tagsAt(coordinate: string, service: string): readonly string[];
}

/** Read from the supergraph and not from the API schema: fetches speak of inaccessible types too. */
export function readCacheRules(supergraph: DocumentNode): CacheRules {
  const types = new Map<string, CacheType>();
  const tags = new Map<string, string[]>();
  const readers: Readers = {
    services: readServices(supergraph),
    // It comes by @composeDirective, from whichever specification somebody has made up for it.
    cacheControl: nameOfCacheControl(supergraph),
    // Composition writes what it does not know itself as @join__directive; older ones kept its name.
    cacheTag: directiveName(readFeatures(supergraph), 'cacheTag'),
    tags,
  };
  let queryType = 'Query';
  for (const definition of supergraph.definitions) {
    if (definition.kind === Kind.SCHEMA_DEFINITION) {
      const query = definition.operationTypes.find(
        ({ operation }) => operation === OperationTypeNode.QUERY,
      );
      queryType = query?.type.name.value ?? queryType;
    }
    const type = readType(definition, readers);
    if (type !== undefined) types.set(type.name, type);
  }
  noteMembers(supergraph, types);
  const hasHints = [...types.values()].some(
    ({ hint, fields }) => hint ?? [...fields.values()].some((field) => field.hint),
  );
  return {
    ...{ types, queryType, hasHints },
    tagsAt: (coordinate, service) => tags.get(`${service} ${coordinate}`) ?? [],
  };
}

interface Readers {
  readonly services: ReadonlyMap<string, string>;
  readonly cacheControl: string;
  readonly cacheTag: string | undefined;
  readonly tags: Map<string, string[]>;
}

function nameOfCacheControl(supergraph: DocumentNode): string {
  const found = readFeatures(supergraph).flatMap(
    ({ imports }) => imports.get('@cacheControl')?.slice(1) ?? [],
  );
  return found[0] ?? 'cacheControl';
}

const composite = new Set<string>([
  Kind.OBJECT_TYPE_DEFINITION,
  Kind.INTERFACE_TYPE_DEFINITION,
  Kind.UNION_TYPE_DEFINITION,
]);

function readType(
  definition: DocumentNode['definitions'][number],
  readers: Readers,
): CacheType | undefined {
  if (!composite.has(definition.kind) || !('name' in definition)) return undefined;
  const name = definition.name.value;
  const own = 'directives' in definition ? constOnly(definition.directives) : [];
  noteTags(name, own, readers);
  const fields = new Map<string, CacheField>();
  for (const field of 'fields' in definition ? (definition.fields ?? []) : []) {
    if (field.kind !== Kind.FIELD_DEFINITION) continue;
    const directives = constOnly(field.directives);
    noteTags(`${name}.${field.name.value}`, directives, readers);
    const hint = readHint(directives, readers.cacheControl);
    fields.set(field.name.value, { type: namedType(field.type), hint });
  }
  const hint = readHint(own, readers.cacheControl);
  return { name, isComposite: true, hint, fields, members: new Set() };
}

function readHint(directives: readonly ConstDirectiveNode[], name: string): CacheHint | undefined {
  const directive = directives.find((one) => one.name.value === name);
  if (directive === undefined) return undefined;
  const { maxAge, scope, inheritMaxAge } = argumentsOf(directive);
  return {
    maxAgeSeconds: typeof maxAge === 'number' ? Math.max(0, maxAge) : undefined,
    isPrivate: scope === undefined || scope === null ? undefined : scope === 'PRIVATE',
    inherits: inheritMaxAge === true,
  };
}

function noteTags(
  coordinate: string,
  directives: readonly ConstDirectiveNode[],
  { services, cacheTag, tags }: Readers,
): void {
  for (const directive of directives) {
    const tag = readTag(directive, cacheTag);
    for (const graph of tag?.graphs ?? services.keys()) {
      const key = `${services.get(graph) ?? graph} ${coordinate}`;
      if (tag !== undefined) tags.set(key, [...(tags.get(key) ?? []), tag.format]);
    }
  }
}

interface TagDirective {
  readonly format: string;
  /** Undefined: it stands for all. */
  readonly graphs: readonly string[] | undefined;
}

const joined = z.object({
  name: z.string().regex(/(^|__)cacheTag$/),
  args: z.object({ format: z.string() }),
  graphs: z.array(z.string()).optional(),
});
const plain = z.object({ format: z.string() });

function readTag(
  directive: ConstDirectiveNode,
  cacheTag: string | undefined,
): TagDirective | undefined {
  const given = argumentsOf(directive);
  if (directive.name.value === 'join__directive') {
    const { data } = joined.safeParse(given);
    return data && { format: data.args.format, graphs: data.graphs };
  }
  const own = directive.name.value === cacheTag ? plain.safeParse(given).data : undefined;
  return own && { format: own.format, graphs: undefined };
}

function argumentsOf({ arguments: given }: ConstDirectiveNode): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    (given ?? []).map(({ name, value }) => [name.value, valueFromASTUntyped(value)]),
  );
}

function noteMembers(supergraph: DocumentNode, types: ReadonlyMap<string, CacheType>): void {
  for (const definition of supergraph.definitions) {
    if (definition.kind === Kind.OBJECT_TYPE_DEFINITION) {
      for (const { name } of definition.interfaces ?? []) {
        types.get(name.value)?.members.add(definition.name.value);
      }
    } else if (definition.kind === Kind.UNION_TYPE_DEFINITION) {
      for (const { name } of definition.types ?? []) {
        types.get(definition.name.value)?.members.add(name.value);
      }
    }
  }
}
