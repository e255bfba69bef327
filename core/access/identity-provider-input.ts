import { z } from 'zod';

import { displayName } from './names.ts';

/** Signatures that only their issuer can make, as the schema names them. */
export const signatureAlgorithms = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EDDSA',
] as const;

const maxText = 500;
const loopback = /^(localhost|127\.0\.0\.1|\[::1\])$/;

const issuerUrl = z
  .url()
  .max(maxText)
  .refine((text) => isPlain(text), 'must be an https URL without user, query and fragment');

const claimName = z.string().min(1).max(200);

/** Keys and tokens must not be changed on their way; a peer on this machine has no way that others see. */
function isPlain(text: string): boolean {
  const url = URL.parse(text);
  if (url === null || url.username !== '' || url.password !== '') return false;
  if (url.search !== '' || url.hash !== '') return false;
  return url.protocol === 'https:' || (url.protocol === 'http:' && loopback.test(url.hostname));
}

const optional = <Schema extends z.ZodType>(schema: Schema) =>
  schema.nullish().transform((value) => value ?? null);

export const createProviderInput = z
  .strictObject({
    name: displayName,
    issuer: issuerUrl,
    audience: optional(z.string().min(1).max(maxText)),
    clientId: optional(z.string().min(1).max(maxText)),
    jwksUrl: optional(issuerUrl),
    algorithms: z
      .array(z.enum(signatureAlgorithms))
      .min(1)
      .nullish()
      .transform((value) => value ?? ['RS256' as const, 'ES256' as const]),
    tokenTypes: z
      .array(z.string().regex(/^[A-Za-z0-9+.-]{1,50}$/))
      .min(1)
      .max(5)
      .nullish()
      .transform((value) => (value ?? ['at+jwt', 'JWT']).map((type) => type.toLowerCase())),
    roleClaim: optional(claimName),
    groupClaim: optional(claimName),
  })
  .refine(({ audience, clientId }) => audience !== null || clientId !== null, {
    message: 'say for which audience tokens are taken, or with which client people sign in',
    path: ['audience'],
  })
  // Else the token that tells a page who somebody is would be good as their credential.
  .refine(({ audience, clientId }) => audience === null || audience !== clientId, {
    message: 'must not be the client id: it is the audience of what is no access token',
    path: ['audience'],
  });
