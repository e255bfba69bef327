import {
  buildASTSchema,
  type DocumentNode,
  GraphQLError,
  Kind,
  parse,
  print,
  type SelectionSetNode,
  validate,
} from 'graphql';

import { AppError } from '../../kernel/errors.ts';
import { createApolloPlanner } from './apollo-planner.ts';
import type { FetchNode, PlanNode, PlanPath, PlanRoot, RequiredSelection } from './plan.ts';

/** Plans a query that nobody asked; throws with every fault of it, each with its place. */
export function planQuery(supergraphSdl: string, query: string): PlanRoot | undefined {
  const planner = createApolloPlanner(supergraphSdl);
  const schema = buildASTSchema(parse(planner.supergraph.apiSdl), { assumeValidSDL: true });
  const document = parseQuery(query);
  const faults = validate(schema, document);
  if (faults.length > 0) throw refused(faults);
  const operations = document.definitions.filter(({ kind }) => kind === Kind.OPERATION_DEFINITION);
  if (operations.length !== 1) {
    const message = `The document has ${operations.length} operations; one can be explained`;
    throw new AppError('OPERATION_RESOLUTION_FAILURE', message);
  }
  return planner.plan(query);
}

function parseQuery(query: string): DocumentNode {
  try {
    return parse(query);
  } catch (error) {
    throw error instanceof GraphQLError ? refused([error]) : error;
  }
}

function refused(faults: readonly GraphQLError[]): AppError {
  const lines = faults.map(({ message, locations: [at] = [] }) =>
    at === undefined ? message : `line ${at.line}, column ${at.column}: ${message}`,
  );
  return new AppError(
    'GRAPHQL_VALIDATION_FAILED',
    ['The query cannot be planned:', ...lines].join('\n  '),
  );
}

/** A plan for people: its steps indented, each with what the subgraph is asked. */
export function explainPlan(plan: PlanRoot | undefined): string {
  if (plan === undefined) return 'No subgraph is asked.';
  if (plan.kind !== 'Subscription') return lines(plan, 0).join('\n');
  const rest = plan.rest === undefined ? [] : ['For each event:', ...lines(plan.rest, 1)];
  const primary = indented(fetchLines(plan.primary, 'Subscribe to'), 0);
  return [...primary, ...rest].join('\n');
}

function lines(node: PlanNode, depth: number): string[] {
  const line = (text: string): string => `${'  '.repeat(depth)}${text}`;
  const below = (nodes: readonly (PlanNode | undefined)[]): string[] =>
    nodes.flatMap((child) => (child === undefined ? [] : lines(child, depth + 1)));
  switch (node.kind) {
    case 'Fetch':
      return indented(fetchLines(node, 'Ask'), depth);
    case 'Sequence':
      return [line('One after another:'), ...below(node.nodes)];
    case 'Parallel':
      return [line('At the same time:'), ...below(node.nodes)];
    case 'Flatten':
      return [line(`For ${pathText(node.path)}:`), ...below([node.node])];
    case 'Condition':
      return [
        ...(node.ifClause ? [line(`If $${node.condition}:`), ...below([node.ifClause])] : []),
        ...(node.elseClause
          ? [line(`Unless $${node.condition}:`), ...below([node.elseClause])]
          : []),
      ];
    case 'Defer':
      return [
        line('First:'),
        ...below([node.primary.node]),
        ...node.deferred.flatMap((part) => [
          line(`Deferred at ${part.queryPath.join('.') || 'the root'}:`),
          ...below([part.node]),
        ]),
      ];
  }
}

function indented(texts: readonly string[], depth: number): string[] {
  return texts.map((text) => `${'  '.repeat(depth)}${text}`);
}

function fetchLines(fetch: FetchNode, verb: string): string[] {
  const [definition] = parse(fetch.operation, { noLocation: true }).definitions;
  if (definition?.kind !== Kind.OPERATION_DEFINITION) return [`${verb} ${fetch.serviceName}`];
  const entities = entitySelection(definition.selectionSet);
  const by = fetch.requires === undefined ? '' : `, by ${requiredText(fetch.requires)}`;
  const asked = print(entities ?? definition).split('\n');
  return [`${verb} ${fetch.serviceName}${by}:`, ...indented(asked, 1)];
}

/** Every fetch of entities is wrapped alike; what is asked of them stands inside. */
function entitySelection({ selections }: SelectionSetNode): SelectionSetNode | undefined {
  const [only] = selections;
  return only?.kind === Kind.FIELD && only.name.value === '_entities'
    ? only.selectionSet
    : undefined;
}

/** E.g. `claims[](Fire, Flood).agent`. */
function pathText(path: PlanPath): string {
  const texts = path.map((element) => {
    if (element === '@') return '[]';
    if (element.startsWith('|')) return `(${element.slice(1, -1).replaceAll('|', ', ')})`;
    return `.${element}`;
  });
  return texts.join('').replace(/^\./, '');
}

function requiredText(selections: readonly RequiredSelection[]): string {
  return selections
    .flatMap((selection) => {
      if (selection.kind === 'InlineFragment')
        return `${selection.typeCondition ?? ''} { ${requiredText(selection.selections)} }`.trim();
      if (selection.name === '__typename') return [];
      const below = selection.selections;
      return below === undefined ? selection.name : `${selection.name} { ${requiredText(below)} }`;
    })
    .join(' ');
}
