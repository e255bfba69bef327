import type { Completion, CompletionContext, CompletionResult } from '@codemirror/autocomplete';

import { type Place, placeOf } from './place.ts';
import { keysAt, type Node, valuesAt, type Word } from './schema-walk.ts';

interface Language {
  readonly schema: Node;
  /** `name/arity` */
  readonly functions: readonly string[];
}

let known: Promise<Language> | undefined;

/** Loaded when somebody writes: who only looks needs none of it. */
function language(): Promise<Language> {
  known ??= import('../../../_generated/language.json').then(
    // Written by `npm run codegen` from the engine.
    ({ default: said }) => said as unknown as Language,
  );
  return known;
}

const variables = [
  ...['$context', '$input', '$output', '$workflow', '$task', '$runtime'],
  ...['$secrets', '$authorization'],
];

/** Functions and variables inside `${ }`, else values and keys by the schema. */
export async function complete(context: CompletionContext): Promise<CompletionResult | null> {
  const { state, pos } = context;
  const line = state.doc.lineAt(pos);
  const before = line.text.slice(0, pos - line.from);
  if (before.lastIndexOf('${') > before.lastIndexOf('}')) return inExpression(context, before);
  const place = placeOf(state.doc.sliceString(0).split('\n'), line.number - 1);
  const [, key, value = ''] = /^[\s-]*([\w'"-]+):\s+(\S*)$/.exec(before) ?? [];
  return key === undefined
    ? ofKeys(context, before, place)
    : ofValues(pos - value.length, key, place);
}

async function inExpression(
  { pos, explicit }: CompletionContext,
  before: string,
): Promise<CompletionResult | null> {
  const word = /[$A-Za-z_]\w*$/.exec(before)?.[0] ?? '';
  if (word === '' && !explicit) return null;
  const { functions } = await language();
  return { from: pos - word.length, options: expressionWords(functions), validFor: /^[$\w]*$/ };
}

async function ofValues(from: number, key: string, place: Place): Promise<CompletionResult | null> {
  const { schema } = await language();
  const options = valuesAt(schema, place, key).map((word) => optionOf(word, ''));
  return options.length === 0 ? null : { from, options, validFor: /^\S*$/ };
}

async function ofKeys(
  { pos, explicit }: CompletionContext,
  before: string,
  place: Place,
): Promise<CompletionResult | null> {
  const [, word] = /^[\s-]*(\w*)$/.exec(before) ?? [];
  if (word === undefined || (word === '' && !explicit)) return null;
  const { schema } = await language();
  const options = keysAt(schema, place).map((one) => optionOf(one, ': '));
  return options.length === 0 ? null : { from: pos - word.length, options, validFor: /^\w*$/ };
}

function optionOf({ name, about }: Word, end: string): Completion {
  return { label: name, apply: `${name}${end}`, ...(about !== undefined && { info: about }) };
}

function expressionWords(functions: readonly string[]): readonly Completion[] {
  const arities = new Map<string, string[]>();
  for (const text of functions) {
    const [name = '', arity = '0'] = text.split('/');
    arities.set(name, [...(arities.get(name) ?? []), arity]);
  }
  return [
    ...variables.map((label) => ({ label, type: 'variable', boost: 1 })),
    ...[...arities].map(([label, counts]) => ({
      ...{ label, type: 'function' },
      detail: counts.every((count) => count === '0') ? '' : `/${counts.join(', /')}`,
      apply: counts.includes('0') ? label : `${label}(`,
    })),
  ];
}
