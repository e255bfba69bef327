import { z } from 'zod';

const count = z.int().positive();

const tokenRules = {
  jwksUrl: z.url().optional(),
  jwksFile: z.string().optional(),
  jwksOutageSeconds: count.default(86_400),
  issuer: z.string().optional(),
  audience: z.string().optional(),
  algorithms: z.array(z.string()).min(1).default(['RS256', 'PS256', 'ES256', 'EdDSA']),
  scopeClaim: z.string().default('scope'),
  policyClaim: z.string().default('policies'),
  clockToleranceSeconds: z.int().min(0).max(300).default(30),
  allows: z
    .strictObject({
      anyIssuer: z.boolean().default(false),
      anyAudience: z.boolean().default(false),
      endlessTokens: z.boolean().default(false),
    })
    .prefault({}),
};

/** The section `authentication`. */
export const authenticationSchema = z
  .strictObject({
    jwt: z.strictObject({ ...tokenRules, isRequired: z.boolean().default(false) }).optional(),
    issuers: z.array(z.strictObject({ ...tokenRules, issuer: z.string().min(1) })).default([]),
  })
  .refine(({ jwt, issuers }) => isUnique([jwt?.issuer, ...issuers.map(({ issuer }) => issuer)]), {
    path: ['issuers'],
    error: 'two have the same issuer: a token would have two sets of rules',
  })
  .prefault({});

function isUnique(issuers: readonly (string | undefined)[]): boolean {
  const known = issuers.filter((issuer) => issuer !== undefined);
  return new Set(known).size === known.length;
}
