import { isJsonObject, type JsonValue } from '../../kernel/json.ts';

/** Gives the type of a schema that stands in another. */
export type TypeOf = (schema: JsonValue) => string;

/** Types joined by an operator, each once. What holds for every value, or for none, is left out where it says nothing. */
export function joined(types: readonly string[], operator: ' & ' | ' | '): string {
  if (operator === ' | ' && types.includes('unknown')) return 'unknown';
  const each = [...new Set(types)].filter(
    (type) => operator === ' & ' || type !== 'never' || types.length === 1,
  );
  return each.length === 1 ? (each[0] ?? '') : each.map(enclosed).join(operator);
}

/** In brackets where an operator beside it would read it otherwise. */
export function enclosed(type: string): string {
  return /^[\w.]+$|^"[^"\\]*"$|^\{[^{}]*\}$/.test(type) ? type : `(${type})`;
}

/** A description, for who hovers over it. */
export function commentOf(schema: JsonValue): string {
  const text = isJsonObject(schema) ? (schema['description'] ?? schema['title']) : undefined;
  return typeof text === 'string'
    ? `/** ${text.replaceAll(/\s+/g, ' ').replaceAll('*/', '* /')} */\n`
    : '';
}

/** `order-line` as `OrderLine`. */
export function pascal(text: string): string {
  const words = text.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '');
  return words.map((word) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`).join('');
}

/** A block of lines, each a level further in. */
export function block(lines: readonly string[]): string {
  return `{\n${lines.join('\n').replaceAll(/^(?=.)/gm, '  ')}\n}`;
}
