import { QueryPlanner } from '@graphql-hive/router-query-planner';

import { isHiveRequest, type HiveAnswer } from './hive-protocol.ts';

/** The child process of `openHivePlanner`: builds a planner for each new supergraph and plans one operation after the other. */
let planner: QueryPlanner | undefined;

process.on('message', (request: unknown) => {
  if (!isHiveRequest(request)) return;
  const { supergraphSdl, document, labels, share } = request;
  try {
    planner ??= new QueryPlanner(supergraphSdl);
    send({ kind: 'planned', plan: planner.plan(document, null, new Set(labels), share) });
  } catch (error) {
    send({ kind: 'refused', message: error instanceof Error ? error.message : String(error) });
  }
});
process.on('disconnect', () => process.exit());
send({ kind: 'ready' });

function send(answer: HiveAnswer): void {
  process.send?.(answer);
}
