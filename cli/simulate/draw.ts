import type { Definition } from '../../engine/definition.ts';
import { entryOf, kindOf } from '../../engine/dsl/document.ts';
import { pointer } from '../../engine/dsl/finding.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../kernel/json.ts';

/** What of a definition was taken, by pointer. */
export interface Taken {
  readonly tasks: ReadonlySet<string>;
  /** `<pointer of the switch>#<index>` */
  readonly cases: ReadonlySet<string>;
}

/** A task in a drawing. */
interface Node {
  readonly id: string;
  readonly name: string;
  readonly task: JsonObject;
  readonly path: string;
  readonly inner: readonly Group[];
}

/** A list of tasks inside a task. */
interface Group {
  /** Where it stands in the task, e.g. `catch/do`. */
  readonly place: string;
  readonly nodes: readonly Node[];
}

/** The definition as a flowchart in the language of Mermaid; what was taken stands out. */
export function drawMermaid({ document }: Definition, taken: Taken): string {
  let count = 0;
  const nodes = nodesOf(document['do'], '/do', () => `t${String(count++)}`);
  const ran = everyNode(nodes).filter(({ path }) => taken.tasks.has(path));
  return [
    'flowchart TD',
    '  start((start))',
    '  done((end))',
    ...nodes.flatMap((node) => boxes(node, '  ')),
    `  start --> ${nodes[0]?.id ?? 'done'}`,
    ...edges({ place: 'do', nodes }, 'done', taken),
    ...(ran.length === 0
      ? []
      : [classOfTaken, `  class ${ran.map(({ id }) => id).join(',')} taken`]),
  ].join('\n');
}

const classOfTaken = '  classDef taken fill:#d3f9d8,stroke:#2b8a3e';

function nodesOf(list: JsonValue | undefined, path: string, nextId: () => string): readonly Node[] {
  const items = Array.isArray(list) ? (list as readonly JsonObject[]) : [];
  return items.flatMap((item, index) => {
    const { name, value: task } = entryOf(item);
    if (!isJsonObject(task)) return [];
    const at = pointer(path, index, name);
    return [{ id: nextId(), name, task, path: at, inner: groupsOf(task, at, nextId) }];
  });
}

const places = ['do', 'try', 'catch/do', 'foreach/do', 'fork/branches'];

function groupsOf(task: JsonObject, path: string, nextId: () => string): readonly Group[] {
  return places.flatMap((place) => {
    const list = place
      .split('/')
      .reduce<JsonValue | undefined>((at, name) => (isJsonObject(at) ? at[name] : undefined), task);
    const nodes = nodesOf(list, `${path}/${place}`, nextId);
    return nodes.length === 0 ? [] : [{ place, nodes }];
  });
}

function everyNode(nodes: readonly Node[]): readonly Node[] {
  return nodes.flatMap((node) => [node, ...node.inner.flatMap((group) => everyNode(group.nodes))]);
}

function boxes({ id, name, task, inner }: Node, indent: string): readonly string[] {
  return [
    `${indent}${id}["${label(name)}<br/>${kindOf(task) ?? ''}"]`,
    ...inner.flatMap(({ place, nodes }) => [
      `${indent}subgraph ${id}_${place.replaceAll('/', '_')}["${label(name)} ${place}"]`,
      ...nodes.flatMap((node) => boxes(node, `${indent}  `)),
      `${indent}end`,
    ]),
  ];
}

/** Arrows of a list; `leaving` is where its end leads. Branches of a fork do not follow each other. */
function edges({ place, nodes }: Group, leaving: string, taken: Taken): readonly string[] {
  const isFork = place === 'fork/branches';
  return nodes.flatMap((node, index) => {
    const follower = isFork ? undefined : nodes[index + 1];
    const target = targets(nodes, { following: follower?.id ?? leaving, leaving });
    return [
      ...caseEdges(node, target, taken),
      ...node.inner.flatMap((group) => [
        ...entrances(group).map(({ id }) => `  ${node.id} -.-> ${id}`),
        ...edges(group, node.id, taken),
      ]),
    ];
  });
}

function entrances({ place, nodes }: Group): readonly Node[] {
  return place === 'fork/branches' ? nodes : nodes.slice(0, 1);
}

type Target = (then: JsonValue | undefined) => string;

function targets(
  nodes: readonly Node[],
  { following, leaving }: { readonly following: string; readonly leaving: string },
): Target {
  return (then) => {
    const named = nodes.find(({ name }) => name === then);
    if (named !== undefined) return named.id;
    if (then === 'end') return 'done';
    return then === 'exit' ? leaving : following;
  };
}

function caseEdges({ id, task, path }: Node, target: Target, taken: Taken): readonly string[] {
  const cases = Array.isArray(task['switch']) ? (task['switch'] as readonly JsonObject[]) : [];
  const named = cases.map((each) => entryOf(each as Readonly<Record<string, JsonObject>>));
  const isExhaustive = named.some(({ value }) => value['when'] === undefined);
  return [
    ...named.map(({ name, value }, place) => {
      const arrow = taken.cases.has(`${path}#${String(place)}`) ? '==>' : '-->';
      return `  ${id} ${arrow}|"${label(name)}"| ${target(value['then'])}`;
    }),
    ...(isExhaustive ? [] : [`  ${id} --> ${target(task['then'])}`]),
  ];
}

/** Mermaid takes `#` for a mark and ends a text at its quotes. */
function label(text: string): string {
  return text.replaceAll('#', '#35;').replaceAll('"', '#quot;');
}
