import { Lexer } from 'yaml';
import type { Limits } from '../limits.ts';
import type { Finding } from './finding.ts';
import type { Position } from './positions.ts';

/** What a text has too much of, and where. */
export interface Excess {
  readonly finding: Pick<Finding, 'id' | 'message' | 'hint'>;
  readonly at: Position;
}

/** Pieces of text that the parser may meet for each value: indentation, marks and line ends besides the value itself. */
const lexemesOfNode = 5;

/** Where a text is nested too deeply or has too many parts, found without recursion and before anything is built from it. */
export function findExcess(
  source: string,
  { definitionDepth, definitionNodes }: Pick<Limits, 'definitionDepth' | 'definitionNodes'>,
): Excess | undefined {
  const nesting = { flow: 0, block: 0 };
  let offset = 0;
  let lexemes = 0;
  for (const lexeme of new Lexer().lex(source)) {
    track(nesting, lexeme);
    lexemes += 1;
    if (nesting.flow + nesting.block > definitionDepth)
      return { finding: tooDeep(definitionDepth), at: lineAndColumn(source, offset) };
    if (lexemes > definitionNodes * lexemesOfNode)
      return { finding: tooMany(definitionNodes), at: lineAndColumn(source, offset) };
    offset += isControl(lexeme) ? 0 : lexeme.length;
  }
  return undefined;
}

function tooDeep(limit: number): Excess['finding'] {
  const message = `the document is nested deeper than ${String(limit)} levels`;
  return { id: 'source/too-deep', message, hint: 'Flatten it.' };
}

function tooMany(limit: number): Excess['finding'] {
  const message = `the document has more than ${String(limit)} values`;
  return { id: 'source/too-many-values', message, hint: 'Split it into sub-workflows.' };
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

/** The place of an offset, for a text that nothing else was made of yet. */
export function lineAndColumn(source: string, offset: number): Position {
  const before = source.slice(0, offset).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}
