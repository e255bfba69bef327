import { type ConstDirectiveNode, type DocumentNode, Kind, valueFromASTUntyped } from 'graphql';

import { constOnly, directiveName, readFeatures } from '../../supergraph/features.ts';

/** What a list field says about its length. */
export interface ListSize {
  readonly assumedSize: number | undefined;
  readonly slicingArguments: readonly string[];
  /** A caller has to give exactly one of them. */
  readonly isOneRequired: boolean;
  /** Child fields that carry the list when the field itself is a connection. */
  readonly sizedFields: readonly string[];
}

/** `@cost` and `@listSize` of a supergraph, by `Type`, `Type.field`, `Input.field` and `Type.field(argument)`. */
export interface CostRules {
  weightOf(coordinate: string): number | undefined;
  listSizeOf(coordinate: string): ListSize | undefined;
}

export function readCostRules(supergraph: DocumentNode): CostRules {
  const weights = new Map<string, number>();
  const sizes = new Map<string, ListSize>();
  const features = readFeatures(supergraph);
  const cost = directiveName(features, 'cost');
  const listSize = directiveName(features, 'cost', 'listSize');
  const note = (coordinate: string, directives: readonly ConstDirectiveNode[] = []): void => {
    const weight = argumentsOf(directives, cost)?.['weight'];
    if (weight !== undefined) weights.set(coordinate, Number(weight));
    const size = argumentsOf(directives, listSize);
    if (size !== undefined) sizes.set(coordinate, toListSize(size));
  };
  for (const definition of supergraph.definitions) {
    if (!('name' in definition)) continue;
    const type = definition.name.value;
    if ('directives' in definition) note(type, constOnly(definition.directives));
    for (const field of 'fields' in definition ? (definition.fields ?? []) : []) {
      const coordinate = `${type}.${field.name.value}`;
      note(coordinate, field.directives);
      if (field.kind === Kind.INPUT_VALUE_DEFINITION) continue;
      field.arguments?.forEach(({ name, directives }) =>
        note(`${coordinate}(${name.value})`, directives),
      );
    }
  }
  return {
    weightOf: (coordinate) => weights.get(coordinate),
    listSizeOf: (coordinate) => sizes.get(coordinate),
  };
}

function argumentsOf(
  directives: readonly ConstDirectiveNode[],
  name: string | undefined,
): Readonly<Record<string, unknown>> | undefined {
  const found = directives.find((directive) => directive.name.value === name);
  return (
    found &&
    Object.fromEntries(
      (found.arguments ?? []).map(({ name: key, value }) => [
        key.value,
        valueFromASTUntyped(value),
      ]),
    )
  );
}

function toListSize(values: Readonly<Record<string, unknown>>): ListSize {
  const { assumedSize, slicingArguments, sizedFields, requireOneSlicingArgument } = values;
  return {
    assumedSize: typeof assumedSize === 'number' ? assumedSize : undefined,
    isOneRequired: requireOneSlicingArgument !== false,
    slicingArguments: Array.isArray(slicingArguments) ? slicingArguments.map(String) : [],
    sizedFields: Array.isArray(sizedFields) ? sizedFields.map(String) : [],
  };
}
