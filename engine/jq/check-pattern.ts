import type { Node } from './ast.ts';
import { buildPattern } from './builtins/regex-pattern.ts';
import { JqRuntimeError, JqSyntaxError } from './errors.ts';
import { RegexSyntaxError } from './regex/syntax.ts';

/** Where the functions that take a regular expression have its flags. */
const flagsAt: Readonly<Record<string, number | undefined>> = {
  'test/1': undefined,
  'test/2': 1,
  'match/1': undefined,
  'match/2': 1,
  'capture/1': undefined,
  'capture/2': 1,
  'scan/1': undefined,
  'scan/2': 1,
  'split/2': 1,
  'splits/1': undefined,
  'splits/2': 1,
  'sub/2': undefined,
  'sub/3': 2,
  'gsub/2': undefined,
  'gsub/3': 2,
};

/** A regular expression that is written out is compiled with the program, not when it is first used. */
export function checkPattern(key: string, args: readonly Node[], offset: number): void {
  if (!Object.hasOwn(flagsAt, key)) return;
  const pattern = textOf(args[0]);
  const at = flagsAt[key];
  const flags = at === undefined ? '' : (textOf(args[at]) ?? '');
  if (pattern === undefined) return;
  try {
    buildPattern(pattern, flags);
  } catch (error) {
    if (!(error instanceof RegexSyntaxError) && !(error instanceof JqRuntimeError)) throw error;
    const reason = error instanceof RegexSyntaxError ? 'is no regular expression: ' : '';
    throw new JqSyntaxError(`${JSON.stringify(pattern)} ${reason}${error.message}`, offset);
  }
}

function textOf(node: Node | undefined): string | undefined {
  return node?.type === 'literal' && typeof node.value === 'string' ? node.value : undefined;
}
