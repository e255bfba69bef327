import { identity } from './ast.ts';
import type { Definition, Node } from './ast.ts';
import type { Grammar } from './grammar.ts';
import { optional, tried } from './optional-access.ts';
import { operatorAt, withOperator } from './operators.ts';
import type { Operator } from './operators.ts';
import { parseKeyword } from './parse-control.ts';
import { parseObject } from './parse-object.ts';
import { parsePatterns } from './parse-pattern.ts';
import { TokenReader } from './token-reader.ts';
import { literalNumber } from './values/kinds.ts';

/** Parses a program; throws `JqSyntaxError` for anything that is none. */
export function parse(source: string): Node {
  return new Parser(source).program();
}

/** Parses definitions without a main expression, as the prelude has them. */
export function parseDefinition(source: string): Definition {
  return new Parser(source).definition();
}

/** Recursive descent over one program; the methods mirror jq's grammar. */
class Parser implements Grammar {
  readonly tokens: TokenReader;

  constructor(source: string) {
    this.tokens = new TokenReader(source);
  }

  program(): Node {
    if (this.tokens.isAtEnd()) return identity;
    const program = this.pipe();
    if (!this.tokens.isAtEnd()) this.tokens.fail('expected an operator or the end');
    return program;
  }

  pipe(): Node {
    return this.tokens.nested(() => {
      if (this.tokens.isAt('def')) {
        const definition = this.definition();
        return { type: 'define', definition, body: this.pipe() };
      }
      let left = this.#item();
      while (this.tokens.accept(',')) {
        this.tokens.deeper();
        left = { type: 'comma', left, right: this.#item() };
      }
      return this.tokens.accept('|') ? { type: 'pipe', left, right: this.pipe() } : left;
    });
  }

  /** What stands between commas; a definition, label or binding reaches as far as it can. */
  #item(): Node {
    if (this.tokens.isAt('def')) return this.pipe();
    if (this.tokens.accept('label')) return this.#label();
    const source = this.expression();
    if (!this.tokens.accept('as')) return source;
    const binder = { source, patterns: parsePatterns(this) };
    this.tokens.expect('|');
    return { type: 'bind', binder, body: this.pipe() };
  }

  expression(): Node {
    return this.#binary(0);
  }

  definition(): Definition {
    this.tokens.expect('def');
    const name = this.#functionName();
    const parameters: string[] = [];
    if (this.tokens.accept('(')) {
      do parameters.push(this.#parameter());
      while (this.tokens.accept(';'));
      this.tokens.expect(')');
    }
    this.tokens.expect(':');
    const body = this.pipe();
    this.tokens.expect(';');
    return { name, parameters, body };
  }

  #functionName(): string {
    const { kind, text } = this.tokens.next;
    if (kind !== 'identifier' && kind !== 'keyword') this.tokens.fail('expected a function name');
    this.tokens.take();
    return text;
  }

