import type { Definition } from '../definition.ts';
import type { Limits } from '../limits.ts';
import { judge, type Miss } from './judge.ts';
import { playScenario } from './run-scenario.ts';
import type { Scenario } from './scenario-document.ts';
import { calledText } from './sent-call.ts';

/** What a definition would make of a job that another one ran. */
export interface Backtested {
  readonly name: string;
  /** `unknown`: it would call what the job did not, and nobody knows what would have been answered. */
  readonly verdict: 'same' | 'changed' | 'unknown';
  /** What would be otherwise: end, output, error, events. */
  readonly changes: readonly Miss[];
  /** Calls that the job made and this definition would not, as scenarios name them. */
  readonly dropped: readonly string[];
}

/**
 * Plays a recorded job by another definition, and sends nothing. Answers are found by what was called and with what, not
 * by where in the procedure.
 */
export async function backtest(
  definition: Definition,
  recorded: Scenario,
  limits: Partial<Limits> = {},
): Promise<Backtested> {
  const played = await playScenario(definition, recorded, { limits });
  const changes = judge(recorded.expect, played);
  const isKnown = played.ending.state !== 'stopped';
  return {
    name: recorded.name,
    verdict: !isKnown ? 'unknown' : changes.length === 0 ? 'same' : 'changed',
    changes,
    // What hangs was never answered, and does nothing.
    dropped: isKnown ? played.unasked.filter(({ hangs }) => hangs !== true).map(calledText) : [],
  };
}
