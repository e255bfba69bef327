import { parentPort, workerData } from 'node:worker_threads';

import { createApolloPlanner } from './apollo-planner.ts';
import { isPlanRequest, readWorkerStart, type WorkerMessage } from './worker-protocol.ts';

if (parentPort === null) {
  throw new Error('planner-worker runs as a worker thread only');
}
const port = parentPort;
const send = (message: WorkerMessage): void => port.postMessage(message);
const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);

try {
  const planner = createApolloPlanner(readWorkerStart(workerData).supergraphSdl);
  port.on('message', (request: unknown) => {
    if (!isPlanRequest(request)) return;
    try {
      const plan = planner.plan(request.document, request.overrides);
      send({ kind: 'planned', plan });
    } catch (error) {
      send({ kind: 'refused', message: messageOf(error) });
    }
  });
  send({ kind: 'ready', supergraph: planner.supergraph });
} catch (error) {
  send({ kind: 'broken', message: messageOf(error) });
}
