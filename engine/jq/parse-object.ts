import { identity } from './ast.ts';
import type { Node, ObjectEntry } from './ast.ts';
import { JqSyntaxError } from './errors.ts';
import type { Grammar } from './grammar.ts';
import { kindOf } from './values/kinds.ts';

/** From behind `{` to its `}`. */
export function parseObject(parser: Grammar): Node {
  const { tokens } = parser;
  const entries: ObjectEntry[] = [];
  while (!tokens.accept('}')) {
    entries.push(parseEntry(parser));
    if (!tokens.isAt('}')) tokens.expect(',');
  }
  return { type: 'object', entries };
}

function parseEntry(parser: Grammar): ObjectEntry {
  const { tokens } = parser;
  const { kind, text } = tokens.next;
  if (kind === 'variable') return variableEntry(parser);
  if (kind === 'quote' || kind === 'format') return namedEntry(parser, parser.string());
  if (tokens.isAt('(')) return computedEntry(parser);
  if (kind !== 'identifier' && kind !== 'keyword') tokens.fail('expected an object key');
  tokens.take();
  return namedEntry(parser, { type: 'literal', value: text });
}

/** `{$x}` has the variable's name as key, `{$x: value}` its value. */
function variableEntry(parser: Grammar): ObjectEntry {
  const name = parser.tokens.next.text;
  const variable = parser.variable();
  if (variable.type === 'variable' && parser.tokens.accept(':'))
    return { key: variable, value: parseValue(parser) };
  return { key: { type: 'literal', value: name }, value: variable };
}

function namedEntry(parser: Grammar, key: Node): ObjectEntry {
  if (parser.tokens.accept(':')) return { key, value: parseValue(parser) };
  return { key, value: { type: 'index', target: identity, key } };
}

function computedEntry(parser: Grammar): ObjectEntry {
  const { tokens } = parser;
  const key = parseComputedKey(parser);
  tokens.expect(':');
  return { key, value: parseValue(parser) };
}

/** `(key)`, which is no object's key if it is a constant that is no text. */
export function parseComputedKey(parser: Grammar): Node {
  const { offset } = parser.tokens.expect('(');
  const key = parser.pipe();
  parser.tokens.expect(')');
  if (key.type === 'literal' && typeof key.value !== 'string')
    throw new JqSyntaxError(
      `Cannot use ${kindOf(key.value)} (${JSON.stringify(key.value)}) as object key`,
      offset,
    );
  return key;
}

/** Expressions joined with `|`; a binding needs parentheses, as `,` would be ambiguous. */
function parseValue(parser: Grammar): Node {
  return parser.tokens.nested(() => {
    const left = parser.expression();
    return parser.tokens.accept('|') ? { type: 'pipe', left, right: parseValue(parser) } : left;
  });
}
