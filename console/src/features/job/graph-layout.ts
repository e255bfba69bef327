import Elk, { type ElkExtendedEdge, type ElkNode } from 'elkjs/lib/elk.bundled.js';

import { endId, type Graph, startId, type TaskNode } from './graph-model.ts';

export interface Placed {
  readonly id: string;
  readonly parent?: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly task?: TaskNode;
}

interface Point {
  readonly x: number;
  readonly y: number;
}

/** The way of an edge between the nodes, and where its label stands. */
export interface Route {
  readonly points: readonly Point[];
  readonly label?: Point;
}

export interface Layout {
  readonly placed: readonly Placed[];
  /** In the order of the edges; undefined where there is none. */
  readonly routes: readonly (Route | undefined)[];
}

const leaf = { width: 176, height: 44 };
const point = { width: 72, height: 28 };

const options = {
  'elk.algorithm': 'layered',
  'elk.direction': 'DOWN',
  'elk.hierarchyHandling': 'INCLUDE_CHILDREN',
  'elk.layered.spacing.nodeNodeBetweenLayers': '36',
  'elk.spacing.nodeNode': '28',
  'elk.layered.considerModelOrder.strategy': 'NODES_AND_EDGES',
  'elk.edgeRouting': 'ORTHOGONAL',
  'elk.spacing.edgeNode': '16',
  'elk.layered.spacing.edgeNodeBetweenLayers': '14',
  'elk.edgeLabels.inline': 'true',
  // Ways are drawn above all groups.
  'elk.json.edgeCoords': 'ROOT',
};

const groupOptions = { 'elk.padding': '[top=40,left=16,bottom=16,right=16]' };

const charPx = 6.2;
const labelPx = { height: 16, padding: 10 };

/** Where each task stands, children within their group, and how edges go around those that they do not concern. */
export async function layOut({ nodes, edges }: Graph): Promise<Layout> {
  const tasks = new Map<string, TaskNode>();
  const nodeOf = (task: TaskNode): ElkNode => {
    tasks.set(task.id, task);
    return task.children.length === 0
      ? { id: task.id, ...leaf }
      : { id: task.id, layoutOptions: groupOptions, children: task.children.map(nodeOf) };
  };
  const laid = await new Elk().layout({
    id: 'root',
    layoutOptions: options,
    children: [{ id: startId, ...point }, ...nodes.map(nodeOf), { id: endId, ...point }],
    edges: edges.map(({ from, to, label }, at) => ({
      ...{ id: `e${at}`, sources: [from], targets: [to] },
      ...(label !== undefined && {
        labels: [{ text: label, width: widthOf(label), height: labelPx.height }],
      }),
    })),
  });
  const placed: Placed[] = [];
  const place = (node: ElkNode, parent?: string): void => {
    const { id, x = 0, y = 0, width = 0, height = 0 } = node;
    const task = tasks.get(id);
    placed.push({
      ...{ id, x, y, width, height },
      ...(parent !== undefined && { parent }),
      ...(task !== undefined && { task }),
    });
    for (const child of node.children ?? []) place(child, id);
  };
  for (const child of laid.children ?? []) place(child);
  const byId = new Map<string, ElkExtendedEdge>(laid.edges.map((edge) => [edge.id, edge]));
  return { placed, routes: edges.map((_edge, at) => routeOf(byId.get(`e${at}`))) };
}

function widthOf(label: string): number {
  return label.length * charPx + labelPx.padding;
}

function routeOf(edge: ElkExtendedEdge | undefined): Route | undefined {
  const [section] = edge?.sections ?? [];
  if (section === undefined) return undefined;
  const { startPoint, bendPoints = [], endPoint } = section;
  const label = labelOf(edge);
  return {
    points: [startPoint, ...bendPoints, endPoint],
    ...(label !== undefined && { label }),
  };
}

/** The middle of the label of an edge. */
function labelOf(edge: ElkExtendedEdge | undefined): Point | undefined {
  const { x, y, width = 0, height = 0 } = edge?.labels?.[0] ?? {};
  return x === undefined || y === undefined ? undefined : { x: x + width / 2, y: y + height / 2 };
}
