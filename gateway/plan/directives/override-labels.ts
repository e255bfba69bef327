import {
  type DocumentNode,
  type GraphQLSchema,
  isAbstractType,
  Kind,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';

import type { Identity } from '../../admit/identity.ts';
import type { ClientDocument } from '../../execute/operation/client-document.ts';
import { textArgument } from '../../supergraph/join.ts';

/** Labels of progressive `@override`, by `Type.field`. */
export type OverrideLabels = ReadonlyMap<string, string>;

/** Says whether a label applies to a caller's operation: the field then comes from the subgraph that takes it over. */
export type DecideOverride = (label: string, identity: Identity) => boolean;

/** Reads `overrideLabel` of each `@join__field`. */
export function readOverrideLabels(supergraph: DocumentNode): OverrideLabels {
  const labels = new Map<string, string>();
  for (const definition of supergraph.definitions) {
    if (
      definition.kind !== Kind.OBJECT_TYPE_DEFINITION &&
      definition.kind !== Kind.INTERFACE_TYPE_DEFINITION
    )
      continue;
    for (const field of definition.fields ?? []) {
      const [label] = (field.directives ?? []).flatMap(
        (directive) => textArgument(directive, 'overrideLabel') ?? [],
      );
      if (label !== undefined) labels.set(`${definition.name.value}.${field.name.value}`, label);
    }
  }
  return labels;
}

/** The labels on which the plan of an operation depends. */
export function labelsIn(
  schema: GraphQLSchema,
  { operation, fragments }: ClientDocument,
  labels: OverrideLabels,
): readonly string[] {
  const found = new Set<string>();
  if (labels.size === 0) return [];
  const info = new TypeInfo(schema);
  const visitor = visitWithTypeInfo(info, {
    Field: ({ name }) => {
      const parent = info.getParentType();
      if (!parent) return;
      const owners = isAbstractType(parent)
        ? [parent, ...schema.getPossibleTypes(parent)]
        : [parent];
      for (const owner of owners) {
        const label = labels.get(`${owner.name}.${name.value}`);
        if (label !== undefined) found.add(label);
      }
    },
  });
  for (const definition of [operation, ...fragments.values()]) visit(definition, visitor);
  return [...found];
}

/**
 * A caller's own labels apply, then what the configuration says of a label: the share of operations, in
 * percent, for which it applies. `percent(n)` says it itself; any other label is off.
 */
export function createDecideOverride(
  shares: Readonly<Record<string, number>>,
  random: () => number = Math.random,
): DecideOverride {
  return (label, { overrideLabels }) => {
    if (overrideLabels?.includes(label) === true) return true;
    const share = shares[label] ?? Number(/^percent\(([\d.]+)\)$/.exec(label)?.[1] ?? 0);
    return random() * 100 < share;
  };
}
