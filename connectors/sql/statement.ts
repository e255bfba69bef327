const reading = ['select', 'with', 'values', 'table', 'show', 'explain'];
const changing = [...reading, 'insert', 'update', 'delete', 'merge', 'replace', 'call'];

/**
 * What is wrong with a statement that an author writes. The database itself sees to it that a read changes nothing and that
 * there is one statement; this keeps out the kinds that act outside of transactions: COPY, DO, SET, LOAD, DDL.
 */
export function statementFault(statement: string, access: 'read' | 'write'): string | undefined {
  if (statement.includes('\0')) return 'it has a NUL character';
  if (/\/\*M?!/.test(statement)) return 'comments that are executed are not allowed';
  const bare = withoutTexts(statement);
  const verb = /^[\s(]*([a-z]+)/i.exec(bare)?.[1]?.toLowerCase() ?? '';
  const allowed = access === 'read' ? reading : changing;
  if (!allowed.includes(verb))
    return `a statement to ${access} begins with ${allowed.join(', ').toUpperCase()}`;
  if (/;\s*\S/.test(bare)) return 'it has to be one statement';
  return /\binto\s+(?:out|dump)file\b/i.test(bare) ? 'it may not write files' : undefined;
}

/** Places where a comment or a quoted text begins, and what ends it. */
const openings: readonly (readonly [string, string])[] = [
  ['--', '\n'],
  ['#', '\n'],
  ['/*', '*/'],
  ["'", "'"],
  ['"', '"'],
  ['`', '`'],
];

/** The statement without comments and quoted texts. Quotes within quotes are doubled, so they end and begin a text. */
function withoutTexts(statement: string): string {
  let bare = '';
  let at = 0;
  while (at < statement.length) {
    const opening = openings.find(([start]) => statement.startsWith(start, at));
    if (opening === undefined) {
      bare += statement.charAt(at);
      at += 1;
      continue;
    }
    const [start, end] = opening;
    const found = statement.indexOf(end, at + start.length);
    at = found < 0 ? statement.length : found + end.length;
    bare += ' ';
  }
  return bare;
}
