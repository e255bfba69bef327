import {
  type DirectiveNode,
  type FieldNode,
  type FragmentDefinitionNode,
  getNamedType,
  type GraphQLCompositeType,
  type GraphQLNamedType,
  type GraphQLSchema,
  type InlineFragmentNode,
  isCompositeType,
  isInterfaceType,
  isObjectType,
  Kind,
  print,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';

import type { ClientDocument } from './client-document.ts';
import { isNeverIncluded } from './projection/collect-fields.ts';

/** The document that goes to the planner, and how to read its answer back. */
export interface PlannedDocument {
  /** Undefined when nothing but introspection and `__typename` of the root is asked. */
  readonly text: string | undefined;
  /** Key under which the data tree holds a client's field. */
  readonly sourceOf: (field: FieldNode) => string;
  /** Planned key → client key, for error paths. */
  readonly clientKeys: ReadonlyMap<string, string>;
  /** By the label under which the plan names it: a deferred fragment and the type it stands on. */
  readonly deferred: ReadonlyMap<string, DeferredFragment>;
}

export interface DeferredFragment {
  readonly node: InlineFragmentNode;
  readonly parent: GraphQLCompositeType;
}

/** True when a field must not be asked for. */
export type IsDenied = (parent: GraphQLCompositeType, field: FieldNode) => boolean;

const typenameField: FieldNode = {
  kind: Kind.FIELD,
  name: { kind: Kind.NAME, value: '__typename' },
};

/**
 * Rewrites a client's document for the planner. Every field that has an alias or could have arguments
 * gets a key of its own: `@requires` selections of the planner share response keys with the client's
 * fields otherwise, and one of the two would be lost.
 */
export function createPlannedDocument(
  schema: GraphQLSchema,
  client: ClientDocument,
  isDenied: IsDenied = () => false,
): PlannedDocument {
  const sources = new Map<FieldNode, string>();
  const aliases = new Map<string, string>();
  const clientKeys = new Map<string, string>();
  const deferred = new Map<string, DeferredFragment>();
  let asksSubgraphs = false;

  const selectionSet = plannedSet(client.operation.selectionSet, client.rootType);
  const fragments = [...client.fragments.values()].map((fragment) => plannedFragment(fragment));
  return {
    text: asksSubgraphs
      ? print({
          kind: Kind.DOCUMENT,
          definitions: [{ ...client.operation, selectionSet }, ...fragments],
        })
      : undefined,
    sourceOf: (field) => sources.get(field) ?? field.alias?.value ?? field.name.value,
    clientKeys,
    deferred,
  };

  function plannedFragment(fragment: FragmentDefinitionNode): FragmentDefinitionNode {
    const type = compositeType(schema.getType(fragment.typeCondition.name.value));
    return { ...fragment, selectionSet: plannedSet(fragment.selectionSet, type) };
  }

  function plannedSet(set: SelectionSetNode, parent: GraphQLCompositeType): SelectionSetNode {
    const selections = set.selections
      .filter(({ directives }) => !isNeverIncluded(directives))
      .flatMap((selection) => plannedSelection(selection, parent));
    return { ...set, selections: selections.length > 0 ? selections : [typenameField] };
  }

  function plannedSelection(node: SelectionNode, parent: GraphQLCompositeType): SelectionNode[] {
    switch (node.kind) {
      case Kind.FIELD:
        return plannedField(node, parent);
      case Kind.FRAGMENT_SPREAD:
        return [node];
      case Kind.INLINE_FRAGMENT: {
        const condition = node.typeCondition?.name.value;
        const type = condition === undefined ? parent : compositeType(schema.getType(condition));
        const planned = { ...node, selectionSet: plannedSet(node.selectionSet, type) };
        return [node.directives?.some(isDefer) ? labelled(planned, { node, parent }) : planned];
      }
    }
  }

  /** Gives each @defer a label of its own: the plan names its deferred parts by label only. */
  function labelled(planned: InlineFragmentNode, fragment: DeferredFragment): InlineFragmentNode {
    const label = `d${deferred.size}`;
    deferred.set(label, fragment);
    const directives = planned.directives?.map((directive) =>
      isDefer(directive) ? withLabel(directive, label) : directive,
    );
    return { ...planned, ...(directives && { directives }) };
  }

  function plannedField(node: FieldNode, parent: GraphQLCompositeType): FieldNode[] {
    const name = node.name.value;
    if (name === '__typename') return [typenameField];
    if (name === '__schema' || name === '__type' || isDenied(parent, node)) return [];
    if (!isObjectType(parent) && !isInterfaceType(parent)) return [];
    const definition = parent.getFields()[name];
    if (definition === undefined) return [];
    asksSubgraphs = true;
    const type = getNamedType(definition.type);
    const selectionSet =
      node.selectionSet && isCompositeType(type) ? plannedSet(node.selectionSet, type) : undefined;
    const key = node.alias?.value ?? name;
    const source = key === name && definition.args.length === 0 ? name : aliasOf(node, key);
    sources.set(node, source);
    return [
      {
        kind: Kind.FIELD,
        name: node.name,
        ...(source !== name && { alias: { kind: Kind.NAME, value: source } }),
        ...(node.arguments && { arguments: node.arguments }),
        ...(node.directives && { directives: node.directives }),
        ...(selectionSet && { selectionSet }),
      },
    ];
  }

  function aliasOf(node: FieldNode, key: string): string {
    const name = node.name.value;
    const meaning = `${key} ${name}(${(node.arguments ?? []).map((argument) => print(argument)).join()})`;
    const known = aliases.get(meaning);
    if (known !== undefined) return known;
    const alias = `${name}__${aliases.size}`;
    aliases.set(meaning, alias);
    clientKeys.set(alias, key);
    return alias;
  }
}

function compositeType(type: GraphQLNamedType | undefined): GraphQLCompositeType {
  if (!isCompositeType(type)) throw new Error('A fragment stands on a type that has no fields');
  return type;
}

function withLabel(directive: DirectiveNode, label: string): DirectiveNode {
  const others = directive.arguments?.filter(({ name }) => name.value !== 'label') ?? [];
  return {
    ...directive,
    arguments: [
      ...others,
      {
        kind: Kind.ARGUMENT,
        name: { kind: Kind.NAME, value: 'label' },
        value: { kind: Kind.STRING, value: label },
      },
    ],
  };
}

function isDefer(directive: DirectiveNode): boolean {
  return directive.name.value === 'defer';
}
