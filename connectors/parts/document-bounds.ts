import { isJsonObject, type JsonValue } from '../../kernel/json.ts';

const maxCharacters = 2_000_000;
const maxParts = 100_000;
const maxDepth = 100;

/** What keeps a document from being used: its size, its depth, references that lead out of it. */
export function documentFault(document: JsonValue): string | undefined {
  const walk = { parts: 0, fault: undefined as string | undefined };
  visit(document, { depth: 0, path: '' }, walk);
  if (walk.fault !== undefined) return walk.fault;
  return JSON.stringify(document).length > maxCharacters
    ? `the document has more than ${String(maxCharacters)} characters`
    : undefined;
}

interface Walk {
  parts: number;
  fault: string | undefined;
}

interface Place {
  readonly depth: number;
  readonly path: string;
}

function visit(value: JsonValue, { depth, path }: Place, walk: Walk): void {
  if (walk.fault !== undefined || typeof value !== 'object' || value === null) return;
  walk.parts += 1;
  if (walk.parts > maxParts) walk.fault = `the document has more than ${String(maxParts)} parts`;
  else if (depth > maxDepth) walk.fault = `the document is deeper than ${String(maxDepth)} levels`;
  else walk.fault = referenceFault(value, path);
  for (const [name, member] of Object.entries(value))
    visit(member as JsonValue, { depth: depth + 1, path: `${path}/${name}` }, walk);
}

function referenceFault(value: JsonValue, path: string): string | undefined {
  const reference = isJsonObject(value) ? value['$ref'] : undefined;
  if (typeof reference !== 'string' || reference.startsWith('#/') || !isReference(path))
    return undefined;
  const shown = JSON.stringify(reference.slice(0, 200));
  return `${path} refers to ${shown}; only references within the document are followed`;
}

/** Examples may hold anything, and a property may be named `$ref`. */
function isReference(path: string): boolean {
  return !/\/(?:examples?|default|enum|const|x-[^/]+)(?:\/|$)|\/properties$/.test(path);
}
