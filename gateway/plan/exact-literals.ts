import {
  buildASTSchema,
  getNamedType,
  type GraphQLInputType,
  type GraphQLSchema,
  isScalarType,
  isSpecifiedScalarType,
  Kind,
  parse,
  print,
  TypeInfo,
  type ValueNode,
  visit,
  visitWithTypeInfo,
} from 'graphql';

import { ExactNumber, numberOf } from '../../kernel/exact-number.ts';
import { mapFetches } from './map-fetches.ts';
import type { PlanRoot } from './plan.ts';

/** A document for the planner, and the way to undo in its plan what was changed. */
export interface MarkedDocument {
  readonly document: string;
  readonly restore: (plan: PlanRoot | undefined) => PlanRoot | undefined;
}

/**
 * The planner reads literals into doubles: where a type of the API's own takes a number with more digits, it is given a
 * text with the number in it.
 */
export function createLiteralMarks(apiSdl: string): (document: string) => MarkedDocument {
  let schema: GraphQLSchema | undefined;
  return (document) => {
    // Almost no document has such a number; the schema is built for the first that has.
    if (!mayHaveLongNumber.test(document)) return { document, restore: (plan) => plan };
    schema ??= buildASTSchema(parse(apiSdl, { noLocation: true }), { assumeValidSDL: true });
    const mark = unusedMark(document);
    return {
      document: marked(document, mark, schema),
      restore: (plan) => plan && mapFetches(plan, (fetch) => [restored(fetch, mark)]),
    };
  };
}

const mayHaveLongNumber = /[\d.]{16}|\d[eE][+-]?\d{3}/;

/** A text that stands nowhere in the document. */
function unusedMark(document: string): string {
  let count = 0;
  while (document.includes(`exact${String(count)}:`)) count += 1;
  return `exact${String(count)}:`;
}

function marked(document: string, mark: string, schema: GraphQLSchema): string {
  const types = new TypeInfo(schema);
  const instead = (node: ValueNode & { readonly value: string }): ValueNode | undefined =>
    numberOf(node.value) instanceof ExactNumber && isFree(types.getInputType())
      ? { kind: Kind.STRING, value: mark + node.value }
      : undefined;
  return print(
    visit(
      parse(document, { noLocation: true }),
      visitWithTypeInfo(types, { IntValue: instead, FloatValue: instead }),
    ),
  );
}

/** Within a value of a type that GraphQL does not know, parts have no type at all. */
function isFree(type: GraphQLInputType | null | undefined): boolean {
  if (type === undefined || type === null) return true;
  const named = getNamedType(type);
  return isScalarType(named) && !isSpecifiedScalarType(named);
}

function restored<Fetch extends { readonly operation: string }>(fetch: Fetch, mark: string): Fetch {
  const texts = new RegExp(`"${mark}(-?[\\d.eE+-]+)"`, 'g');
  return { ...fetch, operation: fetch.operation.replaceAll(texts, '$1') };
}
