/** What a text of protobuf has that does not belong there, by its line. */
export class ProtoTextError extends Error {
  override readonly name = 'ProtoTextError';
}

/** A word, number, text or sign, with the line it stands in. */
export interface Token {
  readonly kind: 'word' | 'number' | 'text' | 'sign' | 'end';
  /** Of a text, what is between its quotes. */
  readonly text: string;
  readonly line: number;
}

// Each alternative is tried once at a place and reads forward only: the time is linear in the text.
const pattern =
  /(?<space>[\s\uFEFF]+|\/\/[^\n]*|\/\*[^*]*\*+(?:[^/*][^*]*\*+)*\/)|(?<word>[A-Za-z_]\w*)|(?<number>\d[\w.]*(?:[eE][+-]?\d+)?|\.\d[\w.]*)|(?<text>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')|(?<sign>[;{}()[\]<>=,.:+/-])/uy;

/** The tokens of a text, the last one of kind `end`. */
function tokensOf(source: string): readonly Token[] {
  const tokens: Token[] = [];
  let line = 1;
  let at = 0;
  while (at < source.length) {
    pattern.lastIndex = at;
    const match = pattern.exec(source);
    if (match === null)
      throw new ProtoTextError(`line ${String(line)}: nothing of protobuf begins like that`);
    const [whole] = match;
    const token = asToken(match.groups ?? {}, line);
    if (token !== undefined) tokens.push(token);
    line += linesIn(whole);
    at += whole.length;
  }
  tokens.push({ kind: 'end', text: '', line });
  return tokens;
}

function asToken(
  groups: Readonly<Record<string, string | undefined>>,
  line: number,
): Token | undefined {
  for (const kind of ['word', 'number', 'sign'] as const) {
    const text = groups[kind];
    if (text !== undefined) return { kind, text, line };
  }
  const quoted = groups['text'];
  return quoted === undefined ? undefined : { kind: 'text', text: quoted.slice(1, -1), line };
}

function linesIn(text: string): number {
  return text.split('\n').length - 1;
}

/** Reads tokens one after the other. */
export interface Reader {
  peek(ahead?: number): Token;
  next(): Token;
  /** The word that comes next. */
  word(): string;
  /** A name with dots. */
  path(): string;
  /** Takes the sign or word where it comes next. */
  takes(text: string): boolean;
  expect(text: string): void;
  fail(message: string): ProtoTextError;
}

export function readerOf(source: string): Reader {
  const tokens = tokensOf(source);
  const end: Token = { kind: 'end', text: '', line: 0 };
  let at = 0;
  const peek = (ahead = 0): Token => tokens[at + ahead] ?? tokens.at(-1) ?? end;
  const fail = (message: string): ProtoTextError =>
    new ProtoTextError(`line ${String(peek().line)}: ${message}`);
  const next = (): Token => {
    const token = peek();
    at += 1;
    return token;
  };
  const takes = (text: string): boolean => {
    const token = peek();
    const isIt = token.text === text && (token.kind === 'sign' || token.kind === 'word');
    if (isIt) at += 1;
    return isIt;
  };
  const word = (): string => {
    if (peek().kind !== 'word') throw fail('a name is missing');
    return next().text;
  };
  return {
    ...{ peek, next, takes, word, fail },
    path() {
      const parts = [takes('.') ? '.' : '', word()];
      while (takes('.')) parts.push('.', word());
      return parts.join('');
    },
    expect(text) {
      if (!takes(text)) throw fail(`${JSON.stringify(text)} is missing`);
    },
  };
}
