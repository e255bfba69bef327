import { createEventOrder } from '../event-order.ts';
import type { CloudEvent, EventWait } from '../host.ts';
import type { ScriptedEvent } from './scenario-document.ts';
import { momentAfter } from './scripted-answers.ts';

/** An event and when it comes, epoch milliseconds. */
export interface Arrival {
  readonly at: number;
  readonly event: CloudEvent;
}

/** Hands events to those who listen, in the order in which they come. */
export interface ScriptedEvents {
  /** The event that answers a wait, and when; undefined when none ever does. */
  next(wait: EventWait): Arrival | undefined;
}

/** The events of a scenario that begins at a moment. */
export function createEvents(events: readonly ScriptedEvent[], startAt: number): ScriptedEvents {
  const arrivals = events
    .map((event, index) => arrival(event, index, startAt))
    .toSorted((one, other) => one.at - other.at);
  const order = createEventOrder(arrivals.map(({ event }) => event));
  return { next: (wait) => arrivals[order.next(wait)] };
}

function arrival(
  { after, extensions, ...event }: ScriptedEvent,
  index: number,
  startAt: number,
): Arrival {
  const at = momentAfter(startAt, after);
  const attributes = {
    ...{ specversion: '1.0', id: `event-${String(index + 1)}`, source: '/scenario' },
    time: new Date(at).toISOString(),
    ...extensions,
  };
  const given = Object.entries(event).filter(([, value]) => value !== undefined);
  return { at, event: { ...attributes, type: event.type, ...Object.fromEntries(given) } };
}
