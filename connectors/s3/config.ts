import { z } from 'zod';

import { keepingSchema } from '../parts/kept-result.ts';
import { limitsSchema } from '../parts/limits.ts';
import { webAddress } from '../parts/web-config.ts';
import { keyFault } from './key.ts';
import { operationNames } from './operations.ts';

export const configSchema = z.strictObject({
  /** Where the storage answers, without the bucket. */
  endpoint: webAddress,
  region: z
    .string()
    .regex(/^[\w-]{1,64}$/u, 'a region, such as eu-central-1')
    .default('us-east-1'),
  bucket: z.string().regex(/^(?!.*\.\.)[a-z\d][a-z\d.-]{1,61}[a-z\d]$/u, 'the name of a bucket'),
  /** `path` puts the bucket into the path, `host` before the name of the host. */
  style: z.enum(['path', 'host']).default('path'),
  /** Before every key: nothing outside of it is reached. */
  prefix: z
    .string()
    .max(512)
    .refine((prefix) => keyFault(`${prefix}x`) === undefined, 'not the beginning of a key')
    .default(''),
  /** Names of the operations that are offered. Absent: all. */
  allow: z.array(z.enum(operationNames)).min(1).optional(),
  /** Longest time that an address made by `presign` is good for. */
  maxPresignSeconds: z.int().min(1).max(604_800).default(3_600),
  /** Objects are used again for so long, and then asked for by their ETag. Absent: they are fetched each time. */
  cache: keepingSchema.optional(),
  limits: limitsSchema,
});

const secret = z
  .string()
  .min(1)
  .max(4096)
  .regex(/^[\x21-\x7e]+$/u, 'only printable ASCII');

export const credentialSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('none') }),
  z.strictObject({
    type: z.literal('aws'),
    accessKeyId: secret,
    secretAccessKey: secret,
    sessionToken: secret.optional(),
  }),
]);

export type S3Config = z.infer<typeof configSchema>;
export type S3Credential = z.infer<typeof credentialSchema>;
