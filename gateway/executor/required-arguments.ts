import {
  type ConstDirectiveNode,
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
    for (const { name, directives } of definition.fields ?? []) {
      const keys = new Map((directives ?? []).flatMap((directive) => [...keysOf(directive)]));
      if (keys.size > 0) found.set(`${definition.name.value}.${name.value}`, keys);
    }
  }
  return found;
}

function keysOf({ name, arguments: given }: ConstDirectiveNode): Map<string, string> {
  const requires = given?.find((argument) => argument.name.value === 'requires')?.value;
  const isRequiring = name.value === 'join__field' && requires?.kind === Kind.STRING;
  return isRequiring ? readKeys(requires.value) : new Map<string, string>();
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
