import { isJsonObject, type JsonObject, type JsonValue } from '../../kernel/json.ts';
import { didYouMean } from '../../kernel/nearest.ts';
import { findUnstorable } from '../../kernel/storable.ts';
import type { Limits } from '../limits.ts';
import { kindOf, taskKinds } from './document.ts';
import { pointer, type Remark } from './finding.ts';
import { validateRoot, validateTask } from './official-schema.ts';
import { functionsOf, nestedLists, nestedListsOfUse, type ListPlace } from './task-lists.ts';

type StructureLimits = Pick<Limits, 'definitionTasks' | 'definitionDepth'>;

/** Checks a document against the official schema, task by task, so that each message speaks of one kind of task. */
export function checkStructure(document: JsonObject, limits: StructureLimits): Remark[] {
  if (isDeeperThan(document, limits.definitionDepth)) return [tooDeep(limits)];
  const unstorable = findUnstorable(document);
  if (unstorable !== undefined) return [notStorable(unstorable)];
  const remarks = validateRoot(document);
  const pending = [
    ...tasksOf({ list: document['do'] ?? [], path: '/do' }),
    ...tasksOfUse(document),
  ].toReversed();
  let count = 0;
  for (let place = pending.pop(); place !== undefined; place = pending.pop()) {
    const { task, path } = place;
    count += 1;
    if (count > limits.definitionTasks) return [...remarks, tooManyTasks(path, limits)];
    remarks.push(...checkTask(task, path));
    if (isJsonObject(task)) pending.push(...nestedLists(task, path).flatMap(tasksOf));
  }
  return remarks;
}

function tasksOfUse(document: JsonObject): TaskPlace[] {
  const functions = functionsOf(document).map(([name, task]) => ({
    task,
    path: pointer('/use/functions', name),
  }));
  return [...functions, ...nestedListsOfUse(document).flatMap(tasksOf)];
}

interface TaskPlace {
  readonly task: JsonValue;
  readonly path: string;
}

function tasksOf({ list, path }: ListPlace): TaskPlace[] {
  const items: readonly JsonValue[] = isArray(list) ? list : [];
  return items.flatMap((item, index) => {
    if (!isJsonObject(item)) return [];
    return Object.entries(item).map(([name, task]) => ({ task, path: pointer(path, index, name) }));
  });
}

function isArray(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}

function checkTask(task: JsonValue, path: string): Remark[] {
  if (!isJsonObject(task)) {
    return [
      error('structure/task', path, {
        message: 'a task is an object',
        hint: `Give it one of ${taskKinds.join(', ')}.`,
      }),
    ];
  }
  const kinds = taskKinds.filter(
    (kind) => Object.hasOwn(task, kind) && !(kind === 'do' && Object.hasOwn(task, 'for')),
  );
  const [kind, other] = kinds;
  if (kind === undefined) {
    return [
      error('structure/unknown-task', path, {
        message: 'a task of no known kind',
        hint: kindMeantBy(task) ?? `Give it exactly one of ${taskKinds.join(', ')}.`,
      }),
    ];
  }
  if (other !== undefined) {
    return [
      error('structure/two-kinds', path, {
        message: `a task cannot be both ${kind} and ${other}`,
        hint: 'Make two tasks of it.',
      }),
    ];
  }
  return validateTask(task, kindOf(task) ?? kind, path);
}

function kindMeantBy(task: JsonObject): string | undefined {
  const hints = Object.keys(task).map((name) => didYouMean(name, taskKinds));
  return hints.find((hint) => hint !== undefined);
}

function isDeeperThan(value: JsonValue, limit: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (limit === 0) return true;
  return Object.values(value).some((item: JsonValue) => isDeeperThan(item, limit - 1));
}

function tooDeep({ definitionDepth }: StructureLimits): Remark {
  return error('source/too-deep', '', {
    message: `the document is nested deeper than ${String(definitionDepth)} levels`,
    hint: 'Flatten it.',
  });
}

/** Names of tasks stand in events, waits and journals: a job of such a document could not put down what it does. */
function notStorable(path: readonly string[]): Remark {
  return error('source/unstorable', pointer('', ...path), {
    message: 'a text holds a NUL character or broken Unicode, which cannot be kept',
    hint: 'Remove it; in an expression write it as an escape of jq.',
  });
}

function tooManyTasks(path: string, { definitionTasks }: StructureLimits): Remark {
  const message = `the definition has more than ${String(definitionTasks)} tasks`;
  return error('structure/too-many-tasks', path, {
    message,
    hint: 'Split it into sub-workflows or loop over data.',
  });
}

function error(id: string, path: string, wording: Pick<Remark, 'message' | 'hint'>): Remark {
  return { id, severity: 'error', path, ...wording };
}
