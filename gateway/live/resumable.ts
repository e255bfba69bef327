import {
  type DocumentNode,
  type FieldNode,
  getNamedType,
  type GraphQLArgument,
  type GraphQLSchema,
  isObjectType,
  isNonNullType,
  Kind,
  type OperationDefinitionNode,
  parse,
  parseType,
  print,
  type ValueNode,
  valueFromASTUntyped,
  visit,
} from 'graphql';
import { isJsonObject, type JsonObject, type JsonValue } from '../../kernel/json.ts';
import type { UpstreamSubscription } from '../operation.ts';
import type { ResumeRule } from './options.ts';

const cursorAlias = 'operandiCursor';
const afterVariable = 'operandiAfter';

/** An upstream subscription that can be taken up after an event it brought. */
export interface ResumableSubscription {
  readonly upstream: UpstreamSubscription;
  readonly canResume: boolean;
  /** The cursor in an event's data, if it carries one. */
  cursorOf(data: JsonValue | undefined): string | undefined;
  /** The same subscription, beginning after the cursor. */
  after(cursor: string): UpstreamSubscription;
}

/** Where the root field stands in the client's schema and in the subgraph's answer. */
export interface RootField {
  readonly name: string;
  readonly upstreamKey: string;
}

/**
 * Adds the cursor to what is asked of the subgraph, and its argument as a variable, where the schema has both.
 * The added field never reaches the client: results are projected from the client's own document.
 */
export function makeResumable(
  upstream: UpstreamSubscription,
  root: RootField,
  { schema, rule }: { readonly schema: GraphQLSchema; readonly rule: ResumeRule | undefined },
): ResumableSubscription {
  const argument = rule && cursorArgument(schema, root.name, rule);
  if (rule === undefined || argument === undefined) return plain(upstream);
  const { query, initial } = rewrite(upstream, root, { rule, argument });
  const at = (cursor: JsonValue): UpstreamSubscription => ({
    ...upstream,
    query,
    variables: { ...upstream.variables, [afterVariable]: cursor },
  });
  return {
    upstream: at(initial),
    canResume: true,
    cursorOf: (data) => readCursor(data, root.upstreamKey),
    after: at,
  };
}

function plain(upstream: UpstreamSubscription): ResumableSubscription {
  return { upstream, canResume: false, cursorOf: () => undefined, after: () => upstream };
}

function cursorArgument(
  schema: GraphQLSchema,
  fieldName: string,
  rule: ResumeRule,
): GraphQLArgument | undefined {
  const field = schema.getSubscriptionType()?.getFields()[fieldName];
  const type = field && getNamedType(field.type);
  if (!isObjectType(type) || type.getFields()[rule.field] === undefined) return undefined;
  return field?.args.find(({ name, type: argumentType }) => {
    return name === rule.argument && !isNonNullType(argumentType);
  });
}

function rewrite(
  upstream: UpstreamSubscription,
  root: RootField,
  { rule, argument }: { readonly rule: ResumeRule; readonly argument: GraphQLArgument },
): { readonly query: string; readonly initial: JsonValue } {
  const document: DocumentNode = parse(upstream.query, { noLocation: true });
  let initial: JsonValue = null;
  const rewriteRoot = (field: FieldNode): FieldNode => {
    const given = field.arguments?.find(({ name }) => name.value === rule.argument);
    if (given) initial = literal(given.value, upstream.variables);
    return withCursor(field, rule);
  };
  const rewritten = visit(document, {
    OperationDefinition: (operation) => ({
      ...operation,
      variableDefinitions: [...(operation.variableDefinitions ?? []), afterDefinition(argument)],
      selectionSet: {
        ...operation.selectionSet,
        selections: operation.selectionSet.selections.map((selection) => {
          const isRoot =
            selection.kind === Kind.FIELD && responseKey(selection) === root.upstreamKey;
          return isRoot ? rewriteRoot(selection) : selection;
        }),
      },
    }),
  });
  return { query: print(dropUnused(rewritten)), initial };
}

function withCursor(field: FieldNode, rule: ResumeRule): FieldNode {
  const cursor: FieldNode = {
    kind: Kind.FIELD,
    alias: { kind: Kind.NAME, value: cursorAlias },
    name: { kind: Kind.NAME, value: rule.field },
  };
  return {
    ...field,
    arguments: [
      ...(field.arguments ?? []).filter(({ name }) => name.value !== rule.argument),
      {
        kind: Kind.ARGUMENT,
        name: { kind: Kind.NAME, value: rule.argument },
        value: { kind: Kind.VARIABLE, name: { kind: Kind.NAME, value: afterVariable } },
      },
    ],
    selectionSet: {
      kind: Kind.SELECTION_SET,
      selections: [...(field.selectionSet?.selections ?? []), cursor],
    },
  };
}

function afterDefinition(argument: GraphQLArgument) {
  return {
    kind: Kind.VARIABLE_DEFINITION,
    variable: { kind: Kind.VARIABLE, name: { kind: Kind.NAME, value: afterVariable } },
    type: parseType(argument.type.toString(), { noLocation: true }),
  } as const;
}

// The client's own cursor variable may have lost its only use; subgraphs refuse unused variables.
function dropUnused(document: DocumentNode): DocumentNode {
  const used = new Set<string>();
  visit(document, {
    VariableDefinition: () => false,
    Variable: ({ name }) => void used.add(name.value),
  });
  return visit(document, {
    OperationDefinition: (operation): OperationDefinitionNode => ({
      ...operation,
      variableDefinitions:
        operation.variableDefinitions?.filter(({ variable }) => {
          return used.has(variable.name.value);
        }) ?? [],
    }),
  });
}

function literal(value: ValueNode, variables: JsonObject): JsonValue {
  if (value.kind === Kind.VARIABLE) return variables[value.name.value] ?? null;
  const text = valueFromASTUntyped(value);
  return typeof text === 'string' ? text : null;
}

function responseKey(field: FieldNode): string {
  return (field.alias ?? field.name).value;
}

function readCursor(data: JsonValue | undefined, key: string): string | undefined {
  const event = isJsonObject(data) ? data[key] : undefined;
  const cursor = isJsonObject(event) ? event[cursorAlias] : undefined;
  return typeof cursor === 'string' ? cursor : undefined;
}
