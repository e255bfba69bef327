import type { Place } from './place.ts';

export type Node = Readonly<Record<string, unknown>>;

/** A word that may stand at a place, and what is said of it. */
export interface Word {
  readonly name: string;
  readonly about: string | undefined;
}

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const nodesOf = (value: unknown): readonly Node[] =>
  Array.isArray(value) ? value.filter(isNode) : [];
const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' ? value : undefined;

/** No schema of ours is deeper; one that refers to itself ends here. */
const mostSteps = 40;

/** Keys that may be written at a place. */
export function keysAt(root: Node, place: Place): readonly Word[] {
  const found = new Map<string, Word>();
  for (const node of arrive(root, place))
    for (const [name, member] of Object.entries(
      isNode(node['properties']) ? node['properties'] : {},
    ))
      if (!place.siblings.has(name) && !found.has(name))
        found.set(name, { name, about: aboutOf(root, member) });
  return [...found.values()];
}

/** Values that a key at a place may have, where they are few. */
export function valuesAt(root: Node, place: Place, key: string): readonly Word[] {
  const members = arrive(root, place).flatMap((node) => memberOf(node, key));
  const words = members.flatMap((member) => expand(root, member, new Map())).flatMap(wordsOf);
  return [...new Map(words.map((word) => [word.name, word])).values()];
}

function wordsOf(node: Node): readonly Word[] {
  const about = textOf(node['description']);
  const named = 'const' in node ? [node['const']] : node['enum'];
  // Own calls are named by a pattern, as a version may follow.
  const [, own] = /^\^([a-z]\w*)\(\?:/.exec(textOf(node['pattern']) ?? '') ?? [];
  const flags = node['type'] === 'boolean' ? [true, false] : [];
  return [...(Array.isArray(named) ? (named as unknown[]) : flags), ...(own ? [own] : [])].map(
    (value) => ({ name: typeof value === 'string' ? value : JSON.stringify(value), about }),
  );
}

function arrive(root: Node, { path, siblings, around }: Place): readonly Node[] {
  let nodes: readonly Node[] = expand(root, root, around[0] ?? siblings);
  for (const [index, name] of path.entries()) {
    const beside = around[index + 1] ?? siblings;
    nodes = nodes
      .flatMap((node) => (name === '[]' ? nodesOf([node['items']]) : memberOf(node, name)))
      .flatMap((node) => expand(root, node, beside));
  }
  return nodes;
}

function memberOf(node: Node, name: string): readonly Node[] {
  const properties = isNode(node['properties']) ? node['properties'] : {};
  return nodesOf([
    Object.hasOwn(properties, name) ? properties[name] : node['additionalProperties'],
  ]);
}

/** The parts of a schema that hold together; of alternatives those that fit what is written beside. */
function expand(root: Node, start: Node, beside: ReadonlyMap<string, string>): readonly Node[] {
  const from = (node: Node, steps: number): readonly Node[] =>
    steps > mostSteps ? [] : partsOf(root, node, { beside, go: (part) => from(part, steps + 1) });
  return from(start, 0);
}

interface Going {
  readonly beside: ReadonlyMap<string, string>;
  readonly go: (part: Node) => readonly Node[];
}

function partsOf(root: Node, node: Node, { beside, go }: Going): readonly Node[] {
  const { $ref: reference, allOf, oneOf, anyOf } = node;
  const target = typeof reference === 'string' ? definitionOf(root, reference) : undefined;
  const all = [...nodesOf(allOf), ...(target === undefined ? [] : [target])].flatMap(go);
  const options = [...nodesOf(oneOf), ...nodesOf(anyOf)].map(go);
  const fitting = options.filter((option) => option.every((part) => fits(part, beside)));
  const chosen = fitting.filter((option) => option.some((part) => isMeant(part, beside)));
  return [node, ...all, ...(chosen.length > 0 ? chosen : fitting).flat()];
}

function definitionOf(root: Node, reference: string): Node | undefined {
  const definitions = root['$defs'];
  const found = isNode(definitions) ? definitions[reference.replace('#/$defs/', '')] : undefined;
  return isNode(found) ? found : undefined;
}

/** False where something beside says otherwise, e.g. `call: http` in the branch of `call: grpc`. */
function fits(node: Node, beside: ReadonlyMap<string, string>): boolean {
  const properties = isNode(node['properties']) ? node['properties'] : {};
  return Object.entries(properties).every(([name, member]) => {
    const said = beside.get(name);
    if (said === undefined || said === '' || !isNode(member)) return true;
    if ('const' in member) return member['const'] === said;
    const pattern = textOf(member['pattern']);
    return name !== 'call' || pattern === undefined || new RegExp(pattern).test(said);
  });
}

/** True where one of the keys that it needs is written already. */
function isMeant(node: Node, beside: ReadonlyMap<string, string>): boolean {
  const required: unknown = node['required'];
  return Array.isArray(required) && required.some((name) => beside.has(String(name)));
}

function aboutOf(root: Node, member: unknown): string | undefined {
  if (!isNode(member)) return undefined;
  const target =
    typeof member['$ref'] === 'string' ? definitionOf(root, member['$ref']) : undefined;
  return textOf(member['description']) ?? textOf(target?.['description']);
}
