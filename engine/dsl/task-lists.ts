import { isJsonObject, type JsonObject, type JsonValue } from '../../kernel/json.ts';
import { pointer } from './finding.ts';

/** A list of tasks and its pointer; not yet known to be one. */
export interface ListPlace {
  readonly list: JsonValue;
  readonly path: string;
}

const listPaths: readonly (readonly string[])[] = [
  ['do'],
  ['fork', 'branches'],
  ['try'],
  ['catch', 'do'],
  ['foreach', 'do'],
  ['with', 'subscription', 'foreach', 'do'],
];

/** The lists that a task holds, whatever its kind. */
export function nestedLists(task: JsonObject, path: string): ListPlace[] {
  return listPaths.flatMap((tokens) => listAt(task, tokens, path));
}

/** The lists of the extensions. */
export function nestedListsOfUse(document: JsonObject): ListPlace[] {
  const use = document['use'];
  if (!isJsonObject(use)) return [];
  const extensions: readonly JsonValue[] = Array.isArray(use['extensions'])
    ? use['extensions']
    : [];
  return extensions.flatMap((item: JsonValue, index) => {
    if (!isJsonObject(item)) return [];
    return Object.entries(item).flatMap(([name, extension]) => {
      const path = pointer('/use/extensions', index, name);
      return isJsonObject(extension)
        ? [...listAt(extension, ['before'], path), ...listAt(extension, ['after'], path)]
        : [];
    });
  });
}

/** The functions of a document, which are tasks outside any list. */
export function functionsOf(document: JsonObject): readonly (readonly [string, JsonValue])[] {
  const use = document['use'];
  const functions = isJsonObject(use) ? use['functions'] : undefined;
  return isJsonObject(functions) ? Object.entries(functions) : [];
}

function listAt(root: JsonObject, tokens: readonly string[], path: string): ListPlace[] {
  let value: JsonValue | undefined = root;
  for (const token of tokens) value = isJsonObject(value) ? value[token] : undefined;
  return value === undefined ? [] : [{ list: value, path: pointer(path, ...tokens) }];
}
