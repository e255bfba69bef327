import type { WaitTask } from '../dsl/document.ts';
import { definitionScope, type Step, type TaskResult } from '../execution.ts';
import type { Fiber } from '../fiber.ts';
import { pauseUntil } from '../pauses.ts';
import { momentAfter } from '../timeout.ts';

export function* runWait(step: Step<WaitTask>): Fiber<TaskResult> {
  const setAt = step.execution.clock.now;
  const dueAt = momentAfter(step.task.wait, definitionScope(step), step);
  yield* pauseUntil(step, { kind: 'timer', key: step.key, task: step.reference, dueAt, setAt });
  return { output: step.input };
}
