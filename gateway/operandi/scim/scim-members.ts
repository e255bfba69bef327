import { z } from 'zod';

import { isJsonObject, type JsonObject, type JsonValue } from '../../../kernel/json.ts';
import { errorCatalogue, type ErrorCode } from '../../../kernel/errors.ts';
import { scimErrorOf, ScimError } from './scim-error.ts';
import type { ScimFilter } from './scim-filter.ts';
import { directoryMember, type DirectoryMember, type MemberWish } from './scim-user.ts';

/** Asks the access subgraph as the directory. */
export type AskMembers = (query: string, variables: JsonObject) => Promise<JsonObject>;

/** Which page, from 1. */
export interface ScimPage extends ScimFilter {
  readonly startIndex: number;
  readonly count: number;
}

const fields = 'id email name externalId isActive createdAt';

const listAnswer = z.object({
  directoryMembers: z.object({ totalCount: z.int(), nodes: z.array(directoryMember) }),
});
const oneAnswer = z.object({ directoryMember: directoryMember.nullable() });
const changeAnswer = z.object({
  provisionMember: z.object({
    member: directoryMember.nullable(),
    userErrors: z.array(z.object({ code: z.string(), message: z.string() })),
  }),
});

/** A page of members, and how many there are. */
export async function findMembers(ask: AskMembers, page: ScimPage) {
  const answer = await ask(
    `query ($email: String, $externalId: String, $startIndex: Int!, $count: Int!) {
      directoryMembers(email: $email, externalId: $externalId, startIndex: $startIndex, count: $count) {
        totalCount nodes { ${fields} } } }`,
    { ...page },
  );
  return listAnswer.parse(dataOf(answer)).directoryMembers;
}

/** One member; 404 where there is none. */
export async function getMember(ask: AskMembers, id: string): Promise<DirectoryMember> {
  const query = `query ($id: ID!) { directoryMember(id: $id) { ${fields} } }`;
  const { directoryMember: found } = oneAnswer.parse(dataOf(await ask(query, { id })));
  if (found === null) throw new ScimError(404, 'there is no such user');
  return found;
}

/** Creates a member, or with an id changes one. */
export async function provision(
  ask: AskMembers,
  wish: MemberWish & { readonly id?: string },
): Promise<DirectoryMember> {
  const answer = await ask(
    `mutation ($input: ProvisionMemberInput!) {
      provisionMember(input: $input) { member { ${fields} } userErrors { code message } } }`,
    { input: { ...wish } },
  );
  const { member, userErrors } = changeAnswer.parse(dataOf(answer)).provisionMember;
  const [first] = userErrors;
  if (first !== undefined) throw scimErrorOf(codeOf(first.code), first.message);
  if (member === null) throw new ScimError(500, 'the change was not answered');
  return member;
}

/** The data, unless there is an error: then that, as its code says. */
function dataOf({ data = null, errors }: JsonObject): JsonObject {
  const error = isJsonArray(errors) ? errors[0] : undefined;
  if (!isJsonObject(error)) return isJsonObject(data) ? data : {};
  const { extensions = null, message = null } = error;
  const code = isJsonObject(extensions) ? extensions['code'] : undefined;
  throw scimErrorOf(codeOf(code), typeof message === 'string' ? message : 'it failed');
}

function codeOf(code: unknown): ErrorCode {
  return typeof code === 'string' && isErrorCode(code) ? code : 'INTERNAL';
}

function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(errorCatalogue, code);
}

// `Array.isArray` alone does not know arrays that are read-only.
function isJsonArray(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}
