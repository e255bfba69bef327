import { isJsonObject, type JsonObject, type JsonValue } from '../../../kernel/json.ts';
import { textOf } from '../../json-text.ts';
import { workflowError } from '../../problem.ts';
import { expandNames, hasDotSegment, percentEncode } from '../../uri-template.ts';
import { entries, isSwagger, resolved, type Operation } from './document.ts';
import {
  asItIs,
  asPairs,
  encodeUnreserved,
  inHeader,
  inPath,
  separatorOf,
  type Style,
} from './style.ts';

/** Headers that OpenAPI leaves to other parts of a document ("Parameter Object", `in`). */
const reservedHeaders: ReadonlySet<string> = new Set(['accept', 'content-type', 'authorization']);

/** A parameter that the document declares, with the value it is called with. */
export interface Placed {
  readonly declared: JsonObject;
  readonly name: string;
  readonly place: string;
  readonly value: JsonValue;
}

/** Puts values to the declared parameters; one that is required and missing is refused, unless the document has a default. */
export function placeParameters(
  document: JsonObject,
  { id, parameters }: Operation,
  given: JsonObject,
): readonly Placed[] {
  return parameters.flatMap((declared) => {
    const name = textOf(declared['name']);
    const place = textOf(declared['in']);
    if (place === 'header' && reservedHeaders.has(name.toLowerCase())) return [];
    const isRequired = declared['required'] === true;
    const value = Object.hasOwn(given, name)
      ? given[name]
      : isRequired
        ? defaultOf(document, declared)
        : undefined;
    if (value !== undefined && value !== null) return [{ declared, name, place, value }];
    if (!isRequired) return [];
    throw workflowError('validation', `operation ${id} needs the parameter ${name}`);
  });
}

function defaultOf(document: JsonObject, declared: JsonObject): JsonValue | undefined {
  return declared['default'] ?? resolved(document, declared['schema'] ?? {})['default'];
}

/** The path with its parameters in their places. */
export function pathOf(document: JsonObject, path: string, placed: readonly Placed[]): string {
  const byName = new Map(
    placed.filter(({ place }) => place === 'path').map((each) => [each.name, each]),
  );
  const expanded = expandNames(path, (name) => {
    const parameter = byName.get(name);
    if (parameter === undefined) return '';
    return inPath(contentOf(parameter), styleOf(document, parameter));
  });
  // A segment of dots is no name: it leads to another operation.
  if (!hasDotSegment(expanded)) return expanded;
  throw workflowError('validation', `the path ${path} would lead elsewhere by a parameter of dots`);
}

/** The query without its question mark, encoded. */
export function queryOf(document: JsonObject, placed: readonly Placed[]): string {
  return placed
    .flatMap((each) => {
      if (each.place === 'querystring') return [wholeQuery(each.value)];
      if (each.place !== 'query') return [];
      return asPairs(contentOf(each), styleOf(document, each));
    })
    .join('&');
}

/** OpenAPI 3.2 has one parameter for a whole query. */
function wholeQuery(value: JsonValue): string {
  if (!isJsonObject(value)) return encodeUnreserved(textOf(value));
  return entries(value)
    .map(([key, item]) => `${percentEncode(key)}=${percentEncode(textOf(item))}`)
    .join('&');
}

export function headersOf(document: JsonObject, placed: readonly Placed[]): Record<string, string> {
  const headers = placed
    .filter(({ place }) => place === 'header')
    .map((each) => [each.name, inHeader(contentOf(each), styleOf(document, each))] as const);
  const cookies = placed
    .filter(({ place }) => place === 'cookie')
    .flatMap((each) => asPairs(contentOf(each), styleOf(document, each)));
  const cookie = cookies.length === 0 ? {} : { cookie: cookies.join('; ') };
  return { ...Object.fromEntries(headers), ...cookie };
}

/** A parameter with a media type is text in that type; the only ones that are more than text are JSON. */
function contentOf({ declared, value }: Placed): JsonValue {
  return isJsonObject(declared['content']) && typeof value !== 'string'
    ? JSON.stringify(value)
    : value;
}

function styleOf(document: JsonObject, parameter: Placed): Style {
  return isSwagger(document) ? formatStyle(parameter) : declaredStyle(document, parameter);
}

function declaredStyle(document: JsonObject, { declared, name, place }: Placed): Style {
  const isQuery = place === 'query' || place === 'cookie';
  const style = textOf(declared['style'] ?? (isQuery ? 'form' : 'simple'));
  const { explode = style === 'form' || style === 'cookie' } = declared;
  const encode = declared['allowReserved'] === true ? encodeUnreserved : percentEncode;
  return {
    ...{ name, style },
    isExploded: explode === true,
    encode: place === 'header' ? asItIs : encode,
    separator: separatorOf(style),
    hasPointedLabels: hasPointedLabels(textOf(document['openapi'])),
  };
}

function hasPointedLabels(version: string): boolean {
  return /^3\.(?:0\.[0-3]|1\.0)$/.test(version);
}

const formats: Readonly<Record<string, string>> = {
  csv: ',',
  ssv: '%20',
  tsv: '%09',
  pipes: '|',
};

/** `collectionFormat` of Swagger 2.0, for query, path, header and form. */
export function formatStyle({ declared, name, place }: Omit<Placed, 'value'>): Style {
  const format = textOf(declared['collectionFormat'] ?? 'csv');
  const separator = formats[format] ?? ',';
  const isHeader = place === 'header';
  return {
    ...{ name, style: place === 'path' ? 'simple' : 'form' },
    isExploded: format === 'multi',
    encode: isHeader ? asItIs : percentEncode,
    separator: isHeader ? decodeURIComponent(separator) : separator,
    hasPointedLabels: false,
  };
}
