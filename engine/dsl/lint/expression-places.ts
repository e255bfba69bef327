import { isJsonObject, type JsonValue } from '../../../kernel/json.ts';
import { unsupportedCalls } from '../../functions.ts';
import type {
  EventFilterModel,
  IteratorModel,
  OutputModel,
  RetryModel,
  StrategyModel,
  Task,
} from '../document.ts';
import { entryOf, subscriptionOf } from '../document.ts';
import { pointer } from '../finding.ts';
import { iteratorVariables, loopVariables, type LintedTask } from './places.ts';

/** A text that may hold jq, how it is read, and which variables it may use. */
export interface ExpressionPlace {
  readonly path: string;
  readonly text: string;
  /** `expression`: always jq. `value`: only what stands in `${ }`. */
  readonly reading: 'expression' | 'value';
  readonly variables: readonly string[];
}

export const rawVariables: readonly string[] = [
  'context',
  'secrets',
  'task',
  'workflow',
  'runtime',
];
export const definitionVariables: readonly string[] = [...rawVariables, 'input', 'authorization'];

/** Always jq. */
export function expression(
  path: string,
  text: JsonValue | undefined,
  variables: readonly string[],
): ExpressionPlace[] {
  return typeof text === 'string' ? [{ path, text, reading: 'expression', variables }] : [];
}

/** Every text leaf of a value. */
export function values(
  path: string,
  model: JsonValue | undefined,
  variables: readonly string[],
): ExpressionPlace[] {
  if (typeof model === 'string') return [{ path, text: model, reading: 'value', variables }];
  if (typeof model !== 'object' || model === null) return [];
  return Object.entries(model).flatMap(([key, item]: [string, JsonValue]) =>
    values(pointer(path, key), item, variables),
  );
}

/** `from` and `as`: a text is an expression, an object a value. */
export function transformation(
  path: string,
  model: JsonValue | undefined,
  variables: readonly string[],
): ExpressionPlace[] {
  return typeof model === 'string'
    ? expression(path, model, variables)
    : values(path, model, variables);
}

export function outputPlaces(
  path: string,
  model: OutputModel | undefined,
  variables: readonly string[],
): ExpressionPlace[] {
  return transformation(`${path}/as`, model?.as, variables);
}

/** Predicates of the business rules: they see the input alone. */
export function rulePlaces(rules: JsonValue | undefined): ExpressionPlace[] {
  const path = '/document/metadata/rules';
  return listOf(rules).flatMap((rule, index) => {
    if (!isJsonObject(rule)) return [];
    return [
      ...expression(pointer(path, index, 'when'), rule['when'], []),
      ...expression(pointer(path, index, 'check'), rule['check'], []),
    ];
  });
}

function listOf(value: JsonValue | undefined): readonly JsonValue[] {
  return isList(value) ? value : [];
}

function isList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}

/** All places of one task, without those of the tasks inside it. */
export function expressionPlaces({ task, path, variables }: LintedTask): ExpressionPlace[] {
  const raw = [...rawVariables, ...variables];
  const full = [...definitionVariables, ...variables];
  return [
    ...expression(`${path}/if`, task.if, raw),
    ...transformation(`${path}/input/from`, task.input?.from, raw),
    ...outputPlaces(`${path}/output`, task.output, full),
    ...outputPlaces(`${path}/export`, task.export, [...full, 'output']),
    ...values(`${path}/timeout`, task.timeout, full),
    ...bodyPlaces(task, path, full),
  ];
}

type BodyPlaces = (task: Task, path: string, variables: readonly string[]) => ExpressionPlace[];

const bodies: readonly BodyPlaces[] = [
  (task, path, variables) => ('set' in task ? values(`${path}/set`, task.set, variables) : []),
  callPlaces,
  (task, path, variables) =>
    'emit' in task ? values(`${path}/emit/event/with`, task.emit.event.with, variables) : [],
  (task, path, variables) =>
    'raise' in task ? values(`${path}/raise/error`, task.raise.error, variables) : [],
  (task, path, variables) => ('wait' in task ? values(`${path}/wait`, task.wait, variables) : []),
  forPlaces,
  listenPlaces,
  runPlaces,
  switchPlaces,
  tryPlaces,
];

function bodyPlaces(task: Task, path: string, variables: readonly string[]): ExpressionPlace[] {
  return bodies.flatMap((places) => places(task, path, variables));
}

