import { type FieldNode, Kind, parse, print, stripIgnoredCharacters, visit } from 'graphql';

import { mapFetches } from './map-fetches.ts';
import type { FetchNode, PlanRoot, RequiredSelection, Rewrite } from './plan.ts';
import type { NamedArguments, StandIn } from './required-arguments.ts';
import { splitFetch } from './split-fetch.ts';

type StandIns = ReadonlyMap<string, StandIn>;

/**
 * Undoes `nameRequiredArguments` in a plan: subgraphs are asked for the real fields and get them in
 * representations, while the gathered data hold each under the name of its stand-in.
 */
export function restoreArguments(
  plan: PlanRoot | undefined,
  named: NamedArguments,
): PlanRoot | undefined {
  const { standIns } = named;
  if (plan === undefined || standIns.size === 0) return plan;
  return mapFetches(plan, (fetch) =>
    splitFetch(fetch, named).map((part) => restoreFetch(part, standIns)),
  );
}

function restoreFetch(fetch: FetchNode, standIns: StandIns): FetchNode {
  const { operation, requires, inputRewrites } = fetch;
  return {
    ...fetch,
    operation: restoreOperation(operation, standIns),
    ...(requires && { requires: requires.map((selection) => restoreKey(selection, standIns)) }),
    ...(inputRewrites && {
      inputRewrites: inputRewrites.map((rewrite) => restorePath(rewrite, standIns)),
    }),
  };
}

function restoreOperation(operation: string, standIns: StandIns): string {
  if (![...standIns.keys()].some((name) => operation.includes(name))) return operation;
  const restored = visit(parse(operation, { noLocation: true }), {
    Field(node): FieldNode | undefined {
      const standIn = standIns.get(node.name.value);
      if (standIn === undefined) return undefined;
      return {
        ...node,
        alias: node.alias ?? node.name,
        name: { kind: Kind.NAME, value: standIn.field },
        arguments: [...(node.arguments ?? []), ...standIn.arguments],
      };
    },
  });
  return stripIgnoredCharacters(print(restored));
}

function restoreKey(selection: RequiredSelection, standIns: StandIns): RequiredSelection {
  const below = selection.selections?.map((inner) => restoreKey(inner, standIns));
  if (selection.kind === 'InlineFragment') return { ...selection, selections: below ?? [] };
  const own = { ...selection, ...(below && { selections: below }) };
  const standIn = standIns.get(selection.name);
  return standIn === undefined ? own : { ...own, alias: selection.name, name: standIn.field };
}

function restorePath(rewrite: Rewrite, standIns: StandIns): Rewrite {
  return { ...rewrite, path: rewrite.path.map((key) => standIns.get(key)?.field ?? key) };
}
