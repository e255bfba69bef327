import type { Definition } from '../../engine/definition.ts';
import { kindOf } from '../../engine/dsl/document.ts';
import type { TaskEnd, TaskTurn } from '../../engine/execution.ts';
import { playScenario, type Played } from '../../engine/scenarios/run-scenario.ts';
import type { Scenario } from '../../engine/scenarios/scenario-document.ts';
import type { SentCall } from '../../engine/scenarios/sent-call.ts';

/** An execution of a task, where somebody may stop. */
export interface Stop extends Omit<TaskTurn, 'end' | 'task'> {
  readonly kind: string;
  /** True for `call: approval`. */
  readonly isApproval: boolean;
  /** How many executions it is in. */
  readonly depth: number;
  /** How it ended, and when; undefined where the play went no further. */
  end?: TaskEnd;
  endedAt?: number;
}

/** A scenario that has been played, to be looked at. */
export interface Simulation {
  readonly scenario: Scenario;
  readonly played: Played;
  /** Executions in the order of their beginning. */
  readonly stops: readonly Stop[];
}

/** Plays the whole scenario. It takes milliseconds and comes out the same each time, so that one may go back and forth in it. */
export async function simulate(definition: Definition, scenario: Scenario): Promise<Simulation> {
  const stops: Stop[] = [];
  const open = new Map<string, Stop>();
  const played = await playScenario(definition, scenario, {
    onTask({ end, task, ...turn }) {
      const known = open.get(turn.key);
      if (end !== undefined && known !== undefined) {
        known.end = end;
        known.endedAt = turn.at;
        open.delete(turn.key);
        return;
      }
      const depth = [...open.keys()].filter((key) => isInside(turn.key, key)).length;
      const isApproval = 'call' in task && /^approval(?::|$)/u.test(task.call);
      const stop: Stop = { ...turn, depth, isApproval, kind: kindOf(task) ?? '' };
      open.set(turn.key, stop);
      stops.push(stop);
    },
  });
  // A play that stops leaves its tasks where they are.
  for (const stop of open.values()) delete stop.end;
  return { scenario, played, stops };
}

/** True for what runs inside an execution. */
export function isInside(key: string, outer: string): boolean {
  return key.startsWith(`${outer}/`) || key.startsWith(`${outer}@`);
}

/** Calls that the task itself made. */
export function callsOf({ played }: Simulation, { reference }: Stop): readonly SentCall[] {
  return played.calls.filter(({ task }) => task === reference);
}