function callPlaces(task: Task, path: string, variables: readonly string[]): ExpressionPlace[] {
  if (!('call' in task) || unsupportedCalls.has(task.call)) return [];
  const listened = subscriptionOf(task);
  if (listened === undefined) return values(`${path}/with`, task.with, variables);
  const { subscription: _, ...rest } = task.with ?? {};
  const { consume, filter, foreach } = listened;
  const at = `${path}/with/subscription`;
  return [
    ...values(`${path}/with`, rest, variables),
    ...expression(`${at}/filter`, filter, variables),
    ...expression(`${at}/consume/while`, consume.while, variables),
    ...expression(`${at}/consume/until`, consume.until, variables),
    ...values(`${at}/consume/for`, consume.for, variables),
    ...iteratorPlaces(foreach, `${at}/foreach`, variables),
  ];
}

function forPlaces(task: Task, path: string, variables: readonly string[]): ExpressionPlace[] {
  if (!('for' in task)) return [];
  return [
    ...transformation(`${path}/for/in`, task.for.in, variables),
    ...expression(`${path}/while`, task.while, [...variables, ...loopVariables(task.for)]),
  ];
}

function listenPlaces(task: Task, path: string, variables: readonly string[]): ExpressionPlace[] {
  if (!('listen' in task)) return [];
  return [
    ...strategyPlaces(task.listen.to, `${path}/listen/to`, variables),
    ...iteratorPlaces(task.foreach, `${path}/foreach`, variables),
  ];
}

function iteratorPlaces(
  model: IteratorModel | undefined,
  path: string,
  variables: readonly string[],
): ExpressionPlace[] {
  if (model === undefined) return [];
  const inner = [...variables, ...iteratorVariables(model)];
  return [
    ...outputPlaces(`${path}/output`, model.output, inner),
    ...outputPlaces(`${path}/export`, model.export, [...inner, 'output']),
  ];
}

/** Filters, correlations and `until` of a consumption strategy. */
export function strategyPlaces(
  strategy: StrategyModel,
  path: string,
  variables: readonly string[],
): ExpressionPlace[] {
  const { all = [], any = [], one, until } = strategy;
  return [
    ...all.flatMap((filter, index) =>
      filterPlaces(filter, pointer(`${path}/all`, index), variables),
    ),
    ...any.flatMap((filter, index) =>
      filterPlaces(filter, pointer(`${path}/any`, index), variables),
    ),
    ...(one === undefined ? [] : filterPlaces(one, `${path}/one`, variables)),
    ...(typeof until === 'object'
      ? strategyPlaces(until, `${path}/until`, variables)
      : expression(`${path}/until`, until, variables)),
  ];
}

function filterPlaces(
  filter: EventFilterModel,
  path: string,
  variables: readonly string[],
): ExpressionPlace[] {
  const correlations = Object.entries(filter.correlate ?? {}).flatMap(
    ([name, { from, expect }]) => {
      const at = pointer(path, 'correlate', name);
      return [
        ...expression(`${at}/from`, from, variables),
        ...values(`${at}/expect`, expect, variables),
      ];
    },
  );
  return [...values(`${path}/with`, filter.with, variables), ...correlations];
}

/** Code is never evaluated. */
function runPlaces(task: Task, path: string, variables: readonly string[]): ExpressionPlace[] {
  if (!('run' in task)) return [];
  const { container, shell, script, workflow } = task.run;
  const filled = isJsonObject(script)
    ? Object.fromEntries(
        Object.entries(script).filter(([key]) => key !== 'code' && key !== 'language'),
      )
    : undefined;
  return [
    ...values(`${path}/run/container`, container, variables),
    ...values(`${path}/run/shell`, shell, variables),
    ...values(`${path}/run/script`, filled, variables),
    ...values(`${path}/run/workflow/input`, workflow?.input, variables),
  ];
}

function switchPlaces(task: Task, path: string, variables: readonly string[]): ExpressionPlace[] {
  if (!('switch' in task)) return [];
  return task.switch.flatMap((item, index) => {
    const { name, value } = entryOf(item);
    return expression(pointer(`${path}/switch`, index, name, 'when'), value.when, variables);
  });
}

function tryPlaces(task: Task, path: string, variables: readonly string[]): ExpressionPlace[] {
  if (!('try' in task)) return [];
  const { as = 'error', when, exceptWhen, retry } = task.catch;
  const inner = [...variables, as];
  return [
    ...expression(`${path}/catch/when`, when, inner),
    ...expression(`${path}/catch/exceptWhen`, exceptWhen, inner),
    ...(typeof retry === 'object'
      ? retryPlaces(retry, `${path}/catch/retry`, [...inner, 'error'])
      : []),
  ];
}

export function retryPlaces(
  retry: RetryModel,
  path: string,
  variables: readonly string[],
): ExpressionPlace[] {
  const { when, exceptWhen, ...durations } = retry;
  return [
    ...expression(`${path}/when`, when, variables),
    ...expression(`${path}/exceptWhen`, exceptWhen, variables),
    ...values(path, durations, variables),
  ];
}
