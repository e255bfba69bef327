import {
  getArgumentValues,
  type GraphQLSchema,
  isInterfaceType,
  isObjectType,
  Kind,
  type SelectionSetNode,
} from 'graphql';

import type { Truth, WorldObject } from './world.ts';

/** Which types an object of a type also is, over all subgraphs. */
export type Supertypes = ReadonlyMap<string, ReadonlySet<string>>;

/** What a field with `@requires` is computed from, in the words of its subgraph. */
export interface Requirement {
  readonly type: string;
  readonly field: string;
  readonly set: SelectionSetNode;
  readonly schema: () => GraphQLSchema;
}

/** Reads true values, for the merged graph and for what subgraphs are told. */
export class TrueValues {
  readonly truth: Truth;
  readonly #supertypes: Supertypes;
  readonly #requirements: readonly Requirement[];

  constructor(truth: Truth, supertypes: Supertypes, requirements: readonly Requirement[]) {
    this.truth = truth;
    this.#supertypes = supertypes;
    this.#requirements = requirements;
  }

  isOf(typename: unknown, condition: string): boolean {
    return typename === condition || this.#supers(typename).has(condition);
  }

  value(source: WorldObject, field: string, args: Readonly<Record<string, unknown>>): unknown {
    const compute = this.computed(source.__typename, field);
    if (compute !== undefined) return compute(this.#required(source, field), args);
    const resolve = this.#find(this.truth.fields, source.__typename, field);
    return resolve === undefined ? source[field] : resolve(source, args);
  }

  #required(source: WorldObject, field: string) {
    const found = this.#requirements.find(
      (one) => one.field === field && this.isOf(source.__typename, one.type),
    );
    if (found === undefined) throw new Error(`${source.__typename}.${field} requires nothing`);
    return this.select(found.set, source, found.schema());
  }

  /** The function that computes a field with `@requires`. */
  computed(typename: string, field: string) {
    return this.#find(this.truth.computed ?? {}, typename, field);
  }

  /** The fields of a field set, as a subgraph with that schema would name them. */
  select(set: SelectionSetNode, source: WorldObject, schema: GraphQLSchema) {
    const out: Record<string, unknown> = {};
    this.#selectInto(out, { set, source, schema });
    return out;
  }

  #selectInto(
    out: Record<string, unknown>,
    from: { set: SelectionSetNode; source: WorldObject; schema: GraphQLSchema },
  ): void {
    const { set, source, schema } = from;
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) {
        const name = selection.name.value;
        const definition = this.#fieldIn(schema, source.__typename, name);
        const args = definition ? getArgumentValues(definition, selection) : {};
        const below = selection.selectionSet;
        const value = this.value(source, name, args);
        out[name] = below
          ? each(value, (item) => this.select(below, item as WorldObject, schema))
          : value;
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        const condition = selection.typeCondition?.name.value ?? source.__typename;
        if (!this.isOf(source.__typename, condition)) continue;
        this.#selectInto(out, { set: selection.selectionSet, source, schema });
      }
    }
  }

  #fieldIn(schema: GraphQLSchema, typename: string, field: string) {
    for (const name of [typename, ...this.#supers(typename)]) {
      const type = schema.getType(name);
      const found =
        isObjectType(type) || isInterfaceType(type) ? type.getFields()[field] : undefined;
      if (found !== undefined) return found;
    }
    return undefined;
  }

  #find(resolvers: Truth['fields'], typename: string, field: string) {
    for (const name of [typename, ...this.#supers(typename)]) {
      const resolve = resolvers[name]?.[field];
      if (resolve !== undefined) return resolve;
    }
    return undefined;
  }

  #supers(typename: unknown): ReadonlySet<string> {
    return this.#supertypes.get(String(typename)) ?? new Set();
  }
}

/** Changes every object of a value that may be a list, of lists, with nulls. */
function each(value: unknown, change: (item: object) => unknown): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => each(item, change));
  return typeof value === 'object' && value !== null ? change(value) : value;
}
