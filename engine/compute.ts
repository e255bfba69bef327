import { workflowError } from './problem.ts';

/**
 * What a run may compute, in steps of expressions. The same tasks on the same values take the same number of steps
 * on every machine and in every replay, so a job ends at the same point wherever it runs.
 */
export interface Compute {
  /** Steps that may still be taken. */
  readonly left: number;
  /** Takes steps; throws when there are not so many left. */
  spend(steps: number): void;
  /** Called before work that costs so much and belongs to no budget of the job. */
  requireRoomFor(steps: number): void;
  /** Called before work of which nobody can tell how much it will be. */
  requireRoomForMore(): void;
  /** A run that goes on after a wait may use here as much again. */
  renew(): void;
  /** A result has come: what follows from it may be computed here as well, up to so many steps. */
  grant(steps: number): void;
  /** True from when the run has to go on elsewhere: whatever it still does means nothing. */
  readonly isOver: boolean;
}

export interface ComputeOptions {
  /** Steps of the whole job. */
  readonly limit: number;
  /** Steps that may be taken here; a run that needs more ends by `RunTooHeavy`. @default all */
  readonly here?: number;
}

/** What a task costs beside its expressions: events, scopes, the measure of its output. */
export const stepsPerTask = 500;
/** What a turn of a loop costs beside its tasks. */
export const stepsPerTurn = 50;
/** What a result costs beside what is computed of it: a run that waits often is not heavy for that. */
export const stepsPerResult = 5_000;
/** What a template costs, which has a limit of its own. */
export const stepsPerRender = 200_000;
/** Bytes that are measured, copied or checked for the price of a step. */
export const bytesPerStep = 32;

/** The run needs more than it may use in this place: run it again from its journal where it may use more. */
export class RunTooHeavy extends Error {
  override readonly name = 'RunTooHeavy';

  constructor() {
    super('the run computes more than it may in this place');
  }
}

/** Nothing is used up yet. */
export function createCompute({ limit, here = Infinity }: ComputeOptions): Compute {
  let used = 0;
  let hereUntil = here;
  let isOver = false;

  function leave(): never {
    isOver = true;
    throw new RunTooHeavy();
  }

  return {
    get left() {
      return Math.min(limit, hereUntil) - used;
    },
    get isOver() {
      return isOver;
    },
    spend(steps) {
      used += steps;
      if (used > hereUntil) leave();
      if (used > limit) throw computeSpent(limit);
    },
    requireRoomFor(steps) {
      if (used + steps > hereUntil) leave();
    },
    requireRoomForMore() {
      if (here < limit) leave();
    },
    renew() {
      hereUntil = used + here;
    },
    grant(steps) {
      hereUntil += steps;
    },
  };
}

function computeSpent(limit: number): Error {
  const detail =
    `the job has computed more than the ${String(limit)} steps that a job may take: ` +
    'let it do less in each turn of its loops, divide it into several jobs, or have the limit raised';
  return workflowError('runtime', detail, { isCatchable: false });
}
