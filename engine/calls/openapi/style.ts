import { isJsonObject, type JsonObject, type JsonValue } from '../../../kernel/json.ts';
import { isJsonArray, textOf } from '../../json-text.ts';

/** How a parameter is written: OpenAPI 3 "Style Values", of which the formats of Swagger 2.0 are cases. */
export interface Style {
  readonly name: string;
  readonly style: string;
  /** Whether members of lists and objects stand apart. */
  readonly isExploded: boolean;
  /** What is done to names and texts. */
  readonly encode: (text: string) => string;
  /** Between the members of a list or an object that does not explode. */
  readonly separator: string;
  /** Before OpenAPI 3.0.4 and 3.1.1 the members of a label are separated by points even when it does not explode. */
  readonly hasPointedLabels: boolean;
}

/** A parameter in a path segment: `simple`, `label` or `matrix`. */
export function inPath(value: JsonValue, style: Style): string {
  switch (style.style) {
    case 'label':
      return `.${joined(value, style, style.isExploded || style.hasPointedLabels ? '.' : ',')}`;
    case 'matrix':
      return matrix(value, style);
    default:
      return joined(value, style, style.separator);
  }
}

/** The same for a header, where nothing is encoded. */
export function inHeader(value: JsonValue, style: Style): string {
  return joined(value, style, style.separator);
}

/** The pairs of a query, a form or a cookie, in encoded text: `name=value`. */
export function asPairs(value: JsonValue, style: Style): readonly string[] {
  const { name, isExploded, encode, separator } = style;
  const pair = (key: string, text: string): string => `${encode(key)}=${text}`;
  if (isJsonArray(value)) {
    const texts = value.filter((item) => item !== null).map((item) => encode(textOf(item)));
    if (isExploded) return texts.map((text) => pair(name, text));
    return texts.length === 0 ? [] : [pair(name, texts.join(separator))];
  }
  if (!isJsonObject(value)) return [pair(name, encode(textOf(value)))];
  const members = membersOf(value);
  if (style.style === 'deepObject')
    return members.flatMap(([key, item]) =>
      deepPairs(`${encode(name)}${inBrackets(encode(key))}`, item, encode),
    );
  if (isExploded) return members.map(([key, item]) => pair(key, encode(textOf(item))));
  const flat = members.flatMap(([key, item]) => [encode(key), encode(textOf(item))]);
  return flat.length === 0 ? [] : [pair(name, flat.join(separator))];
}

/** Deeper members, which no version defines, go on with brackets as most servers read them; lists repeat their name. */
function deepPairs(name: string, value: JsonValue, encode: Style['encode']): readonly string[] {
  if (isJsonArray(value)) return value.flatMap((item) => deepPairs(name, item, encode));
  if (isJsonObject(value))
    return membersOf(value).flatMap(([key, item]) =>
      deepPairs(`${name}${inBrackets(encode(key))}`, item, encode),
    );
  return value === null ? [] : [`${name}=${encode(textOf(value))}`];
}

/** Brackets are no characters of a query (RFC 3986 § 3.4). */
function inBrackets(text: string): string {
  return `%5B${text}%5D`;
}

function matrix(value: JsonValue, style: Style): string {
  const { name, isExploded, encode } = style;
  if (isJsonArray(value) && isExploded)
    return value.map((item) => `;${encode(name)}=${encode(textOf(item))}`).join('');
  if (isJsonObject(value) && isExploded)
    return membersOf(value)
      .map(([key, item]) => `;${encode(key)}=${encode(textOf(item))}`)
      .join('');
  return `;${encode(name)}=${joined(value, { ...style, isExploded: false }, ',')}`;
}

/** A value, a list of values, or the names and values of an object, in one text. */
function joined(value: JsonValue, { isExploded, encode }: Style, separator: string): string {
  if (isJsonArray(value)) return value.map((item) => encode(textOf(item))).join(separator);
  if (!isJsonObject(value)) return encode(textOf(value));
  const between = isExploded ? '=' : separator;
  return membersOf(value)
    .map(([key, item]) => `${encode(key)}${between}${encode(textOf(item))}`)
    .join(separator);
}

function membersOf(value: JsonObject): [string, JsonValue][] {
  return Object.entries(value).filter(([, item]) => item !== null);
}

/** What stands between the members of a list in a query. */
export function separatorOf(style: string): string {
  if (style === 'spaceDelimited') return '%20';
  return style === 'pipeDelimited' ? '|' : ',';
}

/** Leaves the reserved characters of RFC 3986 § 2.2 as they are, but for the one that ends a query. */
export function encodeUnreserved(text: string): string {
  return encodeURI(text.toWellFormed())
    .replaceAll('%5B', '[')
    .replaceAll('%5D', ']')
    .replaceAll('#', '%23')
    .replaceAll(/%25([0-9A-Fa-f]{2})/g, '%$1');
}

export function asItIs(text: string): string {
  return text;
}
