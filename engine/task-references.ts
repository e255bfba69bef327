import { isJsonObject, type JsonObject } from '../kernel/json.ts';
import { pointer } from './dsl/finding.ts';
import { isJsonArray } from './json-text.ts';
import { nestedLists, nestedListsOfUse, type ListPlace } from './dsl/task-lists.ts';

/** A task of a definition. */
export interface TaskReference {
  readonly name: string;
  /** Its JSON pointer. */
  readonly reference: string;
}

/** All tasks of a document that are in a list, outer ones first. */
export function tasksOf(document: JsonObject): readonly TaskReference[] {
  const found: TaskReference[] = [];
  const places: ListPlace[] = [...nestedLists(document, ''), ...nestedListsOfUse(document)];
  for (let place = places.shift(); place !== undefined; place = places.shift())
    for (const { name, reference, task } of tasksIn(place)) {
      found.push({ name, reference });
      places.push(...nestedLists(task, reference));
    }
  return found;
}

function tasksIn({ list, path }: ListPlace) {
  if (!isJsonArray(list)) return [];
  return list.flatMap((item, index) =>
    isJsonObject(item)
      ? Object.entries(item).flatMap(([name, task]) =>
          isJsonObject(task) ? [{ name, task, reference: pointer(path, index, name) }] : [],
        )
      : [],
  );
}
