import type { Definition } from '../definition.ts';
import { otherDecisions } from './decisions.ts';
import { impliedState, judge, type Miss } from './judge.ts';
import { recordScenario, type RecordedJob } from './record-scenario.ts';
import { playScenario, takenCase, type Ending } from './run-scenario.ts';
import { readScenario } from './scenario-document.ts';
import { calledText } from './sent-call.ts';

/** How a job ends; `refused` before there is one. */
export type EndState = Exclude<Ending['state'], 'stopped'>;

/** What a definition would make of a job that another one ran. */
export interface Backtested {
  /** `unknown`: it would call what the job did not, and nobody knows what would have been answered. */
  readonly verdict: 'same' | 'changed' | 'unknown';
  /** Undefined where the job could not be played at all. */
  readonly was: EndState | undefined;
  /** Undefined where it is unknown. */
  readonly wouldBe: EndState | undefined;
  /** What would be otherwise: decisions, end, output, error, events. */
  readonly changes: readonly Miss[];
  /** Calls that the job made and this definition would not, as scenarios name them. */
  readonly dropped: readonly string[];
  /** Calls that it would make and of which there is no recording, likewise. */
  readonly unrecorded: readonly string[];
}

/** A past job, and the definition by which it ran. */
export interface PastJob {
  readonly former: Definition;
  readonly job: RecordedJob;
}

/**
 * Plays a past job by another definition, and sends nothing. Answers are found by what was called and with what, not by
 * where in the procedure. It computes in one piece: whoever serves others calls it on a thread that can be ended.
 */
export async function backtest(
  definition: Definition,
  { former, job }: PastJob,
): Promise<Backtested> {
  const { limits } = job;
  const cases = new Set<string>();
  const onCase = (task: string, index: number) => cases.add(takenCase(task, index));
  const scenario = readScenario(await recordScenario(former, job, { name: job.id, onCase }));
  const played = await playScenario(definition, scenario, { limits });
  const decisions = otherDecisions(
    { definition: former, cases },
    { definition, cases: played.cases },
  );
  const misses = judge(scenario.expect, played);
  const { ending, unasked } = played;
  const changes = [...decisions, ...misses];
  const was = scenario.expect.state ?? impliedState(scenario.expect);
  if (ending.state === 'stopped') {
    const unrecorded = ending.call === undefined ? [] : [ending.call];
    return {
      ...{ verdict: 'unknown', wouldBe: undefined, was, changes, dropped: [] },
      unrecorded: unrecorded.map(({ kind, name }) => `${kind} ${name}`),
    };
  }
  return {
    ...{ was, wouldBe: ending.state, changes, unrecorded: [] },
    verdict: changes.length === 0 ? 'same' : 'changed',
    // What hangs was never answered, and does nothing.
    dropped: unasked.filter(({ hangs }) => hangs !== true).map(calledText),
  };
}
