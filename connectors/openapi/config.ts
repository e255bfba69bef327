import { z } from 'zod';

import { isJsonObject, type JsonValue } from '../../kernel/json.ts';
import { cacheSchema } from '../parts/cache-settings.ts';
import { documentSettings } from '../parts/document-config.ts';
import { limitsSchema } from '../parts/limits.ts';
import { headerName } from '../parts/names.ts';
import { headersSchema, webAddress } from '../parts/web-config.ts';
import { requestCredentials } from '../parts/request-credential.ts';

export const configSchema = z
  .strictObject({
    ...documentSettings(isDocument, 'an OpenAPI 3 or Swagger 2.0 document'),
    /** Where the API answers. Absent: the first server of the document. */
    server: webAddress.optional(),
    /** Sent with every request. */
    headers: headersSchema.optional(),
    /** `check` refuses arguments that do not fit the document; `send` leaves that to the API. */
    requests: z.enum(['check', 'send']).default('check'),
    /** `check` fails a call whose answer does not fit the document; `keep` hands it on. */
    responses: z.enum(['check', 'keep']).default('check'),
    /** Header that takes the idempotency key; with it calls that change something may be repeated. */
    idempotencyHeader: headerName.optional(),
    limits: limitsSchema,
    cache: cacheSchema,
  })
  .refine((config) => config.document !== undefined || config.documentUrl !== undefined, {
    path: ['document'],
    message: 'give a document, or the documentUrl where it is found',
  });

const secret = z
  .string()
  .min(1)
  .max(16_384)
  .regex(/^[\x20-\x7e]+$/u, 'only printable ASCII');

export const credentialSchema = z.discriminatedUnion('type', [
  ...requestCredentials,
  /** A secret for each security scheme of the document, by its name there. */
  z.strictObject({
    type: z.literal('schemes'),
    schemes: z.record(
      z.string().min(1).max(200),
      z.union([
        z.strictObject({ value: secret }),
        z.strictObject({ username: z.string().max(1024), password: z.string().min(1).max(1024) }),
      ]),
    ),
  }),
]);

export type OpenApiConfig = z.infer<typeof configSchema>;
export type OpenApiCredential = z.infer<typeof credentialSchema>;

function isDocument(value: unknown): boolean {
  const given = value as JsonValue | undefined;
  if (!isJsonObject(given)) return false;
  const version = given['openapi'] ?? given['swagger'];
  return (
    typeof version === 'string' &&
    /^(?:3\.|2\.0)/.test(version) &&
    isJsonObject(given['paths'] ?? {})
  );
}
