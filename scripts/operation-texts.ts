// A plugin of the code generator: each operation as its text, with the fragments that it uses, for clients that print nothing.
import type { PluginFunction } from '@graphql-codegen/plugin-helpers';
import {
  type DocumentNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  print,
  stripIgnoredCharacters,
  visit,
} from 'graphql';

interface Config {
  /** Module of the operations' types. */
  readonly types: string;
  /** Module of `operationOf`. */
  readonly operation: string;
}

export const plugin: PluginFunction<Config, string> = (_schema, files, { types, operation }) => {
  const documents = files.flatMap((file) => file.document ?? []);
  const fragments = new Map(
    documents.flatMap(fragmentsOf).map((fragment) => [fragment.name.value, fragment]),
  );
  const operations = documents.flatMap(operationsOf);
  return [
    `import type * as Types from '${types}';`,
    `import { operationOf, type TypedOperation } from '${operation}';\n`,
    ...operations.map((node) => declarationOf(node, fragments)),
  ].join('\n');
};

function declarationOf(
  node: OperationDefinitionNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): string {
  const name = node.name?.value;
  if (name === undefined) throw new Error('an operation of the SDK has no name');
  const type = `${name}${node.operation.replace(/^./u, (letter) => letter.toUpperCase())}`;
  const text = [node, ...usedBy(node, fragments)].map(print).join('\n');
  return (
    `export const ${name}Operation: TypedOperation<Types.${type}, Types.${type}Variables> = ` +
    `operationOf(${JSON.stringify(stripIgnoredCharacters(text))});`
  );
}

/** Fragments by the order of their first use, those of fragments included. */
function usedBy(
  node: OperationDefinitionNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): ReadonlySet<FragmentDefinitionNode> {
  const used = new Set<FragmentDefinitionNode>();
  const look = (part: OperationDefinitionNode | FragmentDefinitionNode): void => {
    visit(part, {
      FragmentSpread({ name }) {
        const fragment = fragments.get(name.value);
        if (fragment === undefined) throw new Error(`there is no fragment ${name.value}`);
        if (used.has(fragment)) return;
        used.add(fragment);
        look(fragment);
      },
    });
  };
  look(node);
  return used;
}

function fragmentsOf({ definitions }: DocumentNode): FragmentDefinitionNode[] {
  return definitions.filter((each) => each.kind === Kind.FRAGMENT_DEFINITION);
}

function operationsOf({ definitions }: DocumentNode): OperationDefinitionNode[] {
  return definitions.filter((each) => each.kind === Kind.OPERATION_DEFINITION);
}
