import { z } from 'zod';

import { limitsSchema } from '../parts/limits.ts';
import { webAddress } from '../parts/web-config.ts';
import { operationNames } from './operations.ts';

export const configSchema = z.strictObject({
  /** Where the Web API answers. */
  baseUrl: webAddress.default('https://slack.com/api'),
  /** Names of the operations that are offered. Absent: all. */
  allow: z.array(z.enum(operationNames)).min(1).optional(),
  limits: limitsSchema,
});

export const credentialSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('none') }),
  z.strictObject({
    type: z.literal('bearer'),
    /** Of a bot or a user. */
    token: z
      .string()
      .min(1)
      .max(4096)
      .regex(/^[\x21-\x7e]+$/u, 'only printable ASCII'),
  }),
]);

export type SlackConfig = z.infer<typeof configSchema>;
export type SlackCredential = z.infer<typeof credentialSchema>;
