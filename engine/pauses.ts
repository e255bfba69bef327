import type { JsonValue } from '../kernel/json.ts';
import type { Step } from './execution.ts';
import { pause, type Fiber } from './fiber.ts';
import type { Wait } from './host.ts';
import { taskStatusChanged } from './tasks/task-events.ts';

/** Stands still visibly: the phase of the task is `waiting` meanwhile. */
export function* pauseUntil(step: Step, wait: Wait): Fiber<JsonValue> {
  taskStatusChanged(step, 'waiting');
  const answer = yield* pause(wait);
  taskStatusChanged(step, 'running');
  return answer;
}
