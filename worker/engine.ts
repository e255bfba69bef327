import { LRUCache } from 'lru-cache';
import { createCompute, RunTooHeavy } from '../engine/compute.ts';
import { defaultLimits, type Limits } from '../engine/limits.ts';
import type { JournalEntry } from '../engine/journal.ts';
import { startRun, type Progress } from '../engine/run.ts';
import type { Surroundings } from '../engine/seat.ts';
import { createTurns } from '../kernel/turns.ts';
import { createEffects } from './effects.ts';
import type { EngineRun, HandedRun } from './engine-run.ts';
import { toDraft } from './event-draft.ts';
import type { EnginePool } from './threads/engine-pool.ts';

/** Runs a job as far as it goes; see `startRun`. */
export type Engine = (run: EngineRun) => Promise<Advanced>;

/** How far a job has come. */
export interface Advanced extends Progress {
  /** The whole journal. */
  readonly entries: readonly JournalEntry[];
}

/** What a run may compute on the thread that serves all others, steps: some fifty milliseconds at most. */
const lightSteps = 1_000_000;
/** Versions whose jobs are known to need more. */
const maxHeavyVersions = 1_000;

/** Light runs stay on this thread; one that turns out to be heavy goes on in the pool, the next of its version begin there. */
export function createEngine(limits: Partial<Limits>, pool: Pick<EnginePool, 'run'>): Engine {
  const { computeSteps: limit } = { ...defaultLimits, ...limits };
  const heavyVersions = new LRUCache<string, true>({ max: maxHeavyVersions });
  const turns = createTurns();

  async function replayHere(run: HandedRun): Promise<Progress> {
    const { definition, input, job } = run;
    const compute = createCompute({ limit, here: lightSteps });
    return await startRun(definition, {
      ...{ input, job, limits, turns, compute },
      ...surroundingsOf(run, () => compute.isOver),
    });
  }

  async function runHere(run: HandedRun): Promise<Progress> {
    const { parked } = run;
    const progress = await parked?.goOn(surroundingsOf(run, () => parked.isOver));
    return progress ?? (await replayHere(run));
  }

  async function runElsewhere(run: HandedRun): Promise<Progress> {
    return { outcome: await pool.run(run) };
  }

  async function carryOn(run: HandedRun): Promise<Progress> {
    const isHeavy = heavyVersions.get(run.versionId) === true;
    if (isHeavy && run.parked === undefined) return await runElsewhere(run);
    try {
      return await runHere(run);
    } catch (error) {
      if (!(error instanceof RunTooHeavy)) throw error;
      heavyVersions.set(run.versionId, true);
      return await runElsewhere(run);
    }
  }

  return async (run) => {
    const handed = handOver(run);
    try {
      return { ...(await carryOn(handed)), entries: handed.entries };
    } finally {
      handed.effects.stop();
    }
  };
}

function surroundingsOf(run: HandedRun, hasLeft: () => boolean): Surroundings {
  const { entries, signal, room } = run;
  return {
    ...{ signal, room },
    host: run.effects.seat(hasLeft),
    journal: {
      entries,
      append(entry) {
        run.append(entry);
        return Promise.resolve();
      },
    },
    observe: (event) => run.observe(toDraft(event)),
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
