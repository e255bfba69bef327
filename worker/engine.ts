import { LRUCache } from 'lru-cache';
import { createCompute, RunTooHeavy } from '../engine/compute.ts';
import { defaultLimits, type Limits } from '../engine/limits.ts';
import { runDefinition, type Outcome } from '../engine/run.ts';
import { createTurns } from '../kernel/turns.ts';
import { createEffects } from './effects.ts';
import type { EngineRun, HandedRun } from './engine-run.ts';
import { toDraft } from './event-draft.ts';
import type { EnginePool } from './threads/engine-pool.ts';

/** Runs a job as far as it goes; see `runDefinition`. */
export type Engine = (run: EngineRun) => Promise<Outcome>;

/** What a run may compute on the thread that serves all others, steps: some fifty milliseconds at most. */
const lightSteps = 1_000_000;
/** Versions whose jobs are known to need more. */
const maxHeavyVersions = 1_000;

/** Light runs stay on this thread; one that turns out to be heavy goes on in the pool, the next of its version begin there. */
export function createEngine(limits: Partial<Limits>, pool: Pick<EnginePool, 'run'>): Engine {
  const { computeSteps: limit } = { ...defaultLimits, ...limits };
  const heavyVersions = new LRUCache<string, true>({ max: maxHeavyVersions });
  const turns = createTurns();

  async function runHere(run: HandedRun): Promise<Outcome> {
    const { definition, input, job, signal, room } = run;
    const compute = createCompute({ limit, here: lightSteps });
    return await runDefinition(definition, {
      ...{ input, job, signal, room, limits, turns, compute },
      host: run.effects.seat(() => compute.isOver),
      journal: {
        entries: run.entries,
        append(entry) {
          run.append(entry);
          return Promise.resolve();
        },
      },
      observe: (event) => run.observe(toDraft(event)),
    });
  }

  async function carryOn(run: HandedRun): Promise<Outcome> {
    if (heavyVersions.get(run.versionId) === true) return await pool.run(run);
    try {
      return await runHere(run);
    } catch (error) {
      if (!(error instanceof RunTooHeavy)) throw error;
      heavyVersions.set(run.versionId, true);
      return await pool.run(run);
    }
  }

  return async (run) => {
    const handed = handOver(run);
    try {
      return await carryOn(handed);
    } finally {
      handed.effects.stop();
    }
  };
}

function handOver(run: EngineRun): HandedRun {
  const effects = createEffects(run.host);
  const entries = [...run.entries];
  return {
    ...run,
    effects,
    entries,
    append(entry) {
      run.append(entry);
      entries.push(entry);
      effects.settle(entry.key);
    },
  };
}
