import type { JsonValue } from '../../kernel/json.ts';
import { entryOf, type TaskList } from '../dsl/document.ts';
import { pointerToken } from '../dsl/finding.ts';
import { WorkflowEnd, type Frame, type ListResult } from '../execution.ts';
import type { Fiber } from '../fiber.ts';
import { workflowError } from '../problem.ts';

/** Runs a list in order, each task on the output of the one before, and follows the flow directives. */
export function* runList(list: TaskList, frame: Frame, input: JsonValue): Fiber<ListResult> {
  const visits = new Map<number, number>();
  let output = input;
  let index = 0;
  for (let item = list[0]; item !== undefined; item = list[index]) {
    const { name, value: task } = entryOf(item);
    const visit = visits.get(index) ?? 0;
    visits.set(index, visit + 1);
    const again = visit === 0 ? '' : `+${String(visit)}`;
    const place = { name, task, path: `${String(index)}/${pointerToken(name)}`, visit: again };
    const result = yield* frame.execution.runTask(place, frame, output);
    output = result.output;
    const then = result.then ?? 'continue';
    if (then === 'end') throw new WorkflowEnd(output);
    if (then === 'exit') return { output, hasExited: true };
    index = then === 'continue' ? index + 1 : indexOf(list, then);
  }
  return { output, hasExited: false };
}

function indexOf(list: TaskList, name: string): number {
  const index = list.findIndex((item) => Object.hasOwn(item, name));
  if (index >= 0) return index;
  throw workflowError(
    'configuration',
    `there is no task ${JSON.stringify(name)} in this list to go on with`,
  );
}
