import type { JsonValue } from '../../kernel/json.ts';
import { entryOf, type ForkTask } from '../dsl/document.ts';
import { pointerToken } from '../dsl/finding.ts';
import {
  frameInside,
  WorkflowEnd,
  type Frame,
  type Place,
  type Step,
  type TaskResult,
} from '../execution.ts';
import { gather, type Fiber } from '../fiber.ts';
import { workflowError } from '../problem.ts';

/** Branches run concurrently on the same input; the journal fixes the order in which they complete. */
export function* runFork(step: Step<ForkTask>): Fiber<TaskResult> {
  const { branches: list, compete = false } = step.task.fork;
  const limit = step.execution.limits.forkWidth;
  if (list.length > limit) {
    throw workflowError(
      'runtime',
      `fork of ${step.name} has ${String(list.length)} branches, ${String(limit)} are allowed`,
      { isCatchable: false },
    );
  }
  const frame = frameInside(step, { path: 'fork/branches' });
  const branches = list.map((item, index) => {
    const { name, value: task } = entryOf(item);
    return runBranch(
      { name, task, path: `${String(index)}/${pointerToken(name)}` },
      frame,
      step.input,
    );
  });
  const outputs = yield* gather(compete ? 'first' : 'all', branches);
  return { output: compete ? (outputs[1] ?? null) : outputs };
}

function* runBranch(place: Place, frame: Frame, input: JsonValue): Fiber<JsonValue> {
  const { output, then } = yield* frame.execution.runTask(place, frame, input);
  if (then === 'end') throw new WorkflowEnd(output);
  return output;
}
