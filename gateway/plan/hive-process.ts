import { QueryPlanner } from '@graphql-hive/router-query-planner';

import { type HiveAnswer, isHiveRequest, isHiveStart } from './hive-protocol.ts';

/** The child process of `createHivePlanner`: told of its supergraph once, it plans one operation after the other. */
let planner: QueryPlanner | undefined;

process.on('message', (message: unknown) => {
  try {
    send(answerTo(message));
  } catch (error) {
    send({ kind: 'refused', message: error instanceof Error ? error.message : String(error) });
  }
});
process.on('disconnect', () => process.exit());

function answerTo(message: unknown): HiveAnswer {
  if (isHiveStart(message)) {
    planner = new QueryPlanner(message.supergraphSdl);
    return { kind: 'ready' };
  }
  if (planner === undefined || !isHiveRequest(message)) throw new Error('Nothing can be planned');
  const { document, labels, share } = message;
  return { kind: 'planned', plan: planner.plan(document, null, new Set(labels), share) };
}

function send(answer: HiveAnswer): void {
  process.send?.(answer);
}
