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
  'call', 'set', 'switch', 'fork', 'for', 'try', 'do', 'wait', 'listen', 'emit', 'raise', 'run',
];

export const startId = 'start';
export const endId = 'end';

/** The definition as a graph: lists run from task to task unless `then` says otherwise. */
export function graphOf(definition: string): Graph {
  const document: unknown = parse(definition);
  const edges: TaskEdge[] = [];
  const root = record(document)['do'];
  const nodes = listOf(root, '/do', edges, endId);
  edges.push({ from: startId, to: nodes[0]?.id ?? endId });
  return { nodes, edges };
}

/** Tasks of a list with the ways between them; `after` is where the end of the list leads. */
function listOf(list: unknown, path: string, edges: TaskEdge[], after?: string): TaskNode[] {
  const named = entriesOf(list).map(([name, task], at) => ({ id: `${path}/${at}/${name}`, name, task }));
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
    const kind = kinds.find((one) => one in task) ?? 'do';
    if (kind === 'switch')
      for (const [label, part] of entriesOf(task['switch'])) link(idOf(part['then'], next), label);
    else if (kind !== 'raise') link(idOf(task['then'], next));
    return { id, name, kind: kindText(kind, task), children: childrenOf(task, id, edges) };
  });
}

function childrenOf(task: Tree, id: string, edges: TaskEdge[]): TaskNode[] {
  const inside: TaskNode[] = [];
  if ('try' in task) {
    inside.push(...listOf(task['try'], `${id}/try`, edges));
    const caught = record(task['catch'])['do'];
    const handler = listOf(caught, `${id}/catch/do`, edges);
    const [first] = handler;
    const tried = inside.at(-1);
    if (first !== undefined && tried !== undefined)
      edges.push({ from: tried.id, to: first.id, label: 'catch' });
    return [...inside, ...handler];
  }
  if ('do' in task) return listOf(task['do'], `${id}/do`, edges);
  if ('fork' in task)
    // Branches have no order among them.
    return entriesOf(record(task['fork'])['branches']).flatMap(([name, branch], at) =>
      branchOf({ [name]: branch }, `${id}/fork/branches`, at, edges),
    );
  return inside;
}

function branchOf(branch: Tree, path: string, at: number, edges: TaskEdge[]): TaskNode[] {
  return entriesOf([branch]).map(([name, task]) => {
    const id = `${path}/${at}/${name}`;
    const kind = kinds.find((one) => one in task) ?? 'do';
    return { id, name, kind: kindText(kind, task), children: childrenOf(task, id, edges) };
  });
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
