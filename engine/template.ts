/** What a text of the definition is, as far as `${ }` goes. */
export type Template =
  | { readonly kind: 'literal' }
  | { readonly kind: 'expression'; readonly source: string }
  | { readonly kind: 'mixed'; readonly parts: readonly TemplatePart[] }
  | { readonly kind: 'unclosed'; readonly offset: number };

export type TemplatePart = { readonly text: string } | { readonly source: string };

/** Splits a text at its `${ }`; braces inside jq strings, objects and comments do not end an expression. */
export function parseTemplate(text: string): Template {
  if (!text.includes('${')) return { kind: 'literal' };
  const parts: TemplatePart[] = [];
  let from = 0;
  for (let start = text.indexOf('${'); start >= 0; start = text.indexOf('${', from)) {
    const end = closingBrace(text, start + 2);
    if (end < 0) return { kind: 'unclosed', offset: start };
    if (start > from) parts.push({ text: text.slice(from, start) });
    parts.push({ source: text.slice(start + 2, end).trim() });
    from = end + 1;
  }
  if (from < text.length) parts.push({ text: text.slice(from) });
  return wholeExpression(parts) ?? { kind: 'mixed', parts };
}

function wholeExpression(parts: readonly TemplatePart[]): Template | undefined {
  const [only, ...others] = parts.filter((part) => 'source' in part || part.text.trim() !== '');
  if (only === undefined || others.length > 0 || !('source' in only)) return undefined;
  return { kind: 'expression', source: only.source };
}

/** Source of an expression-typed field: the inside of `${ }` when wrapped, else the text itself. */
export function unwrap(text: string): string {
  const template = parseTemplate(text);
  return template.kind === 'expression' ? template.source : text;
}

type Nesting = '{' | '(' | '"';

/** Index of the brace that closes an expression starting at `from`, or -1. */
function closingBrace(text: string, from: number): number {
  const nesting: Nesting[] = [];
  for (let index = from; index < text.length; index += 1) {
    const char = text.charAt(index);
    if (nesting.at(-1) === '"') index = insideString(text, index, nesting);
    else if (char === '#') index = endOfLine(text, index);
    else if (char === '}' && nesting.length === 0) return index;
    else nest(char, nesting);
  }
  return -1;
}

function nest(char: string, nesting: Nesting[]): void {
  if (char === '{' || char === '(' || char === '"') nesting.push(char);
  else if (char === '}' && nesting.at(-1) === '{') nesting.pop();
  else if (char === ')' && nesting.at(-1) === '(') nesting.pop();
}

function insideString(text: string, index: number, nesting: Nesting[]): number {
  const char = text.charAt(index);
  if (char === '"') nesting.pop();
  if (char !== '\\') return index;
  if (text.charAt(index + 1) === '(') nesting.push('(');
  return index + 1;
}

function endOfLine(text: string, index: number): number {
  const end = text.indexOf('\n', index);
  return end < 0 ? text.length : end;
}
