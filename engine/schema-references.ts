import { isJsonObject, type JsonObject, type JsonValue } from '../kernel/json.ts';
import { pointerToken, valueAt } from './dsl/finding.ts';
import { isJsonArray } from './json-text.ts';
import { costKeyword } from './schema-cost.ts';
import { schemaMaps, valueKeywords } from './schema-parts.ts';

/** A reference that leads nowhere, or where nothing may be loaded from. */
export interface ReferenceFault {
  /** JSON pointer to it. */
  readonly path: string;
  readonly message: string;
}

/** What a document without a name of its own is called while its references are followed. */
export const nameless = 'schema:///';

interface Place {
  readonly path: string;
  readonly base: string;
}

interface Reference extends Place {
  readonly target: string;
}

/** Faults of the references of a priced schema; `known` are names of documents that need not be loaded. */
export function referenceFaults(root: JsonObject, known: readonly string[]): ReferenceFault[] {
  const documents = new Map<string, JsonObject>([[nameless, root]]);
  const references: Reference[] = [];
  collect(root, { path: '', base: nameless }, { documents, references });
  return references.flatMap((reference) => {
    const message = faultOf(reference, documents, known);
    return message === undefined ? [] : [{ path: reference.path, message }];
  });
}

/** Whether a schema names one of the schemas of schemas, so that they have to be there. */
export function namesMetaSchema(root: JsonObject): boolean {
  return JSON.stringify(root).includes('json-schema.org/draft');
}

interface Found {
  readonly documents: Map<string, JsonObject>;
  readonly references: Reference[];
}

function collect(part: JsonValue, place: Place, found: Found): void {
  if (isJsonArray(part))
    for (const [index, item] of part.entries())
      collect(item, { ...place, path: `${place.path}/${String(index)}` }, found);
  if (!isJsonObject(part)) return;
  const base = baseOf(part, place.base);
  if (base !== place.base && !found.documents.has(base)) found.documents.set(base, part);
  for (const [key, value] of Object.entries(part))
    collectMember(key, value, {
      found,
      place: { path: `${place.path}/${pointerToken(key)}`, base },
    });
}

function collectMember(
  key: string,
  value: JsonValue,
  { found, place }: { readonly found: Found; readonly place: Place },
): void {
  const isReference = key === '$ref' || key === '$dynamicRef';
  if (isReference && typeof value === 'string') found.references.push({ ...place, target: value });
  else if (schemaMaps.has(key) && isJsonObject(value)) collectAll(value, place, found);
  else if (!valueKeywords.has(key)) collect(value, place, found);
}

/** What a map holds has names, not keywords. */
function collectAll(map: JsonObject, { path, base }: Place, found: Found): void {
  for (const [name, part] of Object.entries(map))
    collect(part, { path: `${path}/${pointerToken(name)}`, base }, found);
}

/** The name of the document that a schema is in, which it may begin itself. */
export function baseOf(part: JsonObject, base: string): string {
  const id = part['$id'];
  // An `$id` that is a fragment only is the anchor of former drafts.
  return typeof id !== 'string' || id.startsWith('#')
    ? base
    : withoutFragment(resolved(id, base) ?? base);
}

function faultOf(
  { target, base }: Reference,
  documents: ReadonlyMap<string, JsonObject>,
  known: readonly string[],
): string | undefined {
  const url = resolved(target, base);
  if (url === undefined) return `can't resolve reference ${target}: it is no reference`;
  const name = withoutFragment(url);
  const document = documents.get(name);
  if (document === undefined)
    return known.includes(name)
      ? undefined
      : `can't resolve reference ${target}: documents from elsewhere are not loaded`;
  const fragment = url.slice(name.length + 1);
  if (!fragment.startsWith('/')) return undefined;
  const place = valueAt(document, decoded(fragment));
  const isSchema = isJsonObject(place)
    ? Object.hasOwn(place, costKeyword)
    : typeof place === 'boolean';
  return isSchema
    ? undefined
    : `can't resolve reference ${target}: there is no schema at that place`;
}

/** A reference against the name of its document; undefined when it is none. */
export function resolved(reference: string, base: string): string | undefined {
  return URL.canParse(reference, base) ? new URL(reference, base).href : undefined;
}

/** The name of the document that a reference leads to. */
export function withoutFragment(url: string): string {
  return url.replace(/#.*$/s, '');
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
