import type { JsonValue } from '../../kernel/json.ts';
import { transform } from '../data-flow.ts';
import type { IteratorModel } from '../dsl/document.ts';
import { definitionScope, frameInside, type Step } from '../execution.ts';
import type { Scope } from '../expressions.ts';
import type { Fiber } from '../fiber.ts';
import { validate } from '../resources.ts';
import { siteOf } from '../site.ts';

interface Item {
  readonly item: JsonValue;
  readonly index: number;
  /** Where the iterator stands in its task. @default `foreach` */
  readonly place?: string;
}

/** `foreach` on one consumed item: runs `do` on it, transforms the result, updates the context. */
export function* runIterator(
  step: Step,
  model: IteratorModel | undefined,
  { item, index, place = 'foreach' }: Item,
): Fiber<JsonValue> {
  if (model === undefined) return item;
  const variables = { [model.item ?? 'item']: item, [model.at ?? 'index']: index };
  const raw = yield* iterate(step, model, { item, index, place, variables });
  const { expressions } = step.execution.definition;
  const scope = (dot: JsonValue, more: Record<string, JsonValue> = {}): Scope =>
    definitionScope(step, dot, { ...variables, ...more });
  const output = transform(model.output?.as, scope(raw), expressions);
  yield* validate(siteOf(step), output, {
    schema: model.output?.schema,
    what: `foreach output ${String(index)} of ${step.name}`,
  });
  if (model.export?.as !== undefined) {
    const context = transform(model.export.as, scope(output, { output }), expressions);
    yield* validate(siteOf(step), context, {
      schema: model.export.schema,
      what: `context after foreach ${String(index)} of ${step.name}`,
    });
    step.execution.context = context;
  }
  return output;
}

interface Iteration extends Required<Item> {
  readonly variables: Readonly<Record<string, JsonValue>>;
}

function* iterate(
  step: Step,
  model: IteratorModel,
  { item, index, place, variables }: Iteration,
): Fiber<JsonValue> {
  if (model.do === undefined) return item;
  const frame = frameInside(step, { path: `${place}/do`, round: index, variables });
  return (yield* step.execution.runList(model.do, frame, item)).output;
}
