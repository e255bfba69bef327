import type { DoTask } from '../dsl/document.ts';
import { frameInside, type Step, type TaskResult } from '../execution.ts';
import type { Fiber } from '../fiber.ts';

export function* runDo(step: Step<DoTask>): Fiber<TaskResult> {
  const { output } = yield* step.execution.runList(
    step.task.do,
    frameInside(step, { path: 'do' }),
    step.input,
  );
  return { output };
}
