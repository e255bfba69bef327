import { isJsonObject } from '../../../kernel/json.ts';
import {
  asTask,
  entryOf,
  type IteratorModel,
  subscriptionOf,
  type Task,
  type TaskList,
  type WorkflowDocument,
} from '../document.ts';
import { pointer } from '../finding.ts';
import { functionsOf } from '../task-lists.ts';

/** A list of tasks, with what its tasks can see and where they may go. */
export interface LintedList {
  readonly path: string;
  readonly tasks: readonly LintedTask[];
  /** Branches of a fork run side by side: nobody can jump to a sibling. */
  readonly isConcurrent: boolean;
}

export interface LintedTask {
  readonly name: string;
  readonly task: Task;
  readonly path: string;
  /** Variables of `for`, `foreach` and `catch` around it. */
  readonly variables: readonly string[];
}

/** Every list of a document: the main one first, then functions (lists of one) and extensions. */
export function listsOf(document: WorkflowDocument): LintedList[] {
  const found: LintedList[] = [];
  visitList(document.do, { path: '/do', variables: [] }, found);
  for (const [name, value] of functionsOf(document)) {
    if (!isJsonObject(value)) continue;
    const path = pointer('/use/functions', name);
    const task: LintedTask = { name, task: asTask(value), path, variables: [] };
    found.push({ path, tasks: [task], isConcurrent: true });
    visitTask(task, found);
  }
  for (const [index, item] of (document.use?.extensions ?? []).entries()) {
    const { name, value } = entryOf(item);
    const path = pointer('/use/extensions', index, name);
    visitList(value.before ?? [], { path: `${path}/before`, variables: [] }, found);
    visitList(value.after ?? [], { path: `${path}/after`, variables: [] }, found);
  }
  return found;
}

/** Every task of a document. */
export function tasksOf(lists: readonly LintedList[]): LintedTask[] {
  return lists.flatMap((list) => list.tasks);
}

interface Where {
  readonly path: string;
  readonly variables: readonly string[];
  readonly isConcurrent?: boolean;
}

function visitList(list: TaskList, where: Where, found: LintedList[]): void {
  const { path, variables, isConcurrent = false } = where;
  const tasks = list.map((item, index) => {
    const { name, value: task } = entryOf(item);
    return { name, task, path: pointer(path, index, name), variables };
  });
  found.push({ path, tasks, isConcurrent });
  for (const task of tasks) visitTask(task, found);
}

function visitTask({ task, path, variables }: LintedTask, found: LintedList[]): void {
  const visit = (list: TaskList, below: string, more: readonly string[] = []): void => {
    visitList(list, { path: `${path}/${below}`, variables: [...variables, ...more] }, found);
  };
  if ('for' in task) visit(task.do, 'do', loopVariables(task.for));
  else if ('do' in task) visit(task.do, 'do');
  if ('fork' in task)
    visitList(
      task.fork.branches,
      { path: `${path}/fork/branches`, variables, isConcurrent: true },
      found,
    );
  const iterator = iteratorOf(task);
  if (iterator !== undefined)
    visit(iterator.model.do ?? [], `${iterator.path}/do`, iteratorVariables(iterator.model));
  if (!('try' in task)) return;
  visit(task.try, 'try');
  if (task.catch.do !== undefined) visit(task.catch.do, 'catch/do', [task.catch.as ?? 'error']);
}

/** What a task does with each of those that it waits for, and where that stands. */
export function iteratorOf(
  task: Task,
): { readonly path: string; readonly model: IteratorModel } | undefined {
  const [path, model] =
    'listen' in task
      ? ['foreach', task.foreach]
      : ['with/subscription/foreach', subscriptionOf(task)?.foreach];
  return model === undefined ? undefined : { path, model };
}

export function loopVariables({
  each = 'item',
  at = 'index',
}: {
  readonly each?: string;
  readonly at?: string;
}): string[] {
  return [each, at];
}

export function iteratorVariables({
  item = 'item',
  at = 'index',
}: {
  readonly item?: string;
  readonly at?: string;
}): string[] {
  return [item, at];
}
