import type { Ajv, KeywordCxt } from 'ajv';
import { canonicalText } from './canonical-text.ts';
import { ajv07 } from './packages.ts';
import { costKeyword, ownSize } from './schema-cost.ts';
import { addDecimalKeywords, exactPart, type Checked, type Given } from './schema-numbers.ts';

/** A check that would take more steps than allowed. */
export class CostError extends Error {
  override readonly name = 'CostError';
}

/** Steps that a check may still take. */
export interface Meter extends Checked {
  left: number;
}

type Price = readonly [fixed: number, perUnit: number, perError: number];

/** Replaces keywords whose work grows faster than the value by ones that are linear, and counts what all take. */
export function addBoundedKeywords(ajv: Ajv, meter: Meter): void {
  const { _, Name } = ajv07();
  // The variable in which ajv's code counts errors.
  const errorCount = new Name('errors');
  const spend = (steps: number): void => {
    meter.left -= steps;
    if (meter.left < 0) throw new CostError('the check takes too many steps');
  };
  const pay = ([fixed, perUnit, perError]: Price, data: unknown, errors: number): void =>
    spend(fixed + (perUnit === 0 ? 0 : perUnit * ownSize(data)) + perError * errors);
  ajv.addKeyword({
    keyword: costKeyword,
    schemaType: 'array',
    // Before anything else of its schema, references included.
    before: '$ref',
    code(context: KeywordCxt) {
      const { gen, data } = context;
      const payment = gen.scopeValue('func', { ref: pay });
      const price = gen.scopeValue('schema', { ref: priceOf(context) });
      // Errors found so far are copied whenever a part that is referred to adds its own.
      gen.code(_`${payment}(${price}, ${data}, ${errorCount})`);
    },
  });
  ajv.removeKeyword('uniqueItems');
  ajv.addKeyword({
    keyword: 'uniqueItems',
    type: 'array',
    schemaType: 'boolean',
    errors: false,
    error: { message: 'must NOT have duplicate items' },
    validate: (...[isWanted, items, , place]: Given<boolean, readonly unknown[]>) =>
      !isWanted || areUnique(asItems(exactPart(meter, items, place)), spend),
  });
  addDecimalKeywords(ajv, meter, spend);
}

// The keyword is asked for arrays only.
function asItems(part: unknown): readonly unknown[] {
  return part as readonly unknown[];
}

// `priced` puts nothing else there; the keyword's type is checked by ajv.
function priceOf(context: KeywordCxt): Price {
  return context.schema as Price;
}

/** Equal values have equal canonical texts; a set of those needs no comparison of pairs. */
function areUnique(items: readonly unknown[], spend: (steps: number) => void): boolean {
  const seen = new Set<string>();
  for (const item of items) {
    const text = canonicalText(item);
    spend(1 + text.length / 8);
    if (seen.has(text)) return false;
    seen.add(text);
  }
  return true;
}
