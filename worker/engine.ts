import { LRUCache } from 'lru-cache';
import { createCompute, RunTooHeavy } from '../engine/compute.ts';
import type { Definition } from '../engine/definition.ts';
import type { Host } from '../engine/host.ts';
import type { JournalEntry } from '../engine/journal.ts';
import { defaultLimits, type Limits } from '../engine/limits.ts';
import { runDefinition, type Outcome } from '../engine/run.ts';
import type { JsonValue } from '../kernel/json.ts';
import { createTurns } from '../kernel/turns.ts';
import type { EventDraft } from '../queue/job.ts';
import { createEffects, type Effects } from './effects.ts';
import { toDraft } from './event-draft.ts';
import type { EnginePool } from './threads/engine-pool.ts';

/** A run as engines see it. */
export interface EngineRun {
  readonly definition: Definition;
  readonly versionId: string;
  readonly job: { readonly id: string; readonly startedAt: number };
  readonly input: JsonValue;
  readonly host: Host;
  /** What earlier runs recorded. */
  readonly entries: readonly JournalEntry[];
  readonly signal: AbortSignal;
  readonly append: (entry: JournalEntry) => void;
  readonly observe: (event: EventDraft) => void;
  /** Undefined while events are written as fast as they come. */
  readonly room: () => Promise<void> | undefined;
}

/** A run that one engine after the other may drive: what it recorded and began is kept beside them. */
export interface HandedRun extends EngineRun {
  readonly effects: Effects;
}

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
