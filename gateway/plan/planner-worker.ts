import { parentPort, workerData } from 'node:worker_threads';

import { createTwoPlanners } from './two-planners.ts';
import { isPlanRequest, readWorkerStart, type WorkerMessage } from './worker-protocol.ts';

if (parentPort === null) {
  throw new Error('planner-worker runs as a worker thread only');
}
const port = parentPort;
const send = (message: WorkerMessage): void => port.postMessage(message);
const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);

try {
  const planners = createTwoPlanners(readWorkerStart(workerData).supergraphSdl);
  port.on('message', (request: unknown) => {
    if (!isPlanRequest(request)) return;
    planners.plan(request.document, request).then(
      (plan) => send({ kind: 'planned', plan }),
      (error: unknown) => send({ kind: 'refused', message: messageOf(error) }),
    );
  });
  send({ kind: 'ready', supergraph: planners.supergraph });
} catch (error) {
  send({ kind: 'broken', message: messageOf(error) });
}
