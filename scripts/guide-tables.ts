// Writes the parts of the guide that are made from the code: what own calls take, and the functions of jq.
// With --check it only says whether they are as the code would have them.
import { readFileSync, writeFileSync } from 'node:fs';

import callSchemas from '../engine/calls/calls.schema.json' with { type: 'json' };
import { compileJq } from '../engine/jq/compile.ts';

interface ArgumentSchema {
  readonly description?: string;
  readonly title?: string;
  readonly type?: string;
  readonly $ref?: string;
}

const folder = new URL('../docs/guide/', import.meta.url);
const definitions = callSchemas.$defs;

const generated: readonly {
  readonly page: string;
  readonly part: string;
  readonly text: string;
}[] = [
  ...(['integration', 'approval', 'render', 'agent'] as const).map((call) => ({
    page: '03-own-calls.md',
    part: call,
    text: argumentTable(`${call}Call`),
  })),
  { page: '04-expressions.md', part: 'functions', text: functionList() },
];

function argumentTable(
  name: 'integrationCall' | 'approvalCall' | 'renderCall' | 'agentCall',
): string {
  const { properties, required }: { properties: object; required: readonly string[] } =
    definitions[name];
  const rows = Object.entries<ArgumentSchema>({ ...properties }).map(([property, schema]) => [
    `\`${property}\``,
    required.includes(property) ? 'yes' : 'no',
    formOf(schema),
    schema.description ?? '',
  ]);
  return tableOf([['argument', 'needed', 'form', 'what'], ...rows]);
}

function formOf({ title, type, $ref }: ArgumentSchema): string {
  const words = $ref === undefined ? title : titleOf($ref);
  if (words === undefined) return type === undefined ? 'any value' : 'a text';
  return words
    .replace(', or an expression in ${ }', '')
    .replaceAll(/\{[^}]+\}|\b[A-Z]{4,}\b|\bPT\w+\b/g, (code) => `\`${code}\``);
}

/** What a definition that arguments share says of its form. */
function titleOf(ref: string): string {
  const name = ref.replace('#/$defs/', '');
  const [, shared] = Object.entries(definitions).find(([each]) => each === name) ?? [];
  if (shared === undefined || !('title' in shared)) throw new Error(`${ref} says no form`);
  return shared.title;
}

function tableOf(rows: readonly (readonly string[])[]): string {
  const [head = []] = rows;
  const widths = head.map((_, column) =>
    Math.max(...rows.map((cells) => cells[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
  return [line(head), rule, ...rows.slice(1).map(line)].join('\n');
}

/** As the evaluator itself lists them; `now` is there because a job has a clock. */
function functionList(): string {
  const [names] = compileJq('builtins', { variables: [], host: { now: () => 0 } }).run(null, {});
  const sorted = [...new Set([...listOf(names), 'now/0'])].toSorted((a, b) =>
    a.localeCompare(b, 'en'),
  );
  const lines = sorted
    .map((name) => `\`${name}\``)
    .reduce<string[]>((all, name) => {
      const last = all.at(-1) ?? '';
      return last !== '' && last.length + name.length < 118
        ? [...all.slice(0, -1), `${last} ${name}`]
        : [...all, name];
    }, []);
  return lines.join('\n');
}

function listOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

const isCheck = process.argv.includes('--check');
for (const { page, part, text } of generated) {
  const url = new URL(page, folder);
  const before = readFileSync(url, 'utf8');
  const pattern = new RegExp(`(<!-- generated: ${part} -->\n)[^]*?(<!-- end -->)`);
  if (!pattern.test(before)) throw new Error(`${page} has no place for ${part}`);
  const after = before.replace(
    pattern,
    (_, start: string, end: string) => `${start}\n${text}\n\n${end}`,
  );
  if (after === before) continue;
  if (!isCheck) writeFileSync(url, after);
  else {
    console.error(`docs/guide/${page} is not up to date: node scripts/guide-tables.ts`);
    process.exitCode = 1;
  }
}
