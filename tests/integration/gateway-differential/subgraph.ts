import { buildSubgraphSchema } from '@apollo/subgraph';
import {
  type DocumentNode,
  getNamedType,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  type InlineFragmentNode,
  isCompositeType,
  isObjectType,
  Kind,
  type SelectionSetNode,
} from 'graphql';

import type { TestResolver } from '../../../gateway/testing/federated.ts';
import { type FieldFacts, type SubgraphFacts, type TypeFacts } from './subgraph-facts.ts';
import type { TrueValues } from './true-values.ts';
import type { WorldObject } from './world.ts';

/** An object as a subgraph has it in hand. */
interface Held {
  readonly __typename: string;
  readonly truth: WorldObject;
  /** What the gateway has told: the representation. */
  readonly told: Readonly<Record<string, unknown>>;
  /** External fields that `@provides` lets the subgraph answer here. */
  readonly provided: readonly SelectionSetNode[];
}

interface SubgraphParts {
  readonly document: DocumentNode;
  readonly facts: SubgraphFacts;
  readonly values: TrueValues;
  /** `Type.field` of what other subgraphs have taken over. */
  readonly lost: ReadonlySet<string>;
}

/**
 * A subgraph that answers from the truth only what its SDL says it knows, and fails when it is asked for
 * anything else: an external field that is not provided, a field given up, a requirement it was not told.
 */
