import {
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';

import type { FormattedError } from '../operation.ts';
import type { OperationLimits } from './limits.ts';

/** Sizes of an operation with every fragment counted where it is spread. */
export interface Measures {
  readonly depth: number;
  readonly aliases: number;
  readonly directives: number;
  readonly rootFields: number;
  readonly fields: number;
  /** Fields below `__schema` and `__type`. */
  readonly introspected: number;
}

/** Cycles are a validation error that comes later; here they only must not hang. */
const CYCLE: Measures = {
  depth: 0,
  aliases: 0,
  directives: 0,
  rootFields: 0,
  fields: 0,
  introspected: 0,
};

/** Twice what tools select to read a whole schema; it is answered here, on the thread of everybody. */
const MAX_INTROSPECTED = 500;
const introspection = new Set(['__schema', '__type']);

/** Measures in time linear in the document: each fragment is measured once, however often it is spread. */
export function measureOperation(
  operation: OperationDefinitionNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): Measures {
  const known = new Map<string, Measures>();
  const own = measureSet(operation.selectionSet);
  return { ...own, directives: own.directives + (operation.directives?.length ?? 0) };

  function measureSet(set: SelectionSetNode): Measures {
    let total = CYCLE;
    for (const selection of set.selections) {
      const directives = selection.directives?.length ?? 0;
      if (selection.kind === Kind.FIELD) {
        const inner = selection.selectionSet ? measureSet(selection.selectionSet) : CYCLE;
        total = add(total, {
          depth: inner.depth + 1,
          aliases: inner.aliases + (selection.alias ? 1 : 0),
          directives: inner.directives + directives,
          rootFields: 1,
          fields: inner.fields + 1,
          introspected: introspection.has(selection.name.value) ? inner.fields : inner.introspected,
        });
      } else {
        const inner =
          selection.kind === Kind.INLINE_FRAGMENT
            ? measureSet(selection.selectionSet)
            : measureFragment(selection.name.value);
        total = add(total, { ...inner, directives: inner.directives + directives });
      }
    }
    return total;
  }

  function measureFragment(name: string): Measures {
    const measured = known.get(name);
    if (measured !== undefined) return measured;
    known.set(name, CYCLE);
    const fragment = fragments.get(name);
    const result = fragment ? measureSet(fragment.selectionSet) : CYCLE;
    known.set(name, result);
    return result;
  }
}

function add(a: Measures, b: Measures): Measures {
  return {
    depth: Math.max(a.depth, b.depth),
    aliases: a.aliases + b.aliases,
    directives: a.directives + b.directives,
    rootFields: a.rootFields + b.rootFields,
    fields: a.fields + b.fields,
    introspected: a.introspected + b.introspected,
  };
}

/** The first limit an operation exceeds, as the error that refuses it. */
export function findExceeded(
  measures: Measures,
  limits: OperationLimits,
): FormattedError | undefined {
  const checks = [
    { what: 'depth', limit: limits.maxDepth, count: measures.depth },
    { what: 'number of aliases', limit: limits.maxAliases, count: measures.aliases },
    { what: 'number of directives', limit: limits.maxDirectives, count: measures.directives },
    { what: 'number of root fields', limit: limits.maxRootFields, count: measures.rootFields },
    { what: 'number of fields', limit: limits.maxFields, count: measures.fields },
    { what: 'amount of introspection', limit: MAX_INTROSPECTED, count: measures.introspected },
  ];
  const exceeded = checks.find(({ limit, count }) => count > limit);
  return (
    exceeded && {
      message: `The ${exceeded.what} of the operation is ${exceeded.count}; the limit is ${exceeded.limit}`,
      extensions: { code: 'LIMIT_EXCEEDED' },
    }
  );
}
