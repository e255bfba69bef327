import { Lexer } from 'yaml';

/** Where a text is nested deeper than allowed, found without recursion and before anything is built from it. */
export function findDeepNesting(
  source: string,
  limit: number,
): { readonly line: number; readonly column: number } | undefined {
  const nesting = { flow: 0, block: 0 };
  let offset = 0;
  for (const lexeme of new Lexer().lex(source)) {
    track(nesting, lexeme);
    if (nesting.flow + nesting.block > limit) return lineAndColumn(source, offset);
    offset += isControl(lexeme) ? 0 : lexeme.length;
  }
  return undefined;
}

/** `- - - x` nests in one line; block indentation in turn is bounded by the size of the text. */
function track(nesting: { flow: number; block: number }, lexeme: string): void {
  if (lexeme === '[' || lexeme === '{') nesting.flow += 1;
  else if (lexeme === ']' || lexeme === '}') nesting.flow -= 1;
  else if (lexeme === '-' || lexeme === '?') nesting.block += 1;
  else if (lexeme.startsWith('\n') || lexeme.startsWith('\r')) nesting.block = 0;
}

/** The lexer marks documents, flow ends and scalars with characters that are not in the text. */
function isControl(lexeme: string): boolean {
  return lexeme === '\u0002' || lexeme === '\u0018' || lexeme === '\u001f';
}

function lineAndColumn(
  source: string,
  offset: number,
): { readonly line: number; readonly column: number } {
  const before = source.slice(0, offset).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}
