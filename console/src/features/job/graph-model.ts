import { parse } from 'yaml';

/** A task of a definition: its pointer is the one that steps carry. */
export interface TaskNode {
  readonly id: string;
  readonly name: string;
  readonly kind: string;
  readonly children: readonly TaskNode[];
}

export interface TaskEdge {
  readonly from: string;
  readonly to: string;
  readonly label?: string;
}

export interface Graph {
  readonly nodes: readonly TaskNode[];
  readonly edges: readonly TaskEdge[];
}

type Tree = Readonly<Record<string, unknown>>;

const kinds = [
  'call',
  'set',
  'switch',
  'fork',
  'for',
  'try',
  'do',
  'wait',
  'listen',
  'emit',
  'raise',
  'run',
];

export const startId = 'start';
export const endId = 'end';

/** The definition as a graph: lists run from task to task unless `then` says otherwise. */
export function graphOf(definition: string): Graph {
  const document: unknown = parse(definition);
  const edges: TaskEdge[] = [];
  const root = record(document)['do'];
  const nodes = listOf(root, { path: '/do', edges, after: endId });
  edges.push({ from: startId, to: nodes[0]?.id ?? endId });
  return { nodes, edges };
}

interface Place {
  readonly path: string;
  readonly edges: TaskEdge[];
  /** Where the end of the list leads. */
  readonly after?: string;
}

/** Tasks of a list with the ways between them. */
function listOf(list: unknown, { path, edges, after }: Place): TaskNode[] {
  const named = entriesOf(list).map(([name, task], at) => ({
    id: `${path}/${at}/${name}`,
    name,
    task,
  }));
  const idOf = (target: unknown, next: string | undefined): string | undefined => {
    if (target === undefined || target === 'continue') return next;
    if (target === 'end') return endId;
    if (target === 'exit') return after;
    return named.find(({ name }) => name === target)?.id ?? next;
  };
  return named.map(({ id, name, task }, at) => {
    const next = named[at + 1]?.id ?? after;
    const link = (to: string | undefined, label?: string): void => {
      if (to !== undefined) edges.push({ from: id, to, ...(label !== undefined && { label }) });
    };
    const kind = kindOf(task);
    if (kind === 'switch')
      for (const [label, part] of entriesOf(task['switch'])) link(idOf(part['then'], next), label);
    else if (kind !== 'raise') link(idOf(task['then'], next));
    return nodeOf(task, { id, name, edges });
  });
}

function childrenOf(task: Tree, id: string, edges: TaskEdge[]): TaskNode[] {
  const inside: TaskNode[] = [];
  if ('try' in task) {
    inside.push(...listOf(task['try'], { path: `${id}/try`, edges }));
    const caught = record(task['catch'])['do'];
    const handler = listOf(caught, { path: `${id}/catch/do`, edges });
    const [first] = handler;
    const tried = inside.at(-1);
    if (first !== undefined && tried !== undefined)
      edges.push({ from: tried.id, to: first.id, label: 'catch' });
    return [...inside, ...handler];
  }
  if ('do' in task) return listOf(task['do'], { path: `${id}/do`, edges });
  if ('fork' in task)
    // Branches have no order among them.
    return entriesOf(record(task['fork'])['branches']).map(([name, branch], at) =>
      nodeOf(branch, { id: `${id}/fork/branches/${at}/${name}`, name, edges }),
    );
  return inside;
}

interface Named {
  readonly id: string;
  readonly name: string;
  readonly edges: TaskEdge[];
}

function nodeOf(task: Tree, { id, name, edges }: Named): TaskNode {
  const kind = kindOf(task);
  return { id, name, kind: kindText(kind, task), children: childrenOf(task, id, edges) };
}

function kindOf(task: Tree): string {
  return kinds.find((one) => one in task) ?? 'do';
}

function kindText(kind: string, task: Tree): string {
  return kind === 'call' && typeof task['call'] === 'string' ? task['call'] : kind;
}

function entriesOf(list: unknown): readonly (readonly [string, Tree])[] {
  if (!Array.isArray(list)) return [];
  return list.flatMap((item: unknown) =>
    Object.entries(record(item)).map(([name, task]) => [name, record(task)] as const),
  );
}

function record(value: unknown): Tree {
  return typeof value === 'object' && value !== null ? (value as Tree) : {};
}
