import { isCandidate } from './event-hints.ts';
import { eventKey } from './events.ts';
import type { CloudEvent, EventWait } from './host.ts';

/** Hands a list of events to those who listen, each in the order of the list. */
export interface EventOrder {
  /** Where the event is that answers a wait; -1 when none does. */
  next(wait: EventWait): number;
}

/** Every position of a listener takes the first candidate behind what the one before it took. */
export function createEventOrder(events: readonly CloudEvent[]): EventOrder {
  const given = new Map<string, number>();
  return {
    next({ key, listener, position, hints, consumed = [] }) {
      const before = position === 0 ? -1 : (given.get(eventKey(listener, position - 1)) ?? -1);
      const isTaken = ({ source, id }: CloudEvent): boolean =>
        consumed.some((one) => one.source === source && one.id === id);
      const index = events.findIndex(
        (event, at) => at > before && isCandidate(hints, event) && !isTaken(event),
      );
      if (index >= 0) given.set(key, index);
      return index;
    },
  };
}