export function buildSubgraph(parts: SubgraphParts): GraphQLSchema {
  const { document, facts, values, lost } = parts;
  const resolvers: Record<string, Record<string, TestResolver>> = {};
  for (const [name, type] of facts) {
    if (type.keys.length > 0) {
      resolvers[name] = { __resolveReference: (reference) => resolveReference(name, reference) };
    }
  }
  const schema = buildSubgraphSchema({ typeDefs: document, resolvers });
  for (const [name, type] of facts) {
    const found = schema.getType(name);
    if (isObjectType(found)) attach(found, type);
  }
  return schema;

  function attach(type: GraphQLObjectType, own: TypeFacts): void {
    for (const field of Object.values(type.getFields())) {
      const known = own.fields.get(field.name);
      if (known === undefined || field.name.startsWith('_')) continue;
      const resolve = createResolver(type, field, { own, known });
      field.resolve = (source: unknown, args: Readonly<Record<string, unknown>>) =>
        resolve(isHeld(source) ? source : rootOf(type), args);
    }
  }

  function createResolver(
    type: GraphQLObjectType,
    field: GraphQLField<unknown, unknown>,
    { own, known }: { own: TypeFacts; known: FieldFacts },
  ): (held: Held, args: Readonly<Record<string, unknown>>) => unknown {
    const coordinate = `${type.name}.${field.name}`;
    const compute = known.requires && values.computed(type.name, field.name);
    const isKey = own.keys.some(({ fields }) => names(fields).has(field.name));
    return (held, args) => {
      if (lost.has(coordinate)) throw new Error(`${coordinate} has been given up`);
      const below = providedBelow(held, field.name);
      if (known.isExternal && !isKey && below === undefined) {
        throw new Error(`${coordinate} is external and not provided here`);
      }
      if (known.requires) {
        if (compute === undefined) throw new Error(`Nothing computes ${coordinate}`);
        return hold(compute(pickTold(known.requires, knownOf(held)), args), field, []);
      }
      const value = values.value(held.truth, field.name, args);
      const granted = known.provides ? [known.provides] : [];
      return hold(value, field, [...granted, ...(below ?? [])]);
    };
  }

  function hold(
    value: unknown,
    field: GraphQLField<unknown, unknown>,
    provided: readonly SelectionSetNode[],
  ): unknown {
    const type = getNamedType(field.type);
    if (!isCompositeType(type)) return value;
    if (Array.isArray(value)) return value.map((item: unknown) => hold(item, field, provided));
    if (typeof value !== 'object' || value === null || value instanceof Error) return value;
    const truth = value as WorldObject;
    const known = facts.get(type.name)?.isInterfaceObject === true;
    return { __typename: known ? type.name : truth.__typename, truth, told: {}, provided };
  }

  /** What the subgraph was told, and what it provides here itself. */
  function knownOf({ provided, truth, told }: Held): Readonly<Record<string, unknown>> {
    const own = provided.flatMap((set) => Object.entries(values.select(set, truth, schema)));
    return { ...Object.fromEntries(own), ...told };
  }

  /** Undefined when the field is not provided here. */
  function providedBelow({ provided, truth }: Held, field: string) {
    const found = provided.flatMap((set) => find(set, truth.__typename, field));
    return found.length === 0 ? undefined : found.flatMap((set) => set ?? []);
  }

  function find(
    set: SelectionSetNode,
    typename: string,
    field: string,
  ): (SelectionSetNode | undefined)[] {
    return set.selections.flatMap((selection) => {
      if (selection.kind === Kind.FIELD) {
        return selection.name.value === field ? [selection.selectionSet] : [];
      }
      if (selection.kind !== Kind.INLINE_FRAGMENT) return [];
      const condition = selection.typeCondition?.name.value ?? typename;
      return values.isOf(typename, condition) ? find(selection.selectionSet, typename, field) : [];
    });
  }

  function pickTold(set: SelectionSetNode, told: unknown): Record<string, unknown> {
    const out: Record<string, unknown> = {};
    const source = told as Readonly<Record<string, unknown>>;
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) {
        const name = selection.name.value;
        const value = source[name];
        if (value === undefined) throw new Error(`Nobody told ${name}`);
        const below = selection.selectionSet;
        out[name] = below ? pickEach(below, value) : value;
      } else if (selection.kind === Kind.INLINE_FRAGMENT && holds(selection, source)) {
        Object.assign(out, pickTold(selection.selectionSet, source));
      }
    }
    return out;
  }

  /** Without its type's name an object is of the type whose fields it has. */
  function holds(
    { typeCondition, selectionSet }: InlineFragmentNode,
    source: Readonly<Record<string, unknown>>,
  ): boolean {
    const typename = source['__typename'];
    if (typeCondition === undefined) return true;
    if (typename !== undefined) return values.isOf(typename, typeCondition.name.value);
    return [...names(selectionSet)].every((name) => name in source);
  }

  function pickEach(set: SelectionSetNode, value: unknown): unknown {
    if (Array.isArray(value)) return value.map((item: unknown) => pickEach(set, item));
    return value === null ? null : pickTold(set, value);
  }

  function resolveReference(name: string, reference: Readonly<Record<string, unknown>>): unknown {
    const type = facts.get(name);
    const keys = (type?.keys ?? []).filter(({ isResolvable }) => isResolvable);
    for (const { fields } of keys) {
      const text = keyText(fields, reference);
      if (text === undefined) continue;
      const truth = findByKey(name, fields, text);
      if (truth === undefined) return null;
      const __typename = type?.isInterfaceObject === true ? name : truth.__typename;
      return { __typename, truth, told: reference, provided: [] } satisfies Held;
    }
    throw new Error(`No key of ${name} in ${Object.keys(reference).join()}`);
  }

  function keyText(fields: SelectionSetNode, from: Readonly<Record<string, unknown>>) {
    try {
      return JSON.stringify(pickTold(fields, from));
    } catch {
      return undefined;
    }
  }

  function findByKey(name: string, fields: SelectionSetNode, text: string) {
    return values.truth.objects.find(
      (object) =>
        values.isOf(object.__typename, name) &&
        JSON.stringify(values.select(fields, object, schema)) === text,
    );
  }
}

function rootOf(type: GraphQLObjectType): Held {
  const truth = { __typename: type.name };
  return { __typename: type.name, truth, told: {}, provided: [] };
}

function isHeld(source: unknown): source is Held {
  return typeof source === 'object' && source !== null && 'truth' in source && 'told' in source;
}

function names(set: SelectionSetNode): Set<string> {
  return new Set(
    set.selections.flatMap((selection) =>
      selection.kind === Kind.FIELD ? [selection.name.value] : [],
    ),
  );
}
