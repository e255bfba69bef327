import type { Node, Pattern, PatternEntry } from './ast.ts';
import type { Grammar } from './grammar.ts';
import { parseComputedKey } from './parse-object.ts';

/** `pattern ?// pattern …`. */
export function parsePatterns(parser: Grammar): readonly Pattern[] {
  const patterns = [parsePattern(parser)];
  while (parser.tokens.isAt('?')) {
    const { offset } = parser.tokens.take();
    if (parser.tokens.next.offset !== offset + 1) parser.tokens.fail("expected '?//'");
    parser.tokens.expect('//');
    patterns.push(parsePattern(parser));
  }
  return patterns;
}

function parsePattern(parser: Grammar): Pattern {
  const { tokens } = parser;
  return tokens.nested(() => {
    if (tokens.next.kind === 'variable') return { kind: 'variable', name: parser.variableName() };
    if (tokens.accept('[')) return { kind: 'array', items: listUntil(parser, ']', parsePattern) };
    if (tokens.accept('{'))
      return { kind: 'object', entries: listUntil(parser, '}', parsePatternEntry) };
    return tokens.fail('expected a variable or a pattern');
  });
}

function listUntil<Item>(
  parser: Grammar,
  end: string,
  parseItem: (parser: Grammar) => Item,
): readonly Item[] {
  const items = [parseItem(parser)];
  while (parser.tokens.accept(',')) items.push(parseItem(parser));
  parser.tokens.expect(end);
  return items;
}

function parsePatternEntry(parser: Grammar): PatternEntry {
  const { tokens } = parser;
  if (tokens.next.kind === 'variable') {
    const variable = parser.variableName();
    const value = tokens.accept(':') ? parsePattern(parser) : undefined;
    return { key: { type: 'literal', value: variable }, variable, value };
  }
  const key = parseKey(parser);
  tokens.expect(':');
  return { key, variable: undefined, value: parsePattern(parser) };
}

function parseKey(parser: Grammar): Node {
  const { tokens } = parser;
  const { kind, text } = tokens.next;
  if (kind === 'identifier' || kind === 'keyword') {
    tokens.take();
    return { type: 'literal', value: text };
  }
  return tokens.isAt('(') ? parseComputedKey(parser) : parser.string();
}
