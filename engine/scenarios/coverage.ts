import type { Definition } from '../definition.ts';
import { isJsonObject, type JsonValue } from '../../kernel/json.ts';
import { pointer } from '../dsl/finding.ts';
import { nestedLists } from '../dsl/task-lists.ts';
import { isJsonArray } from '../json-text.ts';
import type { Played } from './run-scenario.ts';

/** What of a definition has run, over any number of scenarios. */
export interface Coverage {
  readonly tasks: number;
  readonly ranTasks: number;
  /** Cases of all switches. */
  readonly cases: number;
  readonly takenCases: number;
  /** Pointers of tasks that never ran, and `<pointer> case <name>` of cases that were never taken, in document order. */
  readonly never: readonly string[];
}

interface Part {
  readonly id: string;
  readonly shown: string;
  readonly kind: 'task' | 'case';
}

/** Compares what there is with what was played. Tasks of functions and extensions answer to who calls them. */
export function coverageOf(
  { document }: Definition,
  played: readonly Pick<Played, 'tasks' | 'cases'>[],
): Coverage {
  const seen = new Set(
    played.flatMap(({ tasks, cases }) => [...tasks.map(({ task }) => task), ...cases]),
  );
  const parts = partsOf(document['do'], '/do');
  const of = (kind: Part['kind']): Part[] => parts.filter((part) => part.kind === kind);
  const isSeen = ({ id }: Part): boolean => seen.has(id);
  return {
    tasks: of('task').length,
    ranTasks: of('task').filter(isSeen).length,
    cases: of('case').length,
    takenCases: of('case').filter(isSeen).length,
    never: parts.filter((part) => !isSeen(part)).map(({ shown }) => shown),
  };
}

function partsOf(list: JsonValue | undefined, path: string): Part[] {
  if (!isJsonArray(list)) return [];
  return list.flatMap((item, index) =>
    isJsonObject(item)
      ? Object.entries(item).flatMap(([name, task]) =>
          partsOfTask(task, pointer(path, index, name)),
        )
      : [],
  );
}

function partsOfTask(task: JsonValue, path: string): Part[] {
  if (!isJsonObject(task)) return [];
  const cases = isJsonArray(task['switch']) ? task['switch'] : [];
  return [
    { id: path, shown: path, kind: 'task' },
    ...cases.map((item, index) => ({
      id: `${path}#${String(index)}`,
      shown: `${path} case ${isJsonObject(item) ? (Object.keys(item)[0] ?? '') : String(index)}`,
      kind: 'case' as const,
    })),
    ...nestedLists(task, path).flatMap(({ list, path: inside }) => partsOf(list, inside)),
  ];
}
