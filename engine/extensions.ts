import type { JsonObject, JsonValue } from '../kernel/json.ts';
import { entryOf, kindOf, type ExtensionModel, type Task } from './dsl/document.ts';
import { pointerToken } from './dsl/finding.ts';
import { rawScope, type Frame, type Step, type TaskResult } from './execution.ts';
import { isTruthy } from './expressions.ts';
import type { Fiber } from './fiber.ts';

/** Runs an extended task; `replaced` is the raw output that an extension put in its place. */
export type ExtendedRun = (step: Step, replaced?: JsonValue) => Fiber<TaskResult>;

interface Applied {
  readonly index: number;
  readonly name: string;
  readonly extension: ExtensionModel;
}

/** `before` in order of declaration, the task, `after` in reverse; their outputs go nowhere, but for an `exit`. */
export function* withExtensions(step: Step, run: ExtendedRun): Fiber<TaskResult> {
  const applied = step.frame.isInExtension ? [] : extensionsOf(step);
  if (applied.length === 0) return yield* run(step);
  const replaced = yield* runBefore(step, applied);
  const result = yield* run(step, replaced);
  for (const { extension, ...where } of applied.toReversed()) {
    const frame = frameOf(step, { ...where, side: 'after', told: { output: result.output } });
    yield* step.execution.runList(extension.after ?? [], frame, result.output);
  }
  return result;
}

function* runBefore(step: Step, applied: readonly Applied[]): Fiber<JsonValue | undefined> {
  for (const { extension, ...where } of applied) {
    const list = extension.before ?? [];
    const { output, hasExited } = yield* step.execution.runList(
      list,
      frameOf(step, { ...where, side: 'before', told: {} }),
      step.rawInput,
    );
    if (hasExited) return output;
  }
  return undefined;
}

function extensionsOf(step: Step): Applied[] {
  const declared = step.execution.definition.document.use?.extensions ?? [];
  return declared
    .map((item, index) => ({ index, name: entryOf(item).name, extension: entryOf(item).value }))
    .filter(
      ({ extension }) => extendsTask(extension.extend, step.task) && isWanted(extension, step),
    );
}

function extendsTask(extend: string, task: Task): boolean {
  const kind = kindOf(task);
  if (extend === 'composite') return kind === 'do' || kind === 'fork';
  return extend === 'all' || extend === kind;
}

function isWanted({ when }: ExtensionModel, step: Step): boolean {
  if (when === undefined) return true;
  const scope = rawScope(step);
  return isTruthy(
    step.execution.definition.expressions.evaluate(when, {
      ...scope,
      variables: { ...scope.variables, task: extendedTask(step) },
    }),
  );
}

/** `$task` in all of an extension: the extended task, with the properties of its definition beside those of the descriptor. */
function extendedTask(step: Step): JsonObject {
  return { ...step.task, ...step.descriptor };
}

interface Around extends Omit<Applied, 'extension'> {
  readonly side: 'before' | 'after';
  /** What is known of the extended task beside its description. */
  readonly told: JsonObject;
}

function frameOf(step: Step, { index, name, side, told }: Around): Frame {
  return {
    ...step.frame,
    key: `${step.key}!${side}@${String(index)}`,
    peerKey: `${step.peerKey}!${side}@${String(index)}`,
    reference: `/use/extensions/${String(index)}/${pointerToken(name)}/${side}`,
    isInFunction: false,
    isInExtension: true,
    variables: { ...step.frame.variables, task: { ...extendedTask(step), ...told } },
    depth: step.frame.depth + 1,
  };
}
