import {
  type ConstDirectiveNode,
  type DocumentNode,
  type FieldDefinitionNode,
  Kind,
  parse,
  type SelectionSetNode,
} from 'graphql';

/** What the directives of a subgraph say about a field. */
export interface FieldFacts {
  readonly isExternal: boolean;
  readonly requires: SelectionSetNode | undefined;
  readonly provides: SelectionSetNode | undefined;
  /** The subgraph that gave the field up to this one. */
  readonly overrides: string | undefined;
}

/** What the directives of a subgraph say about a type. */
export interface TypeFacts {
  readonly keys: { readonly fields: SelectionSetNode; readonly isResolvable: boolean }[];
  isInterfaceObject: boolean;
  readonly fields: Map<string, FieldFacts>;
}

export type SubgraphFacts = ReadonlyMap<string, TypeFacts>;

/** Reads types and extensions of types alike. */
export function readFacts(document: DocumentNode): SubgraphFacts {
  const facts = new Map<string, TypeFacts>();
  for (const definition of document.definitions) {
    if (!('fields' in definition) || isInput(definition.kind)) continue;
    const name = definition.name.value;
    const type = facts.get(name) ?? { keys: [], isInterfaceObject: false, fields: new Map() };
    facts.set(name, type);
    for (const directive of definition.directives ?? []) readTypeDirective(type, directive);
    for (const field of definition.fields ?? []) {
      // Input types are left out above, so these are fields of objects and interfaces.
      if (field.kind === Kind.FIELD_DEFINITION) type.fields.set(field.name.value, readField(field));
    }
  }
  return facts;
}

function isInput(kind: Kind): boolean {
  return kind === Kind.INPUT_OBJECT_TYPE_DEFINITION || kind === Kind.INPUT_OBJECT_TYPE_EXTENSION;
}

function readTypeDirective(type: TypeFacts, directive: ConstDirectiveNode): void {
  if (directive.name.value === 'interfaceObject') type.isInterfaceObject = true;
  if (directive.name.value !== 'key') return;
  const resolvable = argument(directive, 'resolvable');
  type.keys.push({
    fields: parseFieldSet(text(directive, 'fields') ?? ''),
    isResolvable: resolvable?.kind !== Kind.BOOLEAN || resolvable.value,
  });
}

function readField({ directives = [] }: FieldDefinitionNode): FieldFacts {
  const find = (name: string) => directives.find((directive) => directive.name.value === name);
  const fieldSet = (directive: ConstDirectiveNode | undefined) => {
    const fields = directive && text(directive, 'fields');
    return fields === undefined ? undefined : parseFieldSet(fields);
  };
  const override = find('override');
  const isGradual = override !== undefined && argument(override, 'label') !== undefined;
  return {
    isExternal: find('external') !== undefined,
    requires: fieldSet(find('requires')),
    provides: fieldSet(find('provides')),
    overrides: override && !isGradual ? text(override, 'from') : undefined,
  };
}

function argument(directive: ConstDirectiveNode, name: string) {
  return directive.arguments?.find((given) => given.name.value === name)?.value;
}

function text(directive: ConstDirectiveNode, name: string): string | undefined {
  const value = argument(directive, name);
  return value?.kind === Kind.STRING ? value.value : undefined;
}

function parseFieldSet(fields: string): SelectionSetNode {
  const [operation] = parse(`{ ${fields} }`, { noLocation: true }).definitions;
  if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new Error(`No field set: ${fields}`);
  return operation.selectionSet;
}
