import { didYouMean } from '../../../kernel/nearest.ts';
import { entryOf, type Task } from '../document.ts';
import { pointer, type Remark } from '../finding.ts';
import type { LintedList, LintedTask } from './places.ts';
import { doubt, fault, listed } from './remarks.ts';

const directives: ReadonlySet<string> = new Set(['continue', 'exit', 'end']);

/** Names, jumps and reachability within one list. */
export function checkFlow(list: LintedList): Remark[] {
  return [...checkNames(list), ...checkTargets(list), ...checkReachability(list)];
}

function checkNames({ tasks }: LintedList): Remark[] {
  const seen = new Set<string>();
  return tasks.flatMap(({ name, path }) => {
    if (directives.has(name))
      return [
        fault('name/reserved', path, {
          message: `a task cannot be called ${name}`,
          hint: 'That is a flow directive; choose another name.',
        }),
      ];
    if (!seen.has(name)) {
      seen.add(name);
      return [];
    }
    return [
      fault('name/duplicate', path, {
        message: `there are two tasks ${JSON.stringify(name)} in this list`,
        hint: 'Rename one: a jump could not tell them apart.',
      }),
    ];
  });
}

interface Jump {
  readonly target: string;
  readonly path: string;
}

/** Where a task may send the flow, with the pointer of each directive. */
function jumpsOf({ task, path }: LintedTask): Jump[] {
  const jumps: Jump[] = [];
  if (task.then !== undefined) jumps.push({ target: task.then, path: `${path}/then` });
  if ('switch' in task) {
    for (const [index, item] of task.switch.entries()) {
      const { name, value } = entryOf(item);
      jumps.push({ target: value.then, path: pointer(`${path}/switch`, index, name, 'then') });
    }
  }
  if ('try' in task && task.catch.then !== undefined)
    jumps.push({ target: task.catch.then, path: `${path}/catch/then` });
  return jumps;
}

function checkTargets({ tasks, isConcurrent }: LintedList): Remark[] {
  const names = tasks.map(({ name }) => name);
  const known = new Set(names);
  return tasks.flatMap(jumpsOf).flatMap(({ target, path }) => {
    if (directives.has(target)) return [];
    if (isConcurrent)
      return [
        fault('then/concurrent', path, {
          message: `${JSON.stringify(target)} cannot be reached from here`,
          hint: 'Branches and functions stand alone: use continue, exit or end.',
        }),
      ];
    if (known.has(target)) return [];
    return [
      fault('then/unknown-target', path, {
        message: `there is no task ${JSON.stringify(target)} in this list; ${listed(names)}`,
        hint: didYouMean(target, names) ?? 'Jump within the same list only.',
      }),
    ];
  });
}

function checkReachability({ tasks, isConcurrent }: LintedList): Remark[] {
  if (isConcurrent) return [];
  const indexes = new Map(tasks.map(({ name }, index) => [name, index]));
  const reached = new Set<number>();
  const pending = [0];
  for (let index = pending.pop(); index !== undefined; index = pending.pop()) {
    const place = tasks[index];
    if (place === undefined || reached.has(index)) continue;
    reached.add(index);
    for (const target of targetsOf(place))
      pending.push(target === 'continue' ? index + 1 : (indexes.get(target) ?? -1));
  }
  return tasks.flatMap(({ name, path }, index) =>
    reached.has(index)
      ? []
      : [
          doubt('then/unreachable', path, {
            message: `${JSON.stringify(name)} can never run`,
            hint: 'Jump to it, or remove it.',
          }),
        ],
  );
}

function targetsOf(place: LintedTask): string[] {
  const { task } = place;
  const skipped = task.if === undefined ? [] : ['continue'];
  if ('raise' in task) return skipped;
  const own = ownTarget(task);
  const caught = 'try' in task && task.catch.then !== undefined ? [task.catch.then] : [];
  return [...skipped, ...own, ...caught, ...casesOf(task)];
}

/** A switch with a default never falls through. */
function ownTarget(task: Task): string[] {
  const hasDefault =
    'switch' in task && task.switch.some((item) => entryOf(item).value.when === undefined);
  return hasDefault ? [] : [task.then ?? 'continue'];
}

function casesOf(task: Task): string[] {
  return 'switch' in task ? task.switch.map((item) => entryOf(item).value.then) : [];
}
