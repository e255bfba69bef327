import { z } from 'zod';

import { isJsonObject, type JsonObject, type JsonValue } from '../../../kernel/json.ts';
import { ScimError } from './scim-error.ts';

export const userSchema = 'urn:ietf:params:scim:schemas:core:2.0:User';

/** A member as the access subgraph answers it. */
export const directoryMember = z.object({
  id: z.string(),
  email: z.string(),
  name: z.string(),
  externalId: z.string().nullable(),
  isActive: z.boolean(),
  createdAt: z.string(),
});

export type DirectoryMember = z.infer<typeof directoryMember>;

/** What a directory wants of a member; what is absent stays. */
export interface MemberWish {
  readonly email?: string;
  readonly name?: string;
  readonly externalId?: string | null;
  readonly isActive?: boolean;
}

/** A member as a User of RFC 7643, section 4.1. */
export function presentUser(member: DirectoryMember, base: string): JsonObject {
  const { id, email, name, externalId, isActive, createdAt } = member;
  return {
    schemas: [userSchema],
    id,
    ...(externalId === null ? {} : { externalId }),
    userName: email,
    displayName: name,
    name: { formatted: name },
    emails: [{ value: email, type: 'work', primary: true }],
    active: isActive,
    meta: { resourceType: 'User', created: createdAt, location: `${base}/Users/${id}` },
  };
}

/** What a whole User says; attributes that are not kept are passed over, names count in any case. */
export function readUser(value: JsonValue): Required<MemberWish> {
  const user = lowerCased(value);
  const email = textOf(user['username']) ?? '';
  if (email === '') throw new ScimError(400, 'userName is missing', 'invalidValue');
  return {
    email: addressOf(email, user['emails']),
    name: nameOf(user) ?? email.slice(0, longestName),
    externalId: textOf(user['externalid']) ?? null,
    isActive: user['active'] === undefined ? true : readFlag(user['active']),
  };
}

/** Of a display name; addresses may be longer. */
const longestName = 100;

/** Entra ID writes flags as texts. */
export function readFlag(value: JsonValue | undefined): boolean {
  if (typeof value === 'boolean') return value;
  const text = typeof value === 'string' ? value.toLowerCase() : '';
  if (text === 'true' || text === 'false') return text === 'true';
  throw new ScimError(400, 'active is true or false', 'invalidValue');
}

/** How somebody is called: by the name to be shown, else by the parts of the other one. */
export function nameOf(user: JsonObject): string | undefined {
  const name = lowerCased(user['name'] ?? null);
  const parts = [textOf(name['givenname']), textOf(name['familyname'])];
  const joined = parts.filter((part) => part !== undefined).join(' ');
  return textOf(user['displayname']) ?? textOf(name['formatted']) ?? textOf(joined);
}

/** The members of an object by names in lower case, as SCIM compares them. */
export function lowerCased(value: JsonValue): JsonObject {
  if (!isJsonObject(value)) return {};
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name.toLowerCase(), member]),
  );
}

/** Undefined for an empty text and for what is none. */
export function textOf(value: JsonValue | undefined): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}

/** People are known by e-mail address; some directories call them otherwise and send it beside. */
function addressOf(userName: string, emails: JsonValue | undefined): string {
  if (userName.includes('@')) return userName;
  const listed = Array.isArray(emails) ? emails.map((each: JsonValue) => lowerCased(each)) : [];
  const [first] = [...listed.filter(({ primary }) => primary === true), ...listed];
  return textOf(first?.['value']) ?? userName;
}
