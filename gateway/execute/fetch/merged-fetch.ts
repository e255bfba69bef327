import { print, type VariableDefinitionNode } from 'graphql';

import type { FetchNode } from '../../plan/plan.ts';
import type { TypeIndex } from '../../supergraph/type-index.ts';
import { askEntities, compileEntityFetch } from './entity-fetch.ts';
import { createPart, type EntityPart, type EntityWork, gather } from './gather.ts';
import { requestHead, variableText } from './request-text.ts';
import type { Run } from '../run.ts';
import { takeApart } from './take-apart.ts';

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
    const bodyOf = (some: readonly EntityWork[]): string => {
      const key = some.map((work) => work.key).join();
      const head = heads.get(key) ?? createHead(some, definitions);
      heads.set(key, head);
      const members = some.map((work) => `"r_${work.key}":[${work.representations.join(',')}]`);
      const variables = variableText(head.usages, run.variables);
      if (variables !== '') members.push(variables);
      return `${head.text}${members.join(',')}}}`;
    };
    const variablesOf = ({ part }: EntityWork): string =>
      variableText(part.fetch.variableUsages ?? [], run.variables);
    await askEntities(run, works, { service, types, bodyOf, variablesOf });
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
