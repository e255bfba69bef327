import { type ConstDirectiveNode, type DocumentNode, Kind, valueFromASTUntyped } from 'graphql';

import { directiveName, readFeatures } from '../../supergraph/features.ts';

/** What a list field says about its length. */
export interface ListSize {
  readonly assumedSize: number | undefined;
  readonly slicingArguments: readonly string[];
  /** A caller has to give exactly one of them. */
  readonly isOneRequired: boolean;
  /** Child fields that carry the list when the field itself is a connection. */
  readonly sizedFields: readonly string[];
}

/** `@cost` and `@listSize` of a supergraph, by `Type`, `Type.field` and `Type.field(argument)`. */
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
    switch (definition.kind) {
      case Kind.SCALAR_TYPE_DEFINITION:
      case Kind.ENUM_TYPE_DEFINITION:
        note(definition.name.value, definition.directives);
        break;
      case Kind.OBJECT_TYPE_DEFINITION:
      case Kind.INTERFACE_TYPE_DEFINITION:
        note(definition.name.value, definition.directives);
        for (const field of definition.fields ?? []) {
          const coordinate = `${definition.name.value}.${field.name.value}`;
          note(coordinate, field.directives);
          field.arguments?.forEach((argument) =>
            note(`${coordinate}(${argument.name.value})`, argument.directives),
          );
        }
        break;
      default:
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
