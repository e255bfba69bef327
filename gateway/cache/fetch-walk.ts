import {
  type DocumentNode,
  type FieldNode,
  type InlineFragmentNode,
  Kind,
  OperationTypeNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';

import type { CacheHint, CacheRules, CacheType } from './schema-rules.ts';

const entities = '_entities';

/** What the fields of a fetch say together: what says nothing is not kept, leaves are as old as what holds them. */
export class FetchWalk {
  maxAgeSeconds = Infinity;
  /** By hints that are written down. */
  boundSeconds = Infinity;
  isPrivate = false;
  readonly types = new Set<string>();
  readonly roots: readonly FieldNode[] = [];
  readonly #rules: CacheRules;
  readonly #document: DocumentNode;

  constructor(rules: CacheRules, document: DocumentNode) {
    this.#rules = rules;
    this.#document = document;
    const [operation] = document.definitions;
    if (operation?.kind !== Kind.OPERATION_DEFINITION) return;
    if (operation.operation !== OperationTypeNode.QUERY) return;
    this.roots = fieldsOf(operation.selectionSet);
    this.#walk(operation.selectionSet, rules.types.get(rules.queryType));
  }

  #walk(set: SelectionSetNode, parent: CacheType | undefined): void {
    for (const selection of set.selections) {
      if (selection.kind !== Kind.FIELD) this.#walkFragment(selection, parent);
      else if (selection.name.value === entities) this.#walkEntities(selection);
      else this.#walkField(selection, parent);
    }
  }

  #walkFragment(selection: Exclude<SelectionNode, FieldNode>, parent: CacheType | undefined): void {
    const fragment =
      selection.kind === Kind.INLINE_FRAGMENT ? selection : this.#fragment(selection.name.value);
    if (fragment === undefined) return;
    const { typeCondition, selectionSet } = fragment;
    const type = typeCondition ? this.#rules.types.get(typeCondition.name.value) : parent;
    this.#note(type);
    this.#bind(type?.hint);
    this.#walk(selectionSet, type);
  }

  #fragment(name: string): Pick<InlineFragmentNode, 'typeCondition' | 'selectionSet'> | undefined {
    for (const definition of this.#document.definitions) {
      if (definition.kind === Kind.FRAGMENT_DEFINITION && definition.name.value === name) {
        return definition;
      }
    }
    return undefined;
  }

  #walkField(field: FieldNode, parent: CacheType | undefined): void {
    const name = field.name.value;
    const { types, queryType } = this.#rules;
    const definition = parent?.fields.get(name);
    const type = definition && types.get(definition.type);
    this.#note(type);
    this.#bindMembers(parent, name);
    if (name !== '__typename') {
      const mayNotSay = parent?.name === queryType || type !== undefined;
      this.#restrict([type?.hint, definition?.hint], mayNotSay);
    }
    if (field.selectionSet !== undefined) this.#walk(field.selectionSet, type);
  }

  #bindMembers(parent: CacheType | undefined, field: string): void {
    for (const member of parent?.members ?? []) {
      this.#bind(this.#rules.types.get(member)?.fields.get(field)?.hint);
    }
  }

  #walkEntities({ selectionSet }: FieldNode): void {
    for (const selection of selectionSet?.selections ?? []) {
      if (selection.kind !== Kind.INLINE_FRAGMENT) continue;
      const type = this.#rules.types.get(selection.typeCondition?.name.value ?? '');
      this.#note(type);
      this.#restrict([type?.hint], true);
      this.#walk(selection.selectionSet, type);
    }
  }

  #note(type: CacheType | undefined): void {
    if (type === undefined || type.name === this.#rules.queryType) return;
    this.types.add(type.name);
    for (const member of type.members) {
      this.types.add(member);
      this.#bind(this.#rules.types.get(member)?.hint);
    }
  }

  /** The last hint that says something holds; where none does and one had to, nothing is kept. */
  #restrict(hints: readonly (CacheHint | undefined)[], isAloneZero: boolean): void {
    const given = hints.filter((hint) => hint !== undefined);
    const age = given.findLast((hint) => hint.maxAgeSeconds !== undefined)?.maxAgeSeconds;
    const scope = given.findLast((hint) => hint.isPrivate !== undefined)?.isPrivate;
    const inherits = given.at(-1)?.inherits === true;
    if (age !== undefined) this.#bind({ maxAgeSeconds: age, isPrivate: undefined, inherits });
    else if (isAloneZero && !inherits) this.maxAgeSeconds = 0;
    if (scope === true) this.isPrivate = true;
  }

  /** Also what an object demands that may be behind an abstract type. */
  #bind(hint: CacheHint | undefined): void {
    const { maxAgeSeconds = Infinity, isPrivate = false } = hint ?? {};
    this.boundSeconds = Math.min(this.boundSeconds, maxAgeSeconds);
    this.maxAgeSeconds = Math.min(this.maxAgeSeconds, maxAgeSeconds);
    this.isPrivate ||= isPrivate;
  }
}

function fieldsOf(set: SelectionSetNode): FieldNode[] {
  return set.selections.flatMap((selection) => {
    if (selection.kind === Kind.FIELD) return [selection];
    return selection.kind === Kind.INLINE_FRAGMENT ? fieldsOf(selection.selectionSet) : [];
  });
}
