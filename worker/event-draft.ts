import { isoTime } from '../engine/iso-time.ts';
import type { LifecycleEvent } from '../engine/lifecycle.ts';
import type { JsonValue } from '../kernel/json.ts';
import type { EventDraft } from '../queue/job.ts';

/** An event of the engine as the queue keeps it. */
export function toDraft(event: LifecycleEvent): EventDraft {
  const { execution, name, kind, task, input, output } = event;
  const data: Record<string, JsonValue> = { ...event.data };
  if (execution !== undefined) data['execution'] = execution;
  if (name !== undefined) data['name'] = name;
  if (kind !== undefined) data['kind'] = kind;
  if (task !== undefined && input !== undefined) data['input'] = input;
  if (task !== undefined && output !== undefined) data['output'] = output;
  const draft = {
    type: `io.serverlessworkflow.${event.type}`,
    key: event.key,
    at: isoTime(event.time),
    data,
  };
  return task === undefined ? draft : { ...draft, task };
}
