import { parentPort, workerData } from 'node:worker_threads';

import { parseJson } from '../../kernel/json.ts';
import type { CallSubgraph, SubgraphAnswer } from '../execute/fetch/subgraph-answer.ts';
import { openApolloRunner } from './apollo-runner.ts';
import { compareAnswers } from './compare-answers.ts';
import type { FromShadow, ShadowStart, ToShadow } from './shadow-protocol.ts';

/* ApolloGateway in a thread of its own, as it plans and shapes answers where it runs: no client waits for that. */

if (parentPort === null) throw new Error('shadow-worker runs as a worker thread only');
const port = parentPort;
const send = (message: FromShadow): void => port.postMessage(message);
const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);

const waiting = new Map<string, (answer: SubgraphAnswer) => void>();
let calls = 0;

void serve();

async function serve(): Promise<void> {
  try {
    // The thread is started by `openShadow` only.
    const { supergraphSdl } = workerData as ShadowStart;
    const runner = await openApolloRunner(supergraphSdl);
    port.on('message', (message: ToShadow) => {
      if (message.kind === 'answer') {
        const key = `${message.id} ${message.callId}`;
        // `startShadowThread` wrote it.
        waiting.get(key)?.(parseJson(message.text) as unknown as SubgraphAnswer);
        waiting.delete(key);
        return;
      }
      const { id, asked, given } = message;
      runner
        .run(asked, callFor(id))
        .then(({ data = null, errors }) => {
          const differences = compareAnswers(given, JSON.stringify({ data, errors }));
          send({ kind: 'compared', id, differences });
        })
        .catch((error: unknown) => send({ kind: 'failed', id, message: messageOf(error) }));
    });
    send({ kind: 'ready' });
  } catch (error) {
    send({ kind: 'refused', message: messageOf(error) });
  }
}

function callFor(id: number): CallSubgraph {
  return (service, body) =>
    new Promise((resolve) => {
      const callId = (calls += 1);
      waiting.set(`${id} ${callId}`, resolve);
      send({ kind: 'call', id, callId, service, body });
    });
}
