import { isJsonObject, parseJson, type JsonObject, type JsonValue } from '../../../kernel/json.ts';
import { escapeMarkup } from '../../../kernel/markup.ts';
import type { DecideTexts } from './decide-texts.ts';

/** Names of the inputs begin so; those of the page itself do not. */
const prefix = 'data/';
const whole = 'data';
/** A text that may be longer is written on several lines. */
const lineLength = 200;

/** What somebody has filled in, by the name of its input. */
export type Entries = ReadonlyMap<string, string>;

interface Field {
  readonly name: string;
  readonly schema: JsonObject;
  readonly isRequired: boolean;
}

/** The inputs for a form: one for each property that a page without scripts can ask for, else JSON. */
export function formFields(form: JsonValue, entries: Entries, texts: DecideTexts): string {
  const fields = fieldsOf(form);
  if (fields === undefined) return jsonInput({ name: whole, label: texts.json }, entries);
  return fields.map((field) => input(field, entries, texts)).join('\n');
}

/** What was filled in, as the form wants it; what is left empty is left out. What does not fit the platform says. */
export function filledIn(form: JsonValue, entries: Entries): JsonValue | undefined {
  const fields = fieldsOf(form);
  if (fields === undefined) return jsonOf(entries.get(whole) ?? '');
  const members = fields.flatMap(({ name, schema }) => {
    const value = valueOf(schema, entries.get(prefix + name) ?? '');
    return value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(members);
}

function fieldsOf(form: JsonValue): readonly Field[] | undefined {
  const properties = isJsonObject(form) ? form['properties'] : undefined;
  if (!isJsonObject(form) || !isJsonObject(properties)) return undefined;
  const { required } = form;
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    schema: isJsonObject(schema) ? schema : {},
    isRequired: isJsonArray(required) && required.includes(name),
  }));
}

function valueOf(schema: JsonObject, text: string): JsonValue | undefined {
  if (text === '') return undefined;
  const choices = choicesOf(schema);
  if (choices !== undefined) return choices.find((choice) => JSON.stringify(choice) === text);
  const { type } = schema;
  if (type === 'string') return text;
  return type === 'boolean' || type === 'number' || type === 'integer'
    ? jsonOf(text.trim())
    : jsonOf(text);
}

/** JSON as it is meant, or the text, of which the platform says that it does not fit. */
function jsonOf(text: string): JsonValue | undefined {
  if (text.trim() === '') return undefined;
  try {
    return parseJson(text);
  } catch {
    return text;
  }
}

function choicesOf({ enum: choices, type }: JsonObject): readonly JsonValue[] | undefined {
  if (isJsonArray(choices)) return choices;
  return type === 'boolean' ? [true, false] : undefined;
}

function isJsonArray(value: JsonValue | undefined): value is JsonValue[] {
  return Array.isArray(value);
}

function input({ name, schema, isRequired }: Field, entries: Entries, texts: DecideTexts): string {
  const { title, description } = schema;
  const own = typeof title === 'string' && title !== '' ? title : name;
  const label = `${escapeMarkup(own)}${isRequired ? ` <small>(${texts.required})</small>` : ''}`;
  const hint = typeof description === 'string' ? `<small>${escapeMarkup(description)}</small>` : '';
  const control = controlOf({ name, schema, isRequired }, entries, texts);
  return control === undefined
    ? jsonInput({ name: prefix + name, label: `${label} <small>(JSON)</small>${hint}` }, entries)
    : `<label><span>${label}</span>${control}${hint}</label>`;
}

/** Undefined for what is asked for as JSON. */
function controlOf(field: Field, entries: Entries, texts: DecideTexts): string | undefined {
  const { name, schema, isRequired } = field;
  const { type } = schema;
  const text = entries.get(prefix + name) ?? startOf(schema);
  const named = `name="${escapeMarkup(prefix + name)}"${isRequired ? ' required' : ''}`;
  const choices = choicesOf(schema);
  if (choices !== undefined) return choice(named, { choices, text, texts });
  if (type === 'number' || type === 'integer')
    return `<input ${named} value="${escapeMarkup(text)}" inputmode="decimal" autocomplete="off">`;
  return type === 'string' ? textInput(named, schema, text) : undefined;
}

function textInput(named: string, { format, maxLength }: JsonObject, text: string): string {
  if (typeof maxLength === 'number' && maxLength > lineLength)
    return `<textarea ${named} rows="4">\n${escapeMarkup(text)}</textarea>`;
  const kind = typeof format === 'string' ? (inputTypes.get(format) ?? 'text') : 'text';
  return `<input type="${kind}" ${named} value="${escapeMarkup(text)}">`;
}

const inputTypes: ReadonlyMap<string, string> = new Map([
  ['date', 'date'],
  ['email', 'email'],
  ['uri', 'url'],
]);

function startOf({ default: start }: JsonObject): string {
  if (start === undefined) return '';
  return typeof start === 'string' ? start : JSON.stringify(start);
}

interface Choice {
  readonly choices: readonly JsonValue[];
  readonly text: string;
  readonly texts: DecideTexts;
}

function choice(named: string, { choices, text, texts }: Choice): string {
  const options = choices.map((each) => {
    const value = JSON.stringify(each);
    const isChosen = value === text || each === text;
    return `<option value="${escapeMarkup(value)}"${isChosen ? ' selected' : ''}>${escapeMarkup(shown(each, texts))}</option>`;
  });
  return `<select ${named}><option value="">–</option>${options.join('')}</select>`;
}

function shown(value: JsonValue, texts: DecideTexts): string {
  if (value === true) return texts.yes;
  if (value === false) return texts.no;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function jsonInput(
  { name, label }: { readonly name: string; readonly label: string },
  entries: Entries,
): string {
  const text = escapeMarkup(entries.get(name) ?? '');
  return `<label><span>${label}</span><textarea name="${escapeMarkup(name)}" rows="4" spellcheck="false">\n${text}</textarea></label>`;
}