  #parameter(): string {
    return this.tokens.next.kind === 'variable' ? `$${this.variableName()}` : this.#functionName();
  }

  /** Precedence climbing over all operators that bind at least as tightly as `minimum`. */
  #binary(minimum: number): Node {
    return this.tokens.nested(() => {
      let left = this.#unary();
      let operator = operatorAt(this.tokens.next);
      while (operator !== undefined && operator.precedence >= minimum) {
        this.tokens.take();
        this.tokens.deeper();
        left = withOperator(operator, left, this.#operand(operator));
        operator = this.#following(operator);
      }
      return left;
    });
  }

  #operand(operator: Operator): Node {
    return this.#binary(
      operator.associativity === 'right' ? operator.precedence : operator.precedence + 1,
    );
  }

  #following(operator: Operator): Operator | undefined {
    const next = operatorAt(this.tokens.next);
    const isChained = next?.precedence === operator.precedence && operator.associativity === 'none';
    if (isChained) this.tokens.fail('this operator cannot be chained, use parentheses');
    return next;
  }

  #unary(): Node {
    if (!this.tokens.accept('-')) return this.postfix();
    return { type: 'negate', body: this.#binary(negationPrecedence) };
  }

  #label(): Node {
    const name = this.variableName();
    this.tokens.expect('|');
    return { type: 'label', name, body: this.pipe() };
  }

  postfix(): Node {
    const isAccess = this.tokens.next.kind === 'field' || this.tokens.isAt('.');
    let node = this.#term();
    // What stands in parentheses is tried as a whole.
    let attempt = isAccess ? optional : tried;
    for (;;) {
      const isTried = this.tokens.accept('?');
      const next = isTried ? attempt(node) : this.#suffix(node);
      if (next === undefined) return node;
      this.tokens.deeper();
      attempt = isTried ? tried : optional;
      node = next;
    }
  }

  #suffix(target: Node): Node | undefined {
    if (this.tokens.next.kind === 'field') return this.#field(target);
    if (this.tokens.accept('[')) return this.#brackets(target);
    if (!this.tokens.accept('.')) return undefined;
    if (this.tokens.accept('[')) return this.#brackets(target);
    return { type: 'index', target, key: this.string() };
  }

  #field(target: Node): Node {
    return { type: 'index', target, key: { type: 'literal', value: this.tokens.take().text } };
  }

  /** What follows `[` after a term: `]`, `key]`, `from:to]`. */
  #brackets(target: Node): Node {
    if (this.tokens.accept(']')) return { type: 'iterate', target };
    const nothing: Node = { type: 'literal', value: null };
    if (this.tokens.accept(':')) return this.#slice(target, nothing);
    const key = this.pipe();
    if (!this.tokens.accept(':')) {
      this.tokens.expect(']');
      return { type: 'index', target, key };
    }
    if (this.tokens.accept(']')) return { type: 'slice', target, from: key, to: nothing };
    return this.#slice(target, key);
  }

  #slice(target: Node, from: Node): Node {
    const to = this.pipe();
    this.tokens.expect(']');
    return { type: 'slice', target, from, to };
  }

  #term(): Node {
    const { kind, text } = this.tokens.next;
    switch (kind) {
      case 'field':
        return this.#field(identity);
      case 'quote':
      case 'format':
        return this.#quoted();
      case 'number':
        this.tokens.take();
        return { type: 'literal', value: literalNumber(text) };
      case 'variable':
        return this.variable();
      case 'identifier':
        return this.#call();
      case 'keyword':
        return parseKeyword(this);
      case 'operator':
        return this.#bracketed(text);
      default:
        return this.tokens.fail('expected an expression');
    }
  }

  variable(): Node {
    const { text, offset } = this.tokens.take();
    if (text === '__loc__') return { type: 'location', line: this.tokens.lineAt(offset) };
    return { type: 'variable', name: text, offset };
  }

  variableName(): string {
    const { kind, text } = this.tokens.next;
    // `$__loc__` is where it stands, not a name to bind.
    if (kind !== 'variable' || text === '__loc__') this.tokens.fail('expected a variable');
    return this.tokens.take().text;
  }

  #call(): Node {
    const { text, offset } = this.tokens.take();
    const args: Node[] = [];
    if (this.tokens.accept('(')) {
      do args.push(this.pipe());
      while (this.tokens.accept(';'));
      this.tokens.expect(')');
    }
    const isConstant =
      args.length === 0 && (text === 'null' || text === 'true' || text === 'false');
    return isConstant
      ? { type: 'literal', value: text === 'null' ? null : text === 'true' }
      : { type: 'call', name: text, args, offset };
  }

  #bracketed(text: string): Node {
    switch (text) {
      case '.':
        this.tokens.take();
        return this.#afterDot();
      case '..':
        return { type: 'call', name: 'recurse', args: [], offset: this.tokens.take().offset };
      case '(':
        return this.#parenthesized();
      case '[':
        return this.#array();
      case '{':
        this.tokens.take();
        return parseObject(this);
      default:
        return this.tokens.fail('expected an expression');
    }
  }

  #afterDot(): Node {
    const isName = this.tokens.next.kind === 'quote' || this.tokens.next.kind === 'format';
    return isName ? { type: 'index', target: identity, key: this.string() } : identity;
  }

  #parenthesized(): Node {
    this.tokens.expect('(');
    const body = this.pipe();
    this.tokens.expect(')');
    return body;
  }

  #array(): Node {
    this.tokens.expect('[');
    if (this.tokens.accept(']')) return { type: 'array', body: undefined };
    const body = this.pipe();
    this.tokens.expect(']');
    return { type: 'array', body };
  }

  #quoted(): Node {
    const { kind, text, offset } = this.tokens.next;
    if (kind === 'quote') return this.string();
    this.tokens.take();
    return this.tokens.next.kind === 'quote'
      ? this.#stringParts(text)
      : { type: 'format', format: text, offset };
  }

  string(): Node {
    const { kind, text } = this.tokens.next;
    if (kind === 'format') this.tokens.take();
    if (this.tokens.next.kind !== 'quote') this.tokens.fail('expected a string');
    return this.#stringParts(kind === 'format' ? text : 'text');
  }

  #stringParts(format: string): Node {
    this.tokens.take();
    const parts: (string | Node)[] = [];
    for (let token = this.tokens.take(); token.kind !== 'quote'; token = this.tokens.take()) {
      if (token.kind === 'text') parts.push(token.text);
      else parts.push(this.#interpolated());
    }
    const [text = ''] = parts;
    if (parts.length < 2 && typeof text === 'string') return { type: 'literal', value: text };
    return { type: 'string', format, parts };
  }

  #interpolated(): Node {
    const body = this.pipe();
    this.tokens.expect(')');
    return body;
  }
}

// `-a * b` is -(a * b) and `-a + b` is (-a) + b.
const negationPrecedence = 8;
