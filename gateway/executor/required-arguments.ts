import {
  type DocumentNode,
  Kind,
  parse,
  print,
  type SelectionSetNode,
} from 'graphql';

/** Fields whose `@requires` asks for other fields with arguments, by `Type.field`. */
export type RequiredArguments = ReadonlyMap<string, ReadonlyMap<string, string>>;

/** Reads which arguments each `@requires` of the supergraph gives to which key: path of keys → arguments. */
export function readRequiredArguments(supergraph: DocumentNode): RequiredArguments {
  const found = new Map<string, Map<string, string>>();
  for (const definition of supergraph.definitions) {
    if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION) continue;
    for (const field of definition.fields ?? []) {
      for (const directive of field.directives ?? []) {
        const requires = directive.arguments?.find(({ name }) => name.value === 'requires')?.value;
        if (directive.name.value !== 'join__field' || requires?.kind !== Kind.STRING) continue;
        const keys = readKeys(requires.value);
        if (keys.size > 0) found.set(`${definition.name.value}.${field.name.value}`, keys);
      }
    }
  }
  return found;
}

function readKeys(requires: string): Map<string, string> {
  const keys = new Map<string, string>();
  const [operation] = parse(`{ ${requires} }`, { noLocation: true }).definitions;
  if (operation?.kind === Kind.OPERATION_DEFINITION) visitSet(operation.selectionSet, '');
  return keys;

  function visitSet(set: SelectionSetNode, path: string): void {
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) {
        const key = `${path}.${selection.name.value}`;
        const given = (selection.arguments ?? []).map((argument) => print(argument)).join();
        if (given !== '') keys.set(key, given);
        if (selection.selectionSet) visitSet(selection.selectionSet, key);
      } else if (selection.kind === Kind.INLINE_FRAGMENT) visitSet(selection.selectionSet, path);
    }
  }
}

/**
 * Sorts fields of one operation into groups that can be planned together: the planner keeps one of two
 * required fields with the same key, whatever their arguments.
 */
export function groupByArguments(
  coordinates: Iterable<string>,
  required: RequiredArguments,
): ReadonlySet<string>[] {
  const groups: { readonly fields: Set<string>; readonly keys: Map<string, string> }[] = [];
  for (const coordinate of coordinates) {
    const keys = required.get(coordinate);
    if (keys === undefined) continue;
    const fits = (group: { readonly keys: ReadonlyMap<string, string> }): boolean =>
      [...keys].every(([key, given]) => (group.keys.get(key) ?? given) === given);
    let group = groups.find(fits);
    if (group === undefined) {
      group = { fields: new Set(), keys: new Map() };
      groups.push(group);
    }
    group.fields.add(coordinate);
    for (const [key, given] of keys) group.keys.set(key, given);
  }
  return groups.map(({ fields }) => fields);
}
