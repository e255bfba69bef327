import {
  type ArgumentNode,
  type ConstDirectiveNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type FieldNode,
  type InterfaceTypeDefinitionNode,
  Kind,
  type NameNode,
  type ObjectTypeDefinitionNode,
  print,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';

import { isJoinField, namedType, readServices, textArgument } from '../supergraph/join.ts';
import { parseFieldSet } from './field-sets.ts';

/** What a field of the planner's supergraph stands for. */
export interface StandIn {
  readonly field: string;
  readonly arguments: readonly ArgumentNode[];
}

/** A supergraph for the planner, in which no `@requires` gives arguments. */
export interface NamedArguments {
  readonly supergraph: DocumentNode;
  /** By name. */
  readonly standIns: ReadonlyMap<string, StandIn>;
  /** What a field requires in a subgraph: `service Type.field` → path below the entity → stand-in. */
  readonly required: ReadonlyMap<string, ReadonlyMap<string, string>>;
}

/**
 * The planner keeps one of two required fields with the same key, whatever their arguments. So each field
 * that some `@requires` gives arguments is asked for as a field of its own, without arguments; it is named
 * here and `restoreArguments` puts the real one into the plan.
 */
export function nameRequiredArguments(supergraph: DocumentNode): NamedArguments {
  const naming = new Naming(supergraph);
  const rewritten = supergraph.definitions.map((node) =>
    hasFields(node) ? naming.rewrite(node) : node,
  );
  const definitions = rewritten.map((node) => (hasFields(node) ? naming.extend(node) : node));
  const { standIns, required } = naming;
  return { supergraph: { ...supergraph, definitions }, standIns, required };
}

type TypeWithFields = ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode;

class Naming {
  readonly standIns = new Map<string, StandIn>();
  readonly required = new Map<string, ReadonlyMap<string, string>>();
  /** Names of stand-ins by what they stand for. */
  readonly #names = new Map<string, string>();
  /** Stand-ins by the type they are asked of. */
  readonly #asked = new Map<string, Set<string>>();
  readonly #types: ReadonlyMap<string, TypeWithFields>;
  readonly #services: ReadonlyMap<string, string>;
  readonly #taken: ReadonlySet<string>;

  constructor(supergraph: DocumentNode) {
    const types = supergraph.definitions.filter(hasFields);
    this.#types = new Map(types.map((type) => [type.name.value, type]));
    this.#services = readServices(supergraph);
    const fields = types.flatMap((type) => type.fields ?? []);
    this.#taken = new Set(fields.map(({ name }) => name.value));
  }

  rewrite(type: TypeWithFields): TypeWithFields {
    const fields = type.fields?.map((field) => {
      const directives = field.directives?.map((directive) =>
        isJoinField(directive) ? this.#rewriteJoin(directive, type, field) : directive,
      );
      return { ...field, ...(directives && { directives }) };
    });
    return { ...type, ...(fields && { fields }) };
  }

  /** A stand-in is where its field is; implementations have those of their interfaces. */
  extend(type: TypeWithFields): TypeWithFields {
    const names = [type.name, ...(type.interfaces ?? []).map(({ name }) => name)];
    const asked = new Set(names.flatMap(({ value }) => [...(this.#asked.get(value) ?? [])]));
    const added = [...asked].flatMap((name): FieldDefinitionNode[] => {
      const field = fieldOf(type, this.standIns.get(name)?.field);
      const directives = field?.directives?.filter(isJoinField) ?? [];
      return field
        ? [{ kind: field.kind, name: nameNode(name), type: field.type, directives }]
        : [];
    });
    return added.length === 0 ? type : { ...type, fields: [...(type.fields ?? []), ...added] };
  }

  #rewriteJoin(
    directive: ConstDirectiveNode,
    type: TypeWithFields,
    field: FieldDefinitionNode,
  ): ConstDirectiveNode {
    const requires = textArgument(directive, 'requires');
    if (requires === undefined) return directive;
    const paths = new Map<string, string>();
    const set = this.#rewriteSet(parseFieldSet(requires), { type, path: '', paths });
    if (paths.size === 0) return directive;
    const service = this.#services.get(textArgument(directive, 'graph') ?? '');
    this.required.set(`${service ?? ''} ${type.name.value}.${field.name.value}`, paths);
    const value = { kind: Kind.STRING, value: print(set).slice(1, -1) } as const;
    const given = (directive.arguments ?? []).map((argument) =>
      argument.name.value === 'requires' ? { ...argument, value } : argument,
    );
    return { ...directive, arguments: given };
  }

  #rewriteSet(set: SelectionSetNode, at: Place): SelectionSetNode {
    const selections = set.selections.map((node): SelectionNode => {
      if (node.kind === Kind.FIELD) return this.#rewriteField(node, at);
      if (node.kind === Kind.FRAGMENT_SPREAD) return node;
      const condition = node.typeCondition?.name.value;
      const type = condition === undefined ? at.type : this.#types.get(condition);
      return { ...node, selectionSet: this.#rewriteSet(node.selectionSet, { ...at, type }) };
    });
    return { ...set, selections };
  }

  #rewriteField(node: FieldNode, { type, path: above, paths }: Place): FieldNode {
    const name = node.name.value;
    const definition = fieldOf(type, name);
    const path = `${above}.${name}`;
    const output = definition && this.#types.get(namedType(definition.type));
    const selectionSet =
      node.selectionSet && this.#rewriteSet(node.selectionSet, { type: output, path, paths });
    const own = { ...node, ...(selectionSet && { selectionSet }) };
    const given = node.arguments ?? [];
    if (given.length === 0 || type === undefined) return own;
    const standIn = this.#nameOf(name, given);
    paths.set(path, standIn);
    this.#asked.set(type.name.value, (this.#asked.get(type.name.value) ?? new Set()).add(standIn));
    return { ...own, name: nameNode(standIn), arguments: [] };
  }

  #freeName(field: string): string {
    let number = this.standIns.size;
    while (this.#taken.has(`${field}__r${number}`) || this.standIns.has(`${field}__r${number}`)) {
      number++;
    }
    return `${field}__r${number}`;
  }

  #nameOf(field: string, given: readonly ArgumentNode[]): string {
    const meaning = `${field}(${given.map((argument) => print(argument)).join()})`;
    const known = this.#names.get(meaning);
    if (known !== undefined) return known;
    const name = this.#freeName(field);
    this.#names.set(meaning, name);
    this.standIns.set(name, { field, arguments: given });
    return name;
  }
}

/** Where a required field stands: its type, and the way to it from the entity. */
interface Place {
  readonly type: TypeWithFields | undefined;
  readonly path: string;
  readonly paths: Map<string, string>;
}

function hasFields(node: { readonly kind: Kind }): node is TypeWithFields {
  return node.kind === Kind.OBJECT_TYPE_DEFINITION || node.kind === Kind.INTERFACE_TYPE_DEFINITION;
}

function fieldOf(
  type: TypeWithFields | undefined,
  field: string | undefined,
): FieldDefinitionNode | undefined {
  return type?.fields?.find(({ name }) => name.value === field);
}

function nameNode(value: string): NameNode {
  return { kind: Kind.NAME, value };
}
