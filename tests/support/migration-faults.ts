/** What a process of the version before cannot live with, and what holds a table for as long as it takes to read it. */
const rules: readonly (readonly [name: string, pattern: RegExp])[] = [
  ['drops a table or view', /^drop (table|view|materialized view|schema)\b/],
  [
    'drops a column',
    /^alter table .*\bdrop (?!constraint\b|default\b|not null\b|expression\b|identity\b)/,
  ],
  ['reads a table that nobody may write meanwhile', /^create (unique )?index (?!concurrently\b)/],
  ['renames', /^alter (table|type|view|function|schema) .*\brename\b/],
  ['changes the type of a column', /^alter table .*\balter( column)? \S+( set data)? type\b/],
  [
    'makes a column that may be empty one that may not',
    /^alter table .*\balter( column)? \S+ set not null\b/,
  ],
  [
    'adds a column that old processes do not fill',
    /^alter table .*\badd( column)?( if not exists)? \S+ (?!.*\b(default|generated)\b)[^,]*\bnot null\b/,
  ],
  [
    'checks every row while it holds the table',
    /^alter table .*\badd constraint (?!.*\bnot valid\b).*\b(check|foreign key)\b/,
  ],
];

/** Says of a statement, in the line before it, why it is right here: the rest of an expansion, or a table that is new. */
const excuse = /^-- contract: \S/m;

/** What is wrong with a migration; nothing if each change can be lived with by processes of the version before. */
export function migrationFaults(sql: string): readonly string[] {
  return statementsOf(sql).flatMap((text) => {
    if (excuse.test(text)) return [];
    const plain = text.replaceAll(/--.*$/gm, '').replaceAll(/\s+/g, ' ').trim().toLowerCase();
    const made = new Set([...sql.matchAll(/^create table (\S+)/gim)].map(([, name]) => name));
    const [, table] =
      /^(?:alter table (?:if exists )?|create (?:unique )?index .*?\bon )(\S+)/.exec(plain) ?? [];
    if (made.has(table)) return [];
    return rules.filter(([, pattern]) => pattern.test(plain)).map(([name]) => `${name}: ${plain}`);
  });
}

/** Splits at semicolons that end a statement; bodies of functions are left whole. */
function statementsOf(sql: string): readonly string[] {
  const bodies: string[] = [];
  const folded = sql.replaceAll(/(\$\w*\$)[\s\S]*?\1/g, (body) => {
    bodies.push(body);
    return `$body${bodies.length - 1}$`;
  });
  return folded.split(/;\s*(?:\n|$)/).map((text) => text.trim());
}
