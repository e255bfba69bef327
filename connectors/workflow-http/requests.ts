import { z } from 'zod';

import { AppError, type Problem, RefusedError } from '../../kernel/errors.ts';
import type { JsonObject } from '../../kernel/json.ts';

const client = z.looseObject({
  id: z.string().optional(),
  secret: z.string().optional(),
  assertion: z.string().optional(),
  authentication: z
    .enum([
      'client_secret_post',
      'client_secret_basic',
      'client_secret_jwt',
      'private_key_jwt',
      'none',
    ])
    .default('client_secret_post'),
});

const party = z.looseObject({ token: z.string(), type: z.string() });

const tokenRequest = z.looseObject({
  authority: z.string(),
  grant: z.string(),
  client: client.prefault({}),
  request: z
    .looseObject({
      encoding: z
        .enum(['application/x-www-form-urlencoded', 'application/json'])
        .default('application/x-www-form-urlencoded'),
    })
    .prefault({}),
  issuers: z.array(z.string()).default([]),
  scopes: z.array(z.string()).default([]),
  audiences: z.array(z.string()).default([]),
  /** For whom the token is to be good (RFC 8707). */
  resource: z.string().optional(),
  username: z.string().optional(),
  password: z.string().optional(),
  subject: party.optional(),
  actor: party.optional(),
  endpoints: z.looseObject({ token: z.string().default('/oauth2/token') }).prefault({}),
});

export const authentication = z.discriminatedUnion('scheme', [
  z.object({ scheme: z.enum(['basic', 'digest']), username: z.string(), password: z.string() }),
  z.object({ scheme: z.literal('bearer'), token: z.string() }),
  z.object({ scheme: z.enum(['oauth2', 'oidc']), properties: tokenRequest }),
]);

export const httpRequest = z.object({
  method: z.string(),
  uri: z.string(),
  headers: z.record(z.string(), z.string()),
  body: z.string().optional(),
  redirect: z.enum(['follow', 'manual']),
  authentication: authentication.optional(),
});

export const resourceRequest = z.object({
  uri: z.string(),
  authentication: authentication.optional(),
});

export const authorizationRequest = z.object({ authentication });

/** How a definition proves who calls; names are resolved, secrets filled in. */
export type Authentication = z.infer<typeof authentication>;

/** What a token is asked for with. */
export type TokenRequest = z.infer<typeof tokenRequest>;

/** Parses what the definition asks for; messages never repeat a value. */
export function parseRequest<T>(schema: z.ZodType<T>, given: JsonObject): T {
  const result = schema.safeParse(given);
  if (result.success) return result.data;
  const problems = result.error.issues.map(({ path, message }): Problem => ({
    code: 'BAD_USER_INPUT',
    field: path.map(String).join('.'),
    message: `${path.map(String).join('.')}: ${message}`,
  }));
  throw new RefusedError('BAD_USER_INPUT', problems);
}

/** A value that the chosen scheme cannot do without. */
export function required(value: string | undefined, name: string): string {
  if (value !== undefined && value !== '') return value;
  throw new AppError('BAD_USER_INPUT', `the authentication needs ${name}`, { path: name });
}
