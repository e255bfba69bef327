import { z } from 'zod';

import { isJsonObject, type JsonObject, type JsonValue } from '../../kernel/json.ts';
import { documentFault } from '../openapi/document-bounds.ts';
import { limitsSchema } from '../parts/limits.ts';
import { headerName } from '../parts/names.ts';
import { headersSchema } from '../parts/web-config.ts';

const document = z
  .custom<JsonObject>(isDocument, 'an AsyncAPI document of version 2 or 3')
  .check((context) => {
    const fault = documentFault(context.value);
    if (fault !== undefined)
      context.issues.push({ code: 'custom', input: context.value, message: fault });
  });

export const configSchema = z
  .strictObject({
    /** The document itself; without one, `discoverIntegration` fetches it from `documentUrl`. */
    document: document.optional(),
    documentUrl: z
      .url({ protocol: /^https?$/ })
      .max(2048)
      .optional(),
    /** Name of a server of the document. Absent: the first one that speaks http, ws, mqtt or mqtt5. */
    server: z.string().min(1).max(200).optional(),
    /** Values for the variables in the address of the server. */
    variables: z.record(z.string().max(200), z.string().max(200)).default({}),
    /** Sent with every request and every connection of HTTP and WebSocket. */
    headers: headersSchema.optional(),
    /** Names of the operations that are offered. Absent: all of them. */
    operations: z.array(z.string().min(1).max(63)).min(1).max(500).optional(),
    /** Header that takes the idempotency key of a message over HTTP; with it sending may be repeated. */
    idempotencyHeader: headerName.optional(),
    limits: limitsSchema,
  })
  .refine((config) => config.document !== undefined || config.documentUrl !== undefined, {
    path: ['document'],
    message: 'give a document, or the documentUrl where it is found',
  });

export type AsyncApiConfig = z.infer<typeof configSchema>;

function isDocument(value: unknown): boolean {
  const given = value as JsonValue | undefined;
  if (!isJsonObject(given)) return false;
  const version = given['asyncapi'];
  return typeof version === 'string' && /^[23]\.\d/.test(version);
}
