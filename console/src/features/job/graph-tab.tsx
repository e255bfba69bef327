import '@xyflow/react/dist/style.css';

import { useQuery } from '@tanstack/react-query';
import { Background, Controls, type Edge, MarkerType, type Node, ReactFlow } from '@xyflow/react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';

import { JobDefinitionDocument, JobStepsDocument } from '../../_generated/documents.ts';
import { useAsk } from '../../app/ask.ts';
import { Remote } from '../../ui/remote.tsx';
import { layOut, type Layout } from './graph-layout.ts';
import { type Graph, graphOf, startId } from './graph-model.ts';
import { RoutedEdge } from './routed-edge.tsx';
import { takenWays } from './taken-ways.ts';
import { TaskBox } from './task-box.tsx';
import type { Step } from './timeline-model.ts';
import { usePages } from './use-pages.ts';

const nodeTypes = { task: TaskBox };
const edgeTypes = { routed: RoutedEdge };

/** The definition as a graph; where the job has been is marked, and moves with it. */
export function GraphTab({ id }: { readonly id: string }) {
  const definition = useAsk({
    // A version never changes.
    key: ['definition-of', id],
    document: JobDefinitionDocument,
    variables: { id },
  });
  const text = definition.data?.job?.agentVersion.definition;
  const graph = useQuery({
    queryKey: ['graph', text],
    queryFn: async () => {
      const model = graphOf(text ?? '');
      return { model, ...(await layOut(model)) };
    },
    enabled: text !== undefined,
  });
  const { rows } = usePages({
    key: ['job', id, 'steps'],
    document: JobStepsDocument,
    id,
    pageOf: ({ job }) => job?.steps,
  });
  return (
    <Remote query={definition}>
      {() => (
        <Remote query={graph}>
          {({ model, placed, routes }) => <Drawn {...{ model, placed, routes }} steps={rows} />}
        </Remote>
      )}
    </Remote>
  );
}

interface DrawnProps {
  readonly model: Graph;
  readonly placed: Layout['placed'];
  readonly routes: Layout['routes'];
  readonly steps: readonly Step[];
}

function Drawn({ model, placed, routes, steps }: DrawnProps) {
  const { t } = useTranslation();
  const states = useMemo(() => new Map(steps.map(({ task, state }) => [task, state])), [steps]);
  const taken = useMemo(() => takenWays(model, steps), [model, steps]);
  const nodes = placed.map(({ id, parent, x, y, width, height, task }): Node => ({
    id,
    type: 'task',
    position: { x, y },
    width,
    height,
    ...(parent !== undefined && { parentId: parent }),
    data: {
      name: task?.name ?? t(id === startId ? 'graph.start' : 'graph.end'),
      kind: task?.kind,
      isGroup: (task?.children.length ?? 0) > 0,
      state: states.get(id),
    },
  }));
  const edges = model.edges.map(({ from, to, label }, at): Edge => {
    return {
      id: `e${at}`,
      source: from,
      target: to,
      type: 'routed',
      data: { route: routes[at] },
      className: taken.has(at) ? 'taken' : '',
      // Above the frames that it runs through.
      zIndex: 10,
      markerEnd: { type: MarkerType.ArrowClosed },
      ...(label !== undefined && { label }),
    };
  });
  return (
    <div className="graph">
      <ReactFlow
        nodes={nodes}
        edges={edges}
        nodeTypes={nodeTypes}
        edgeTypes={edgeTypes}
        fitView
        fitViewOptions={{ maxZoom: 1 }}
        nodesDraggable={false}
        nodesConnectable={false}
        elementsSelectable={false}
        edgesFocusable={false}
        preventScrolling={false}
        zoomOnScroll={false}
        colorMode="system"
        aria-label={t('job.tab.graph')}
        proOptions={{ hideAttribution: false }}
      >
        <Background />
        <Controls showInteractive={false} />
      </ReactFlow>
    </div>
  );
}
