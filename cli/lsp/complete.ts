import { CompletionItemKind, type CompletionItem } from 'vscode-languageserver/node';
import type { JsonValue } from '../../kernel/json.ts';
import { expressionAt } from './expression-at.ts';
import { callsOf, jqFunctions, variables } from './jq-words.ts';
import type { KnownIntegration } from './known-integrations.ts';
import { readText, type Span } from './open-document.ts';
import { namesFor, referenceAt, valueAt } from './references.ts';
import type { createSchemaWalk } from './schema-walk.ts';
import { placeToComplete, type YamlPlace } from './yaml-place.ts';

export interface Knowledge {
  readonly walk: ReturnType<typeof createSchemaWalk>;
  readonly integrations: () => Promise<readonly KnownIntegration[]>;
}

/** What may be written at a place, and what it takes the place of. */
export interface Offer {
  readonly span: Span;
  readonly items: readonly CompletionItem[];
}

/** What may be written at an offset of a text. */
export async function complete(
  text: string,
  offset: number,
  knowledge: Knowledge,
): Promise<Offer | undefined> {
  const expression = expressionAt(text, offset);
  if (expression !== undefined)
    return { span: expression, items: inExpression(text, expression.start) };
  const place = placeToComplete(text, offset);
  if (place === undefined) return undefined;
  // The word itself is left out: half of it would fit no alternative.
  const { value } = readText(`${text.slice(0, place.start)}${text.slice(place.end)}`);
  const items = place.isKey
    ? await keysAt(value, place, { text, knowledge })
    : await valuesAt(value, place, knowledge);
  return { span: place, items };
}

function inExpression(text: string, start: number): readonly CompletionItem[] {
  // Behind a dot stands a field, which the input has and we don't know.
  if (text[start - 1] === '.') return [];
  return [
    ...Object.entries(variables).map(([label, documentation]) => ({
      label,
      kind: CompletionItemKind.Variable,
      documentation,
    })),
    ...jqFunctions().map((each) => ({
      label: each.name,
      kind: CompletionItemKind.Function,
      detail: callsOf(each),
      ...(each.meaning !== undefined && { documentation: each.meaning }),
    })),
  ];
}

interface Around {
  readonly text: string;
  readonly knowledge: Knowledge;
}

async function keysAt(
  value: unknown,
  { path, end }: YamlPlace,
  { text, knowledge }: Around,
): Promise<readonly CompletionItem[]> {
  const given = argumentsAt(value, path);
  const members = given
    ? (await operationOf(value, path, knowledge)).map(([name, documentation]) => ({
        ...{ name, documentation, isRequired: false },
      }))
    : knowledge.walk.members(value, path).map(({ name, schema, isRequired }) => ({
        ...{ name, isRequired, documentation: schema['description'] },
      }));
  const there = new Set(Object.keys(asRecord(valueAt(value, path))));
  const colon = /^\s*:/u.test(text.slice(end)) ? '' : ': ';
  return members
    .filter(({ name }) => !there.has(name))
    .map(({ name, documentation, isRequired }) => ({
      label: name,
      kind: CompletionItemKind.Property,
      insertText: `${name}${colon}`,
      sortText: `${isRequired ? '0' : '1'}${name}`,
      ...(isRequired && { detail: 'required' }),
      ...markdown(documentation),
    }));
}

async function valuesAt(
  value: unknown,
  { path }: YamlPlace,
  knowledge: Knowledge,
): Promise<readonly CompletionItem[]> {
  const reference = referenceAt(path);
  const named = knowledge.walk.values(value, path).map((each) => item(labelOf(each)));
  const own = path.at(-1) === 'call' ? ownCalls.map((name) => item(name)) : [];
  const referred = reference === undefined ? [] : namesFor(value, reference);
  const outside = isInIntegrationCall(value, path)
    ? await integrationNames(value, path, knowledge)
    : [];
  const all = [
    ...referred.map((name) => item(name, CompletionItemKind.Reference)),
    ...outside,
    ...named,
    ...own,
  ];
  return [...new Map(all.toReversed().map((each) => [each.label, each])).values()].toReversed();
}

/** Names by patterns of the schema, which it does not list. */
const ownCalls = ['integration', 'approval', 'render', 'agent'];

async function integrationNames(
  value: unknown,
  path: YamlPlace['path'],
  { integrations }: Knowledge,
): Promise<readonly CompletionItem[]> {
  const known = await integrations();
  if (path.at(-1) === 'integration')
    return known.map(({ name, kind }) => ({ ...item(name), detail: kind }));
  if (path.at(-1) !== 'operation') return [];
  const wanted = valueAt(value, [...path.slice(0, -1), 'integration']);
  const operations = known.find(({ name }) => name === wanted)?.operations ?? [];
  return operations.map(({ name, description }) => ({ ...item(name), ...markdown(description) }));
}

/** The arguments of the operation that a call names, with what is said of them. */
async function operationOf(
  value: unknown,
  path: YamlPlace['path'],
  { integrations }: Knowledge,
): Promise<readonly (readonly [string, unknown])[]> {
  const call = asRecord(valueAt(value, path.slice(0, -1)));
  const integration = (await integrations()).find(({ name }) => name === call['integration']);
  const operation = integration?.operations.find(({ name }) => name === call['operation']);
  const { properties } = asRecord(operation?.arguments);
  return Object.entries(asRecord(properties)).map(([name, schema]) => [
    name,
    asRecord(schema)['description'],
  ]);
}

function argumentsAt(value: unknown, path: YamlPlace['path']): boolean {
  return path.at(-1) === 'arguments' && isInIntegrationCall(value, path);
}

function isInIntegrationCall(value: unknown, path: YamlPlace['path']): boolean {
  const at = path.lastIndexOf('with');
  return at > 0 && valueAt(value, [...path.slice(0, at), 'call']) === 'integration';
}

function item(label: string, kind: CompletionItemKind = CompletionItemKind.Value): CompletionItem {
  return { label, kind };
}

function labelOf(value: JsonValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function markdown(text: unknown): Pick<CompletionItem, 'documentation'> {
  return typeof text === 'string' ? { documentation: { kind: 'markdown', value: text } } : {};
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : {};
}
