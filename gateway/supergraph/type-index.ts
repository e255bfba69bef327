import { type ConstDirectiveNode, Kind, type DocumentNode, visit } from 'graphql';

import { flagArgument } from './join.ts';

/** Answers whether an object named by `__typename` satisfies a type condition, in the whole supergraph. */
export interface TypeIndex {
  satisfies(typeName: string, condition: string): boolean;
  isInterface(typeName: string): boolean;
  /** True for an interface that some subgraph knows as one object (`@interfaceObject`). */
  isInterfaceObject(typeName: string): boolean;
  /** Whether a field of any type is named so. */
  isFieldName(name: string): boolean;
  /** Whether a plan may ask for a field so named although no client did: for a key, `@requires` or a context. */
  mayBeAdded(name: string): boolean;
}

/** Built from the supergraph and not from the API schema: plans speak of inaccessible types too. */
export function createTypeIndex(supergraph: DocumentNode): TypeIndex {
  const supertypes = new Map<string, Set<string>>();
  const interfaces = new Set<string>();
  const fieldNames = findFieldNames(supergraph);
  const addable = findNamesInSets(supergraph);
  const interfaceObjects = findInterfaceObjects(supergraph);
  const add = (type: string, supertype: string): void => {
    const known = supertypes.get(type);
    if (known === undefined) supertypes.set(type, new Set([supertype]));
    else known.add(supertype);
  };
  for (const definition of supergraph.definitions) {
    if (definition.kind === Kind.INTERFACE_TYPE_DEFINITION) {
      interfaces.add(definition.name.value);
    }
    if (
      definition.kind === Kind.OBJECT_TYPE_DEFINITION ||
      definition.kind === Kind.INTERFACE_TYPE_DEFINITION
    ) {
      for (const { name } of definition.interfaces ?? []) add(definition.name.value, name.value);
    } else if (definition.kind === Kind.UNION_TYPE_DEFINITION) {
      for (const { name } of definition.types ?? []) add(name.value, definition.name.value);
    }
  }
  return {
    isInterface: (typeName) => interfaces.has(typeName),
    isFieldName: (name) => fieldNames.has(name),
    mayBeAdded: (name) => addable.has(name),
    isInterfaceObject: (typeName) => interfaceObjects.has(typeName),
    satisfies: (typeName, condition) =>
      typeName === condition || supertypes.get(typeName)?.has(condition) === true,
  };
}

function findFieldNames(supergraph: DocumentNode): ReadonlySet<string> {
  return new Set(
    supergraph.definitions.flatMap((definition) =>
      'fields' in definition ? (definition.fields ?? []).map(({ name }) => name.value) : [],
    ),
  );
}

const setArguments = new Set(['key', 'requires', 'provides', 'contextArguments']);

/** Every name in the field sets of the supergraph, and in what stands around them. */
function findNamesInSets(supergraph: DocumentNode): ReadonlySet<string> {
  const names = new Set(['__typename']);
  visit(supergraph, {
    Directive: (directive) => (directive.name.value.startsWith('join__') ? undefined : false),
    Argument: ({ name }) => (setArguments.has(name.value) ? undefined : false),
    StringValue: ({ value }) => {
      for (const [name] of value.matchAll(/[A-Za-z_]\w*/g)) names.add(name);
    },
  });
  return names;
}

function findInterfaceObjects(supergraph: DocumentNode): ReadonlySet<string> {
  const names = supergraph.definitions.flatMap((definition) =>
    definition.kind === Kind.INTERFACE_TYPE_DEFINITION && definition.directives?.some(makesObject)
      ? [definition.name.value]
      : [],
  );
  return new Set(names);
}

function makesObject(directive: ConstDirectiveNode): boolean {
  return (
    directive.name.value === 'join__type' && flagArgument(directive, 'isInterfaceObject') === true
  );
}
