import type { CloudEvent, EventWait } from '../engine/host.ts';
import { matchesOf } from '../engine/event-hints.ts';
import { eventKey } from '../engine/events.ts';
import { isJsonObject, type JsonValue } from '../kernel/json.ts';
import type { History } from '../queue/load-history.ts';
import type { JobWriter } from './job-writer.ts';
import type { CallSite, Outside } from './outside.ts';

interface ListenersOptions {
  readonly history: History;
  readonly writer: JobWriter;
  readonly outside: Pick<Outside, 'nextEvent'>;
  readonly site: CallSite;
}

/** The listen tasks of one run: each gets its events in the order in which they came, none left out. */
export interface Listeners {
  /** The event for a position, if it has come; `answer` is what woke the wait. */
  next(wait: EventWait, answer: JsonValue | undefined): Promise<JsonValue | undefined>;
}

/** Knows what earlier runs were given. */
export function createListeners({ history, writer, outside, site }: ListenersOptions): Listeners {
  const taken = new Map<string, JsonValue>(history.answers);

  // As a rule it is one of the last.
  function recorded(key: string): JsonValue | undefined {
    const value = history.journal.findLast((entry) => entry.key === key)?.value;
    return isJsonObject(value) ? value['ok'] : undefined;
  }

  // The wait is durable before the look back: what comes later answers it, what came earlier is found.
  async function missed(wait: EventWait): Promise<CloudEvent | undefined> {
    const { key, listener, position } = wait;
    const earlier = eventKey(listener, position - 1);
    const before = taken.get(earlier) ?? recorded(earlier);
    if (history.looked.has(key) || (position > 0 && !isCloudEvent(before))) return undefined;
    await writer.flush();
    const found = await outside.nextEvent(wait, isCloudEvent(before) ? before : undefined, site);
    if (found === undefined) writer.wait({ key, kind: 'event', spec: {}, isLooked: true });
    return found;
  }

  return {
    async next(wait, answer) {
      const { key, task, listener, position, hints, isLast = false } = wait;
      if (answer === undefined && !history.asked.has(key))
        writer.wait({
          key,
          kind: 'event',
          spec: { task, listener, position, isLast, matches: matchesOf(hints) },
        });
      const event = (await missed(wait)) ?? answer;
      if (event !== undefined) taken.set(key, event);
      return event;
    },
  };
}

function isCloudEvent(value: JsonValue | undefined): value is CloudEvent {
  return (
    isJsonObject(value) && ['id', 'source', 'type'].every((name) => typeof value[name] === 'string')
  );
}
