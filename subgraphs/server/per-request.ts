import type { SubgraphContext } from './context.ts';

/**
 * Makes a thing, as a rule a DataLoader, once per request and once per event of a subscription:
 * what it has loaded is never shown to another caller and never outlives the answer.
 */
export function perRequest<Thing>(
  create: (context: SubgraphContext) => Thing,
): (context: SubgraphContext) => Thing {
  const made = new WeakMap<SubgraphContext, { readonly thing: Thing }>();
  return (context) => {
    const known = made.get(context) ?? { thing: create(context) };
    made.set(context, known);
    return known.thing;
  };
}
