import { parentPort, workerData } from 'node:worker_threads';
import { LRUCache } from 'lru-cache';
import { createDefinition, type Definition } from '../../engine/definition.ts';
import { runDefinition } from '../../engine/run.ts';
import { lowerPriority } from '../../kernel/threads/lower-priority.ts';
import { packed, unpacked } from '../../kernel/threads/packed.ts';
import { createTurns, type Turns } from '../../kernel/turns.ts';
import {
  asDesk,
  asToThread,
  endOf,
  monotonicMs,
  type FromThread,
  type RunEnd,
  type RunOrder,
} from './messages.ts';
import { createRemoteHost, type RemoteHost } from './remote-host.ts';
import { toDraft } from '../event-draft.ts';

/** Heavy jobs take what the others leave, and never nothing. */
const niceness = 15;
/** Definitions kept with their compiled expressions. */
const maxDefinitions = 100;

/** Runs the jobs that a worker hands over. Which of them is at work stands on the desk, for who finds the thread mute. */
function serveRuns(post: (message: FromThread) => void, desk: Int32Array): void {
  const definitions = new LRUCache<string, Definition>({ max: maxDefinitions });
  const turns = createTurns();
  const runs = new Map<number, RemoteHost>();

  function definitionOf({ versionId, document, limits }: RunOrder): Definition {
    const known = definitions.get(versionId) ?? createDefinition(document, limits);
    definitions.set(versionId, known);
    return known;
  }

  async function carryOut(run: number, order: RunOrder, host: RemoteHost): Promise<RunEnd> {
    const { input, job, limits, entries, clock } = order;
    try {
      const outcome = await runDefinition(definitionOf(order), {
        ...{ input, job, limits },
        host: { ...host.host, now: () => Math.floor(clock.at + monotonicMs() - clock.monotonicMs) },
        journal: { entries, append: host.append },
        signal: host.signal,
        observe: (event) => host.tell(toDraft(event)),
        room: host.room,
        turns: atDesk(turns, run, desk),
      });
      return { outcome };
    } catch (error) {
      return endOf(error);
    }
  }

  async function start(run: number, order: RunOrder): Promise<void> {
    const host = createRemoteHost(run, post);
    runs.set(run, host);
    const end = await carryOut(run, order, host);
    runs.delete(run);
    host.end(end);
  }

  parentPort?.on('message', (message: unknown) => {
    const told = asToThread(unpacked(message));
    if (told.kind === 'ping') post({ kind: 'pong' });
    else if (told.kind === 'run') void start(told.run, told.order);
    else runs.get(told.run)?.hear(told);
  });
}

/** The turns as one run sees them, which leaves its name where it computes. */
function atDesk(turns: Turns, run: number, desk: Int32Array): Turns {
  return {
    isOver() {
      Atomics.store(desk, 0, run);
      return turns.isOver();
    },
    next: () => turns.next(),
  };
}

lowerPriority(niceness);
serveRuns((message) => parentPort?.postMessage(packed(message)), asDesk(workerData));
