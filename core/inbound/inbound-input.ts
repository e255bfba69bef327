import { z } from 'zod';

import { words } from '../jobs/names.ts';
import { hmacSettings } from './schemes/hmac-settings.ts';
import { type SchemeName, schemeNames } from './schemes/schemes.ts';

/** Endpoints of one tenant at most. */
export const maxInboundWebhooks = 50;

const name = z
  .string()
  .regex(
    /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/,
    'must be lower-case letters, digits and dashes, 1 to 63 characters',
  );

const secret = z
  .string()
  .max(1_000)
  .regex(/^[\x21-\x7e]{16,}$/, 'must be at least 16 printable characters without spaces');

const standardSecret = /^(?:whsec_)?(?:[A-Za-z0-9+/]{4}){8,}(?:[A-Za-z0-9+/]{2,3})?={0,2}$/;

export const createInboundInput = z
  .strictObject({
    name,
    scheme: z.enum(schemeNames),
    secret: secret.nullish(),
    hmac: hmacSettings.nullish(),
    description: words(500),
  })
  .superRefine(({ scheme, secret: given, hmac }, context) => {
    const message = secretFault(scheme, given);
    if (message !== undefined) context.addIssue({ code: 'custom', path: ['secret'], message });
    if ((scheme === 'HMAC') === (hmac === null || hmac === undefined))
      context.addIssue({
        ...{ code: 'custom', path: ['hmac'] },
        message: 'says how senders of the scheme HMAC sign, and of no other',
      });
  });

export const updateInboundInput = z.strictObject({
  id: z.uuid(),
  description: words(500),
  hmac: hmacSettings.nullish(),
  isEnabled: z.boolean().nullish(),
});

export const rotateInboundInput = z.strictObject({
  id: z.uuid(),
  secret: secret.nullish(),
  overlapSeconds: z.int().min(0).max(604_800).nullish(),
});

/** What is wrong with a secret for the scheme, none included. */
export function secretFault(
  scheme: SchemeName,
  given: string | null | undefined,
): string | undefined {
  const isTheirs = scheme === 'SLACK' || scheme === 'STRIPE';
  if (given === null || given === undefined)
    return isTheirs ? 'is needed: the sender makes it and shows it to you' : undefined;
  if (scheme !== 'STANDARD' || standardSecret.test(given)) return undefined;
  return 'must be whsec_ and the base64 of at least 24 bytes';
}
