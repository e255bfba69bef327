import {
  type ConstDirectiveNode,
  type DocumentNode,
  execute,
  type FieldNode,
  getNamedType,
  type GraphQLNamedType,
  type GraphQLSchema,
  isAbstractType,
  isObjectType,
  Kind,
  parse,
  type SelectionNode,
  type SelectionSetNode,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';

import type { Identity } from '../../../gateway/admit/identity.ts';
import type { RandomOperation } from './random-operation.ts';
import type { RunningWorld } from './run-world.ts';

/** `data` as one server would give it that resolves nothing its caller may not see, and how many fields that are. */
export interface GuardedAnswer {
  readonly data: string;
  readonly denied: number;
}

/** Answers on the merged schema with the rules of the supergraph applied to each field of the operation. */
export async function answerGuarded(
  { merged, supergraph }: Pick<RunningWorld, 'merged' | 'supergraph'>,
  operation: RandomOperation,
  identity: Identity,
): Promise<GuardedAnswer> {
  const rules = readRules(parse(supergraph));
  const isDenied = (coordinate: string): boolean =>
    (rules.get(coordinate) ?? []).some((rule) => !meets(rule, identity));
  const { document, denied } = withoutDenied(merged, parse(operation.query), isDenied);
  using _ = guardResolvers(merged, denied);
  const { data } = await execute({ schema: merged, document, variableValues: operation.variables });
  return { data: JSON.stringify(data), denied: denied.size };
}

type Rules = ReadonlyMap<string, readonly ConstDirectiveNode[]>;

function readRules(supergraph: DocumentNode): Rules {
  const rules = new Map<string, ConstDirectiveNode[]>();
  const note = (coordinate: string, directives: readonly ConstDirectiveNode[] = []): void => {
    const own = directives.filter(({ name }) =>
      ['authenticated', 'requiresScopes'].includes(name.value),
    );
    if (own.length > 0) rules.set(coordinate, own);
  };
  for (const definition of supergraph.definitions) {
    if (!('name' in definition) || !('directives' in definition)) continue;
    const type = definition.name.value;
    note(type, definition.directives as readonly ConstDirectiveNode[]);
    if (!('fields' in definition)) continue;
    for (const { name, directives } of definition.fields ?? []) {
      note(`${type}.${name.value}`, directives);
    }
  }
  return rules;
}

function meets({ arguments: given = [] }: ConstDirectiveNode, identity: Identity): boolean {
  if (!identity.isAuthenticated) return false;
  const scopes = given.find(({ name }) => name.value === 'scopes')?.value;
  if (scopes?.kind !== Kind.LIST) return true;
  return scopes.values.some(
    (set) =>
      set.kind === Kind.LIST &&
      set.values.every(
        (scope) => scope.kind === Kind.STRING && identity.scopes?.includes(scope.value) === true,
      ),
  );
}

/** The operation with denied selections emptied, and the fields that are denied. */
function withoutDenied(
  schema: GraphQLSchema,
  document: DocumentNode,
  isDenied: (coordinate: string) => boolean,
): { document: DocumentNode; denied: ReadonlySet<FieldNode> } {
  const denied = new Set<FieldNode>();
  const info = new TypeInfo(schema);
  const emptied = visit(
    document,
    visitWithTypeInfo(info, {
      Field: {
        leave(node) {
          const parent = info.getParentType();
          const type = getNamedType(info.getType());
          if (!parent || node.name.value.startsWith('__')) return undefined;
          const owners = ownersOf(schema, parent);
          const coordinates = owners.flatMap((owner) => [owner, `${owner}.${node.name.value}`]);
          if (![...coordinates, type?.name ?? ''].some(isDenied)) return undefined;
          const replaced = node.selectionSet ? { ...node, selectionSet: nothing } : { ...node };
          denied.add(replaced);
          return replaced;
        },
      },
    }),
  );
  return { document: emptied, denied };
}

function ownersOf(schema: GraphQLSchema, type: GraphQLNamedType): string[] {
  if (!isAbstractType(type)) return [type.name];
  return [type.name, ...schema.getPossibleTypes(type).map(({ name }) => name)];
}

const nothing: SelectionSetNode = {
  kind: Kind.SELECTION_SET,
  selections: [neverIncluded('{ __typename @include(if: false) }')],
};

function neverIncluded(text: string): SelectionNode {
  const [operation] = parse(text, { noLocation: true }).definitions;
  const [selection] =
    operation?.kind === Kind.OPERATION_DEFINITION ? operation.selectionSet.selections : [];
  if (selection === undefined) throw new Error(`Nothing is selected by ${text}`);
  return selection;
}

/** Resolves to null what is denied wherever it stands. */
function guardResolvers(schema: GraphQLSchema, denied: ReadonlySet<FieldNode>): Disposable {
  const undo: (() => void)[] = [];
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue;
    for (const field of Object.values(type.getFields())) {
      const { resolve } = field;
      if (resolve === undefined) continue;
      field.resolve = (...[source, args, context, info]) =>
        info.fieldNodes.every((node) => denied.has(node))
          ? null
          : resolve(source, args, context, info);
      undo.push(() => (field.resolve = resolve));
    }
  }
  return {
    [Symbol.dispose]: () => {
      for (const restore of undo) restore();
    },
  };
}
