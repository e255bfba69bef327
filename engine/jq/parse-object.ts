import { identity } from './ast.ts';
import type { Node, ObjectEntry } from './ast.ts';
import type { Grammar } from './grammar.ts';

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
  if (parser.tokens.accept(':')) return { key: variable, value: parseValue(parser) };
  return { key: { type: 'literal', value: name }, value: variable };
}

function namedEntry(parser: Grammar, key: Node): ObjectEntry {
  if (parser.tokens.accept(':')) return { key, value: parseValue(parser) };
  return { key, value: { type: 'index', target: identity, key } };
}

function computedEntry(parser: Grammar): ObjectEntry {
  const { tokens } = parser;
  tokens.expect('(');
  const key = parser.pipe();
  tokens.expect(')');
  tokens.expect(':');
  return { key, value: parseValue(parser) };
}

/** Terms joined with `|`; anything else needs parentheses, as `,` would be ambiguous. */
function parseValue(parser: Grammar): Node {
  return parser.tokens.nested(() => {
    const left: Node = parser.tokens.accept('-')
      ? { type: 'negate', body: parser.postfix() }
      : parser.postfix();
    return parser.tokens.accept('|') ? { type: 'pipe', left, right: parseValue(parser) } : left;
  });
}
