import {
  Kind,
  parse,
  print,
  type OperationDefinitionNode,
  type VariableDefinitionNode,
} from 'graphql';

import type { FetchNode } from '../plan/plan.ts';
import type { TypeIndex } from '../supergraph/type-index.ts';
import { distribute } from './entity-answer.ts';
import { compileEntityFetch } from './entity-fetch.ts';
import { createPart, type EntityPart, type EntityWork, gather } from './gather.ts';
import { requestHead, variableText } from './request-text.ts';
import type { Run } from './run.ts';

/** An entity fetch taken apart so that it can share a request with others. */
interface MergeableFetch {
  readonly selection: string;
  readonly variables: readonly VariableDefinitionNode[];
}

/** Reads `query(…){_entities(representations:…){…}}`; undefined for any other shape. */
function takeApart(fetch: FetchNode): MergeableFetch | undefined {
  if ((fetch.contextRewrites?.length ?? 0) > 0) return undefined;
  const [operation, ...others] = parse(fetch.operation).definitions;
  if (operation?.kind !== Kind.OPERATION_DEFINITION || others.length > 0) return undefined;
  const field = onlyField(operation);
  if (field?.selectionSet === undefined) return undefined;
  const { start, end } = field.selectionSet.loc ?? { start: 0, end: 0 };
  return {
    selection: fetch.operation.slice(start, end),
    variables: clientVariables(operation),
  };
}

function clientVariables(operation: OperationDefinitionNode): VariableDefinitionNode[] {
  const all = operation.variableDefinitions ?? [];
  return all.filter(({ variable }) => variable.name.value !== 'representations');
}

function onlyField(operation: OperationDefinitionNode) {
  const [first, ...others] = operation.selectionSet.selections;
  const isPlain =
    first?.kind === Kind.FIELD &&
    first.directives?.length === 0 &&
    operation.directives?.length === 0;
  const isEntities = isPlain && others.length === 0 && first.name.value === '_entities';
  return isEntities ? first : undefined;
}

/** A fetch and where in the data its entities stand. */
export interface PlacedFetch {
  readonly fetch: FetchNode;
  readonly path: readonly string[];
}

/**
 * Compiles entity fetches of one level to one subgraph into one request: one aliased `_entities`
 * per distinct selection. Parts without entities are left out of the text, so nothing is asked in vain.
 */
export function compileMergedFetch(
  placed: readonly PlacedFetch[],
  types: TypeIndex,
): ((run: Run) => Promise<void>)[] {
  const alone: ((run: Run) => Promise<void>)[] = [];
  const parts = new Map<string, EntityPart>();
  const definitions = new Map<string, VariableDefinitionNode>();
  for (const { fetch, path } of placed) {
    const apart = placed.length === 1 ? undefined : takeApart(fetch);
    if (apart === undefined) {
      alone.push(compileEntityFetch(createPart(fetch, path, types), types));
      continue;
    }
    for (const definition of apart.variables) {
      definitions.set(definition.variable.name.value, definition);
    }
    const { requires, inputRewrites, outputRewrites } = fetch;
    const key = JSON.stringify([apart.selection, requires, inputRewrites, outputRewrites]);
    const known = parts.get(key);
    if (known === undefined) {
      parts.set(key, { ...createPart(fetch, path, types), selection: apart.selection });
    } else known.paths.push(path);
  }
  if (parts.size === 0) return alone;
  return [...alone, compileParts([...parts.values()], [...definitions.values()], types)];
}

function compileParts(
  parts: readonly EntityPart[],
  definitions: readonly VariableDefinitionNode[],
  types: TypeIndex,
): (run: Run) => Promise<void> {
  const service = parts[0]?.fetch.serviceName ?? '';
  const heads = new Map<string, Head>();
  return async (run) => {
    const works = parts
      .map((part, index) => gather(run, part, `e${index}`))
      .filter((work) => work.representations.length > 0);
    if (works.length === 0) return;
    const key = works.map((work) => work.key).join();
    const head = heads.get(key) ?? createHead(works, definitions);
    heads.set(key, head);
    const members = works.map((work) => `"r_${work.key}":[${work.representations.join(',')}]`);
    const variables = variableText(head.usages, run.variables);
    if (variables !== '') members.push(variables);
    const answer = await run.call(service, `${head.text}${members.join(',')}}}`);
    distribute(run, works, { types, answer });
  };
}

interface Head {
  readonly text: string;
  readonly usages: readonly string[];
}

function createHead(
  works: readonly EntityWork[],
  definitions: readonly VariableDefinitionNode[],
): Head {
  const fields = works.map(
    ({ key, part }) => `${key}:_entities(representations:$r_${key})${part.selection}`,
  );
  const text = fields.join(' ');
  const used = definitions.filter(({ variable }) =>
    works.some((work) => work.part.fetch.variableUsages?.includes(variable.name.value)),
  );
  const declared = [
    ...works.map(({ key }) => `$r_${key}:[_Any!]!`),
    ...used.map((definition) => print(definition)),
  ];
  return {
    text: requestHead(`query(${declared.join(',')}){${text}}`, undefined),
    usages: used.map(({ variable }) => variable.name.value),
  };
}
