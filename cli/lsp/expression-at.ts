import { wordBefore } from './word-around.ts';

/** A word inside `${ }`. */
export interface ExpressionWord {
  readonly word: string;
  readonly start: number;
  readonly end: number;
}

/** No expression is longer than what is looked at before the place. */
const maxLookBack = 20_000;

/** The word at an offset inside an expression; undefined outside of `${ }` and inside its texts. */
export function expressionAt(text: string, offset: number): ExpressionWord | undefined {
  const before = text.slice(Math.max(0, offset - maxLookBack), offset);
  const opened = before.lastIndexOf('${');
  if (opened < 0 || !isOpen(before.slice(opened + 2))) return undefined;
  const head = wordBefore(before, before.length, /[\w$@]/u);
  const tail = /^\w*/u.exec(text.slice(offset))?.[0] ?? '';
  return { word: head + tail, start: offset - head.length, end: offset + tail.length };
}

/** True when the braces of the source are open yet, and the end is in no text of it. */
function isOpen(source: string): boolean {
  let depth = 1;
  let isText = false;
  for (let at = 0; at < source.length && depth > 0; at += 1) {
    const char = source[at];
    if (char === '\\') at += 1;
    else if (char === '"') isText = !isText;
    else if (!isText && char === '{') depth += 1;
    else if (!isText && char === '}') depth -= 1;
  }
  return depth > 0 && !isText;
}
