import { z } from 'zod';

import type { JsonValue } from '../../kernel/json.ts';
import { webAddress } from './web-config.ts';

/** Addresses that codes and tokens go to: nobody on the way may read them. */
const secureAddress = webAddress.refine(isSecure, {
  message: 'an https address; http only of this machine',
});
const word = z.string().min(1).max(1_024);

/** What the platform says by itself in an authorization request. */
const ownParameters: ReadonlySet<string> = new Set([
  ...['response_type', 'response_mode', 'client_id', 'redirect_uri', 'scope', 'state', 'nonce'],
  ...['code_challenge', 'code_challenge_method', 'resource', 'audience', 'request', 'request_uri'],
]);

/** Access tokens by a person's consent (RFC 6749, section 4.1, with PKCE), refreshed while it stands. */
export const authorizationCodeCredential = z
  .strictObject({
    type: z.literal('authorizationCode'),
    /** The authorization server, which describes itself (RFC 8414, OpenID Connect Discovery). */
    issuer: secureAddress.optional(),
    /** Where it does not: its endpoints. `issuer` is then what its answers have to name (RFC 9207). */
    authorizationUrl: secureAddress.optional(),
    tokenUrl: secureAddress.optional(),
    /** RFC 7009. */
    revocationUrl: secureAddress.optional(),
    clientId: word,
    /** Absent for a public client. */
    clientSecret: z.string().min(1).max(16_384).optional(),
    /** How the client proves itself to the token endpoint. @default basic with a secret, else none */
    authentication: z.enum(['basic', 'post', 'none']).optional(),
    scopes: z
      .array(z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]{1,1024}$/u))
      .max(100)
      .default([]),
    audience: z.string().min(1).max(2_048).optional(),
    /** For whom the token is to be good (RFC 8707). */
    resource: z.url().max(2_048).optional(),
    /** More of the authorization request, such as `prompt` or `access_type`. */
    parameters: z
      .record(z.string().regex(/^\w{1,100}$/u), z.string().max(2_048))
      .default({})
      .refine((given) => Object.keys(given).every((name) => !ownParameters.has(name)), {
        message: `names a parameter that is set already: ${[...ownParameters].join(', ')}`,
      }),
  })
  .superRefine((given, context) => {
    for (const [path, message] of faultsOf(given))
      context.addIssue({ code: 'custom', path: [path], message });
  });

export type AuthorizationCodeCredential = z.infer<typeof authorizationCodeCredential>;

/** Reads a credential of this kind; undefined for one of another. */
export function authorizationCodeOf(
  credential: JsonValue | undefined,
): AuthorizationCodeCredential | undefined {
  const parsed = authorizationCodeCredential.safeParse(credential);
  return parsed.success ? parsed.data : undefined;
}

interface Given {
  readonly issuer?: string | undefined;
  readonly authorizationUrl?: string | undefined;
  readonly tokenUrl?: string | undefined;
  readonly clientSecret?: string | undefined;
  readonly authentication?: 'basic' | 'post' | 'none' | undefined;
}

function faultsOf(given: Given): readonly (readonly [path: string, message: string])[] {
  const { issuer, authorizationUrl, tokenUrl, clientSecret, authentication } = given;
  const isDescribed = issuer !== undefined && authorizationUrl === undefined;
  const needsSecret = authentication === 'basic' || authentication === 'post';
  return [
    ...(!isDescribed && authorizationUrl === undefined
      ? [['issuer', 'give the issuer, or authorizationUrl and tokenUrl'] as const]
      : []),
    ...((authorizationUrl === undefined) === (tokenUrl === undefined)
      ? []
      : [['tokenUrl', 'give authorizationUrl and tokenUrl, or none of them'] as const]),
    ...(needsSecret && clientSecret === undefined
      ? [['clientSecret', `${authentication} needs it`] as const]
      : []),
  ];
}

function isSecure(text: string): boolean {
  const url = URL.parse(text);
  return (
    url?.protocol === 'https:' || /^(?:localhost|127\.0\.0\.1|\[::1\])$/u.test(url?.hostname ?? '')
  );
}
