import { isHostname, isIdnHostname, isIpv4, isIpv6 } from './hosts.ts';
import { isEmail, isIdnEmail } from './mail.ts';
import { isIri, isIriReference, isUri, isUriReference, isUriTemplate } from './references.ts';
import { isDate, isDateTime, isDuration, isTime } from './times.ts';

/** Formats of JSON Schema for texts, each as its RFC defines it and in linear time; `byte` and `url` are of OpenAPI and of old. */
export const textFormats: Readonly<Record<string, (text: string) => boolean>> = {
  'date-time': isDateTime,
  date: isDate,
  time: isTime,
  duration: isDuration,
  email: isEmail,
  'idn-email': isIdnEmail,
  hostname: isHostname,
  'idn-hostname': isIdnHostname,
  ipv4: isIpv4,
  ipv6: isIpv6,
  uri: isUri,
  'uri-reference': isUriReference,
  iri: isIri,
  'iri-reference': isIriReference,
  'uri-template': isUriTemplate,
  url: (text) => /^(?:https?|ftp):\/\/[^/?#]/i.test(text) && isUri(text),
  uuid: (text) => /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i.test(text),
  'json-pointer': isJsonPointer,
  'relative-json-pointer': (text) => {
    const [prefix = ''] = /^(?:0|[1-9]\d*)(?:[+-][1-9]\d*)?/.exec(text) ?? [];
    const rest = text.slice(prefix.length);
    return prefix !== '' && (rest === '#' || isJsonPointer(rest));
  },
  regex: isPattern,
  byte: (text) => text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text),
};

/** Formats of OpenAPI for numbers. */
export const numberFormats: Readonly<Record<string, (value: number) => boolean>> = {
  int32: (value) => Number.isInteger(value) && Math.abs(value + 0.5) <= 2 ** 31,
  int64: (value) => Number.isInteger(value),
};

/** Formats that say something to people only. */
export const silentFormats: readonly string[] = ['float', 'double', 'password', 'binary'];

/** Whether a format is known at all. */
export function isFormat(name: string): boolean {
  return (
    Object.hasOwn(textFormats, name) ||
    Object.hasOwn(numberFormats, name) ||
    silentFormats.includes(name)
  );
}

/** RFC 6901. */
function isJsonPointer(text: string): boolean {
  return /^(?:\/(?:[^~/]|~[01])*)*$/.test(text);
}

/** A regular expression of ECMA-262. */
function isPattern(text: string): boolean {
  try {
    RegExp(text, 'u');
    return true;
  } catch {
    return false;
  }
}
