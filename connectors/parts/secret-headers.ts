import { isJsonObject, type JsonObject, type JsonValue } from '../../kernel/json.ts';
import type { SecretParts } from '../connector.ts';
import { placeholdersOf } from './template.ts';

/** Stands in a configuration for what is not shown. */
const hidden = '***';

/** Headers by which nobody is let in: they are shown. */
const harmless =
  /^(?:accept(?:-.*)?|content-(?:type|language|encoding)|user-agent|prefer|cache-control|date|from|if-.*|origin|referer|x-requested-with|.*-version|version)$/i;

/** For kinds whose configuration has `headers`, of its own and of its operations. */
export const headerSecrets: SecretParts = {
  hideSecrets: hideHeaders,
  showSecrets: showHeaders,
  hiddenPlaces,
};

/** Header values by place: `/headers/x-api-key` or `/operations/<name>/headers/x-api-key`. */
type HeaderValues = { readonly [place: string]: string };

/** Takes the secret header values out of a configuration; their placeholders stay, as they name arguments. */
function hideHeaders(config: JsonValue): {
  readonly shown: JsonValue;
  readonly values: HeaderValues;
} {
  const values: Record<string, string> = {};
  const shown = mapHeaders(config, (place, value) => {
    if (isHidden(value)) return value;
    values[place] = value;
    return masked(value);
  });
  return { shown, values };
}

/** Puts them back. What is hidden and has no value is left as it is. */
function showHeaders(config: JsonValue, values: HeaderValues): JsonValue {
  return mapHeaders(config, (place, value) => {
    const known = Object.hasOwn(values, place) ? values[place] : undefined;
    return known !== undefined && isHidden(value) && value === masked(known) ? known : value;
  });
}

/** Places of values that are hidden: whoever writes them back unchanged means the values that are stored. */
function hiddenPlaces(config: JsonValue): readonly string[] {
  const places: string[] = [];
  mapHeaders(config, (place, value) => {
    if (isHidden(value)) places.push(place);
    return value;
  });
  return places;
}

/** The texts in secret values of headers that no message may repeat. */
export function secretHeaders(headers: Readonly<Record<string, string>>): {
  readonly texts: readonly string[];
} {
  const secret = Object.entries(headers).filter(([name, value]) => isSecret(name, value));
  return {
    texts: secret.flatMap(([, value]) =>
      value.split(/\s+|\{\w+\}/).filter((text) => text.length >= shortestText),
    ),
  };
}

/** Shorter ones stand in too many texts that tell nothing. */
const shortestText = 4;

function isSecret(name: string, value: string): boolean {
  return !harmless.test(name) && value.replaceAll(/\{[A-Za-z_]\w*\}/g, '').trim() !== '';
}

function isHidden(value: string): boolean {
  return value.startsWith(hidden);
}

function masked(value: string): string {
  return `${hidden}${placeholdersOf(value)
    .map((name) => ` {${name}}`)
    .join('')}`;
}

type MapValue = (place: string, value: string) => string;

function mapHeaders(config: JsonValue, map: MapValue): JsonValue {
  if (!isJsonObject(config)) return config;
  const { operations } = config;
  return {
    ...config,
    ...within(config, '', map),
    ...(isList(operations)
      ? { operations: operations.map((operation) => mapOperation(operation, map)) }
      : {}),
  };
}

function mapOperation(operation: JsonValue, map: MapValue): JsonValue {
  if (!isJsonObject(operation)) return operation;
  const { name } = operation;
  const place = `/operations/${typeof name === 'string' ? name : ''}`;
  return { ...operation, ...within(operation, place, map) };
}

function within({ headers }: JsonObject, place: string, map: MapValue): JsonObject {
  if (!isJsonObject(headers)) return {};
  const mapped = Object.entries(headers).map(([name, value]) => {
    const isKept = typeof value !== 'string' || !isSecret(name, value);
    return [name, isKept ? value : map(`${place}/headers/${name.toLowerCase()}`, value)] as const;
  });
  return { headers: Object.fromEntries<JsonValue>(mapped) };
}

function isList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}
