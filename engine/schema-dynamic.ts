import { isJsonObject, type JsonObject, type JsonValue } from '../kernel/json.ts';
import { isJsonArray } from './json-text.ts';
import { schemaParts } from './schema-parts.ts';
import { baseOf, nameless, resolved, withoutFragment } from './schema-references.ts';

/** Documents within a schema by their names, and the anchors that each has. */
type DynamicAnchors = ReadonlyMap<string, ReadonlySet<string>>;

/**
 * The schema with a plain reference in place of each dynamic one that can lead to one place only. A check begins at the
 * outermost document, so an anchor of that is the first in scope wherever the reference stands.
 */
export function withStaticReferences(root: JsonObject): JsonObject {
  const isNeeded =
    typeof (root['$dynamicAnchor'] ?? root['$anchor']) === 'string' ||
    schemaParts(root).some(({ schema }) => '$dynamicRef' in schema);
  if (!isNeeded) return root;
  const named: JsonObject = { $id: nameless, ...root };
  const outermost = baseOf(named, nameless);
  const anchors = anchorsOf(named);
  const ownAnchors = [root['$anchor'], root['$dynamicAnchor']];
  return asObject(replaced(named, nameless, { outermost, anchors, ownAnchors }));
}

function anchorsOf(root: JsonObject): DynamicAnchors {
  const anchors = new Map<string, Set<string>>();
  walk(root, nameless, (schema, base) => {
    const anchor = schema['$dynamicAnchor'];
    const known = anchors.get(base) ?? new Set<string>();
    anchors.set(base, known);
    if (typeof anchor === 'string') known.add(anchor);
  });
  return anchors;
}

function walk(
  value: JsonValue,
  base: string,
  visit: (schema: JsonObject, base: string) => void,
): void {
  if (isJsonArray(value)) for (const item of value) walk(item, base, visit);
  if (!isJsonObject(value)) return;
  const own = baseOf(value, base);
  visit(value, own);
  for (const item of Object.values(value)) walk(item, own, visit);
}

interface Scope {
  readonly outermost: string;
  readonly anchors: DynamicAnchors;
  /** Names of the outermost schema itself, which the validator does not know. */
  readonly ownAnchors: readonly (JsonValue | undefined)[];
}

function replaced(value: JsonValue, base: string, scope: Scope): JsonValue {
  if (isJsonArray(value)) return value.map((item) => replaced(item, base, scope));
  if (!isJsonObject(value)) return value;
  const own = baseOf(value, base);
  const entries = Object.entries(value).map(([key, item]): [string, JsonValue] => [
    key,
    replaced(item, own, scope),
  ]);
  const result: JsonObject = Object.fromEntries(entries);
  const { $ref, $dynamicRef } = value;
  const target = typeof $dynamicRef === 'string' ? targetOf($dynamicRef, own, scope) : undefined;
  const plain = typeof $ref === 'string' ? withoutOwnAnchor($ref, own, scope) : $ref;
  const known = plain === undefined ? result : { ...result, $ref: plain };
  return target === undefined ? known : withReference(known, withoutOwnAnchor(target, own, scope));
}

function withoutOwnAnchor(
  reference: string,
  base: string,
  { outermost, ownAnchors }: Scope,
): string {
  const url = resolved(reference, base);
  const isOwn = ownAnchors.some(
    (name) => typeof name === 'string' && url === `${outermost}#${name}`,
  );
  return isOwn ? outermost : reference;
}

/** Where a dynamic reference leads whatever the way to it; undefined when that depends. */
function targetOf(
  reference: string,
  base: string,
  { outermost, anchors }: Scope,
): string | undefined {
  const url = resolved(reference, base);
  if (url === undefined) return undefined;
  const document = withoutFragment(url);
  const name = url.slice(document.length + 1);
  const isDynamic = anchors.get(document)?.has(name) === true;
  if (!isDynamic) return url;
  if (anchors.get(outermost)?.has(name) === true) return `${outermost}#${name}`;
  const holders = [...anchors.values()].filter((names) => names.has(name));
  return holders.length === 1 ? url : undefined;
}

function withReference(schema: JsonObject, target: string): JsonObject {
  const { $dynamicRef: _, $ref, allOf, ...rest } = schema;
  if ($ref === undefined)
    return { ...rest, ...(allOf === undefined ? {} : { allOf }), $ref: target };
  return { ...rest, $ref, allOf: [...asList(allOf), { $ref: target }] };
}

// What went in as an object comes out as one.
function asObject(value: JsonValue): JsonObject {
  return value as JsonObject;
}

function asList(value: JsonValue | undefined): readonly JsonValue[] {
  return value !== undefined && isJsonArray(value) ? value : [];
}
