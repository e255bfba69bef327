import type { JsonValue } from '../../kernel/json.ts';
import { requireValid, transform } from '../data-flow.ts';
import type { IteratorModel, SchemaModel } from '../dsl/document.ts';
import { definitionScope, frameInside, type Step } from '../execution.ts';
import type { Scope } from '../expressions.ts';
import type { Fiber } from '../fiber.ts';
import { schemaDocument } from '../resources.ts';

interface Item {
  readonly item: JsonValue;
  readonly index: number;
}

/** `foreach` on one consumed item: runs `do` on it, transforms the result, updates the context. */
export function* runIterator(step: Step, model: IteratorModel | undefined, { item, index }: Item): Fiber<JsonValue> {
  if (model === undefined) return item;
  const variables = { [model.item ?? 'item']: item, [model.at ?? 'index']: index };
  const raw = yield* iterate(step, model, { item, index, variables });
  const { expressions } = step.execution.definition;
  const scope = (dot: JsonValue, more: Record<string, JsonValue> = {}): Scope =>
    definitionScope(step, dot, { ...variables, ...more });
  const output = transform(model.output?.as, scope(raw), expressions);
  yield* validate(step, output, model.output?.schema, `output@${String(index)}`);
  if (model.export?.as !== undefined) {
    const context = transform(model.export.as, scope(output, { output }), expressions);
    yield* validate(step, context, model.export.schema, `export@${String(index)}`);
    step.execution.context = context;
  }
  return output;
}

interface Iteration extends Item {
  readonly variables: Readonly<Record<string, JsonValue>>;
}

function* iterate(step: Step, model: IteratorModel, { item, index, variables }: Iteration): Fiber<JsonValue> {
  if (model.do === undefined) return item;
  const frame = frameInside(step, { path: 'foreach/do', round: index, variables });
  return (yield* step.execution.runList(model.do, frame, item)).output;
}

function* validate(step: Step, value: JsonValue, schema: SchemaModel | undefined, what: string): Fiber<undefined> {
  if (schema === undefined) return;
  requireValid(value, yield* schemaDocument(step, schema, what), `foreach ${what} of ${step.name}`);
}
