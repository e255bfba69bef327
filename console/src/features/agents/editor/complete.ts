import type {
  Completion,
  CompletionContext,
  CompletionResult,
  CompletionSource,
} from '@codemirror/autocomplete';

import { namesInDocument } from './document-names.ts';
import { type OwnNames, ownKeysAt, ownValuesAt } from './own-names.ts';
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

/** Functions and variables inside `${ }`, else values and keys by the schema and by what the tenant has. */
export function completeWith(names: OwnNames): CompletionSource {
  return async (context) => {
    const { state, pos } = context;
    const line = state.doc.lineAt(pos);
    const before = line.text.slice(0, pos - line.from);
    if (before.lastIndexOf('${') > before.lastIndexOf('}')) return inExpression(context, before);
    const texts = state.doc.sliceString(0).split('\n');
    const at = line.number - 1;
    const spot = { texts, at, place: placeOf(texts, at), names };
    const [, key, value = ''] = /^[\s-]*([\w'"-]+):\s+(\S*)$/.exec(before) ?? [];
    return key === undefined
      ? ofKeys(context, before, spot)
      : ofValues(pos - value.length, key, spot);
  };
}

/** Where the cursor stands, and who knows what may stand there. */
interface Spot {
  readonly texts: readonly string[];
  readonly at: number;
  readonly place: Place;
  readonly names: OwnNames;
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

async function ofValues(
  from: number,
  key: string,
  { texts, at, place, names }: Spot,
): Promise<CompletionResult | null> {
  const { schema } = await language();
  const here = namesInDocument(texts, at, { path: place.path, key });
  const words = [
    ...here.map((name) => ({ name, about: undefined })),
    ...(await ownValuesAt(names, place, key)),
    ...valuesAt(schema, place, key),
  ];
  return words.length === 0 ? null : { from, options: optionsOf(words, ''), validFor: /^\S*$/ };
}

async function ofKeys(
  { pos, explicit }: CompletionContext,
  before: string,
  { place, names }: Spot,
): Promise<CompletionResult | null> {
  const [, word] = /^[\s-]*(\w*)$/.exec(before) ?? [];
  if (word === undefined || (word === '' && !explicit)) return null;
  const { schema } = await language();
  const words = [...(await ownKeysAt(names, place)), ...keysAt(schema, place)];
  if (words.length === 0) return null;
  return { from: pos - word.length, options: optionsOf(words, ': '), validFor: /^\w*$/ };
}

/** Each name once, as it was said first. */
function optionsOf(words: readonly Word[], end: string): readonly Completion[] {
  const byName = new Map(words.toReversed().map((word) => [word.name, word]));
  return [...byName.values()].toReversed().map((word) => optionOf(word, end));
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
