import { identity } from './ast.ts';
import type { Binder, Node } from './ast.ts';
import { JqSyntaxError } from './errors.ts';
import { parsePatterns } from './parse-pattern.ts';
import type { Grammar } from './grammar.ts';

/** The terms that begin with a keyword. */
export function parseKeyword(parser: Grammar): Node {
  const { text, offset } = parser.tokens.next;
  const parseRest = Object.hasOwn(forms, text) ? forms[text] : undefined;
  if (parseRest === undefined) {
    if (!modules.has(text)) parser.tokens.fail('expected an expression');
    throw new JqSyntaxError(`'${text}': modules are not available here`, offset);
  }
  parser.tokens.take();
  return parser.tokens.nested(() => parseRest(parser, offset));
}

const modules = new Set(['import', 'include', 'module']);
const forms: Readonly<Record<string, (parser: Grammar, offset: number) => Node>> = {
  if: parseConditional,
  try: parseTry,
  reduce: parseReduce,
  foreach: parseForeach,
  break: (parser, offset) => ({ type: 'break', offset, name: parser.variableName() }),
};

/** From behind `if` or `elif` to its `end`; a missing `else` is `.`. */
function parseConditional(parser: Grammar): Node {
  const { tokens } = parser;
  const condition = parser.pipe();
  tokens.expect('then');
  const then = parser.pipe();
  if (tokens.accept('elif')) {
    return {
      type: 'if',
      condition,
      then,
      otherwise: tokens.nested(() => parseConditional(parser)),
    };
  }
  const otherwise = tokens.accept('else') ? parser.pipe() : identity;
  tokens.expect('end');
  return { type: 'if', condition, then, otherwise };
}

function parseTry(parser: Grammar): Node {
  const body = parseOperand(parser);
  const handler = parser.tokens.accept('catch') ? parseOperand(parser) : undefined;
  return { type: 'try', body, handler };
}

function parseOperand(parser: Grammar): Node {
  return parser.tokens.accept('-') ? { type: 'negate', body: parser.postfix() } : parser.postfix();
}

function parseBinder(parser: Grammar): Binder {
  const source = parser.expression();
  parser.tokens.expect('as');
  return { source, patterns: parsePatterns(parser) };
}

function parseReduce(parser: Grammar): Node {
  const { tokens } = parser;
  const binder = parseBinder(parser);
  tokens.expect('(');
  const init = parser.pipe();
  tokens.expect(';');
  const update = parser.pipe();
  tokens.expect(')');
  return { type: 'reduce', binder, init, update };
}

function parseForeach(parser: Grammar): Node {
  const { tokens } = parser;
  const binder = parseBinder(parser);
  tokens.expect('(');
  const init = parser.pipe();
  tokens.expect(';');
  const update = parser.pipe();
  const extract = tokens.accept(';') ? parser.pipe() : identity;
  tokens.expect(')');
  return { type: 'foreach', binder, init, update, extract };
}
