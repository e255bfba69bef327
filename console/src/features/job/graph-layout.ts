import Elk, { type ElkNode } from 'elkjs/lib/elk.bundled.js';

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

const leaf = { width: 176, height: 44 };
const point = { width: 72, height: 28 };

const options = {
  'elk.algorithm': 'layered',
  'elk.direction': 'DOWN',
  'elk.hierarchyHandling': 'INCLUDE_CHILDREN',
  'elk.layered.spacing.nodeNodeBetweenLayers': '36',
  'elk.spacing.nodeNode': '28',
  'elk.layered.considerModelOrder.strategy': 'NODES_AND_EDGES',
};

const groupOptions = { 'elk.padding': '[top=40,left=16,bottom=16,right=16]' };

/** Where each task stands; children are placed within their group. */
export async function layOut({ nodes, edges }: Graph): Promise<readonly Placed[]> {
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
    edges: edges.map(({ from, to }, at) => ({ id: `e${at}`, sources: [from], targets: [to] })),
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
  return placed;
}
