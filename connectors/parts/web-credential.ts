import { z } from 'zod';

import { headerName } from './names.ts';

const secret = z
  .string()
  .min(1)
  .max(16_384)
  .regex(/^[\x20-\x7e]+$/u, 'only printable ASCII');

/** Credentials of systems that answer over HTTP. */
export const webCredentials = [
  z.strictObject({ type: z.literal('none') }),
  z.strictObject({ type: z.literal('bearer'), token: secret }),
  z.strictObject({
    type: z.literal('basic'),
    username: z
      .string()
      .max(1024)
      .regex(/^[^:\p{Cc}]*$/u, 'no colon and no control character'),
    password: z.string().min(1).max(1024),
  }),
  z.strictObject({ type: z.literal('apiKey'), header: headerName, value: secret }),
] as const;

export const credentialSchema = z.discriminatedUnion('type', webCredentials);

export type WebCredential = z.infer<typeof credentialSchema>;

export interface AppliedCredential {
  readonly headers: Readonly<Record<string, string>>;
  /** Texts that no message may repeat. */
  readonly secrets: readonly string[];
}

/** The headers that carry a credential. */
export function applyCredential(credential: WebCredential | undefined): AppliedCredential {
  switch (credential?.type) {
    case undefined:
    case 'none':
      return { headers: {}, secrets: [] };
    case 'bearer':
      return applied('authorization', `Bearer ${credential.token}`, [credential.token]);
    case 'basic': {
      const pair = Buffer.from(`${credential.username}:${credential.password}`).toString('base64');
      return applied('authorization', `Basic ${pair}`, [pair, credential.password]);
    }
    case 'apiKey':
      return applied(credential.header.toLowerCase(), credential.value, [credential.value]);
  }
}

function applied(header: string, value: string, secrets: readonly string[]): AppliedCredential {
  return { headers: { [header]: value }, secrets };
}
