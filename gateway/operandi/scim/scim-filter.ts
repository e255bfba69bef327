import { parseJson } from '../../../kernel/json.ts';
import { ScimError } from './scim-error.ts';

/** Which members a directory looks for. */
export interface ScimFilter {
  readonly email?: string;
  readonly externalId?: string;
}

const attributes: Readonly<Record<string, keyof ScimFilter>> = {
  username: 'email',
  'emails.value': 'email',
  'emails[type eq "work"].value': 'email',
  externalid: 'externalId',
};

/** Reads `<attribute> eq "<text>"` of RFC 7644, section 3.4.2.2; everything else is refused as `invalidFilter`. */
export function readFilter(text: string | null): ScimFilter {
  if (text === null) return {};
  const [, name = '', , value = ''] =
    /^([^ ]+(?: eq "work"\]\.value)?) +(eq) +(".*")$/i.exec(text.trim()) ?? [];
  const attribute = attributes[withoutSchema(name).toLowerCase()];
  const wanted = attribute === undefined ? undefined : textIn(value);
  if (attribute === undefined || wanted === undefined)
    throw new ScimError(400, 'filters are userName eq "…" and externalId eq "…"', 'invalidFilter');
  return { [attribute]: wanted };
}

/** Attributes may carry the name of their schema. */
export function withoutSchema(name: string): string {
  const prefix = 'urn:ietf:params:scim:schemas:core:2.0:user:';
  return name.toLowerCase().startsWith(prefix) ? name.slice(prefix.length) : name;
}

function textIn(quoted: string): string | undefined {
  try {
    const value = parseJson(quoted);
    return typeof value === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}
