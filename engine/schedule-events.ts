import type { JsonValue } from '../kernel/json.ts';
import type { Definition } from './definition.ts';
import {
  beginConsumption,
  offerEvent,
  readEvent,
  untilHolds,
  type Consumption,
  type EventReading,
} from './events.ts';
import type { CloudEvent } from './host.ts';

/** What an event did to `schedule.on`: the state to keep, and the input of the run it starts, if it starts one. */
export interface ScheduleOffer {
  readonly state: Consumption;
  /** The triggering events as `schedule.read` says: raw input of a new run. */
  readonly input?: readonly JsonValue[];
}

/**
 * Offers an event to the `schedule.on` of a definition. A satisfied strategy starts a run and begins anew; its
 * failures concern no run, so an expression that fails on an event is an event that does not match.
 */
export function offerToSchedule(
  definition: Definition,
  known: Consumption | undefined,
  event: CloudEvent,
): ScheduleOffer {
  const { on: strategy, read = 'data' } = definition.document.schedule ?? {};
  if (strategy === undefined) return { state: known ?? { consumed: [], filled: [], keys: {} } };
  const before = known ?? beginConsumption(strategy);
  const reading = readingOf(definition, event);
  try {
    const { state, isConsumed, isDone } = offerEvent(strategy, before, { event, reading });
    const input = state.consumed.map((each) => readEvent(each, read));
    const isSatisfied = isDone || (isConsumed && untilHolds(strategy, input, reading));
    return isSatisfied ? { state: beginConsumption(strategy), input } : { state };
  } catch {
    return { state: before };
  }
}

/** Secrets are not known outside a run: a filter that reads one does not match. */
function readingOf({ expressions }: Definition, event: CloudEvent): EventReading {
  const now = typeof event['time'] === 'string' ? Date.parse(event['time']) : 0;
  const runtime = { name: 'operandi', version: '0.1.0', metadata: {} };
  return {
    expressions,
    scope: (dot) => ({
      dot,
      variables: { secrets: {}, runtime },
      now: Number.isNaN(now) ? 0 : now,
    }),
  };
}
