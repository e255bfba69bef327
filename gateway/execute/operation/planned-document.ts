import {
  type DirectiveNode,
  type FieldNode,
  type FragmentDefinitionNode,
  getNamedType,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  type InlineFragmentNode,
  isCompositeType,
  isUnionType,
  Kind,
  print,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';

import type { Conditions } from '../../answer/projection/collect-fields.ts';
import type { TypeIndex } from '../../supergraph/type-index.ts';
import type { ClientDocument } from './client-document.ts';
import { concreteFragments, type FragmentContext } from './concrete-fragments.ts';
import type { ResponseKeys } from '../response-keys.ts';
import { settleDirectives } from './settle-directives.ts';

/** A document for the planner. */
export interface PlannedDocument {
  /** Undefined when nothing but introspection and `__typename` of the root is asked. */
  readonly text: string | undefined;
  /** By the label under which the plan names it: a deferred fragment and the type it stands on. */
  readonly deferred: ReadonlyMap<string, DeferredFragment>;
}

export interface DeferredFragment {
  readonly node: InlineFragmentNode;
  readonly parent: GraphQLCompositeType;
}

export interface PlannedOptions {
  readonly schema: GraphQLSchema;
  readonly types: TypeIndex;
  readonly keys: ResponseKeys;
  readonly isOmitted: (field: FieldNode) => boolean;
  /** Undefined where the plan has to serve all values of the variables. */
  readonly conditions: Conditions | undefined;
}

/** Rewrites a client's document for the planner. */
export function createPlannedDocument(
  client: ClientDocument,
  options: PlannedOptions,
): PlannedDocument {
  const writer = new DocumentWriter({ ...options, fragments: client.fragments });
  const selectionSet = writer.set(client.operation.selectionSet, client.rootType);
  const fragments = [...client.fragments.values()].map((fragment) => writer.fragment(fragment));
  const definitions = [{ ...client.operation, selectionSet }, ...fragments];
  return {
    text: writer.asksSubgraphs ? print({ kind: Kind.DOCUMENT, definitions }) : undefined,
    deferred: writer.deferred,
  };
}

const typenameField: FieldNode = {
  kind: Kind.FIELD,
  name: { kind: Kind.NAME, value: '__typename' },
};

/** Where a selection stands, and what is left of its directives. */
interface Place {
  readonly parent: GraphQLCompositeType;
  readonly directives: readonly DirectiveNode[];
}

class DocumentWriter {
  readonly deferred = new Map<string, DeferredFragment>();
  asksSubgraphs = false;
  readonly #options: PlannedOptions & FragmentContext;

  constructor(options: PlannedOptions & FragmentContext) {
    this.#options = options;
  }

  fragment(fragment: FragmentDefinitionNode): FragmentDefinitionNode {
    const type = this.#typeNamed(fragment.typeCondition.name.value);
    return { ...fragment, selectionSet: this.set(fragment.selectionSet, type) };
  }

  set(set: SelectionSetNode, parent: GraphQLCompositeType): SelectionSetNode {
    const selections = set.selections.flatMap((selection) => {
      const directives = settleDirectives(selection.directives ?? [], this.#options.conditions);
      return directives === undefined ? [] : this.#selection(selection, { parent, directives });
    });
    // The planner leaves out an object of which only conditional fields are asked; but it must show as {}.
    const isSure = selections.some(({ directives }) => (directives?.length ?? 0) === 0);
    return { ...set, selections: isSure ? selections : [...selections, typenameField] };
  }

  #selection(node: SelectionNode, place: Place): SelectionNode[] {
    if (node.kind === Kind.FIELD) return this.#field(node, place);
    const settled = { ...node, directives: place.directives };
    const concrete = concreteFragments(settled, place.parent, this.#options);
    if (concrete !== undefined) return concrete.map((own) => this.#inline(own, place.parent));
    return [settled.kind === Kind.FRAGMENT_SPREAD ? settled : this.#inline(settled, place.parent)];
  }

  #inline(node: InlineFragmentNode, parent: GraphQLCompositeType): InlineFragmentNode {
    const condition = node.typeCondition?.name.value;
    const type = condition === undefined ? parent : this.#typeNamed(condition);
    const planned = { ...node, selectionSet: this.set(node.selectionSet, type) };
    return node.directives?.some(isDefer) ? this.#labelled(planned, { node, parent }) : planned;
  }

  #field(node: FieldNode, { parent, directives }: Place): FieldNode[] {
    const name = node.name.value;
    if (name === '__typename') return [typenameField];
    const definition = fieldOf(parent, name);
    if (definition === undefined || this.#options.isOmitted(node)) return [];
    this.asksSubgraphs = true;
    return [{ ...this.#write(node, definition), directives }];
  }

  #write(node: FieldNode, definition: GraphQLField<unknown, unknown>): FieldNode {
    const type = getNamedType(definition.type);
    const source = this.#options.keys.assign(node, definition.args.length > 0);
    const { selectionSet: below, name, arguments: given } = node;
    const selectionSet = below && isCompositeType(type) ? this.set(below, type) : undefined;
    return {
      kind: Kind.FIELD,
      name,
      ...(source !== name.value && { alias: { kind: Kind.NAME, value: source } }),
      ...(given && { arguments: given }),
      ...(selectionSet && { selectionSet }),
    };
  }

  /** Gives each @defer a label of its own: the plan names its deferred parts by label only. */
  #labelled(planned: InlineFragmentNode, fragment: DeferredFragment): InlineFragmentNode {
    const label = `d${this.deferred.size}`;
    this.deferred.set(label, fragment);
    const directives = planned.directives?.map((directive) =>
      isDefer(directive) ? withLabel(directive, label) : directive,
    );
    return { ...planned, ...(directives && { directives }) };
  }

  #typeNamed(name: string): GraphQLCompositeType {
    return compositeType(this.#options.schema.getType(name));
  }
}

/** Introspection is answered here and not by subgraphs: its fields belong to no type. */
function fieldOf(
  parent: GraphQLCompositeType,
  name: string,
): GraphQLField<unknown, unknown> | undefined {
  return isUnionType(parent) ? undefined : parent.getFields()[name];
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
