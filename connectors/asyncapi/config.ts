import { z } from 'zod';

import { isJsonObject, type JsonValue } from '../../kernel/json.ts';
import { documentSettings } from '../parts/document-config.ts';
import { limitsSchema } from '../parts/limits.ts';
import { headerName } from '../parts/names.ts';
import { headersSchema } from '../parts/web-config.ts';

export const configSchema = z
  .strictObject({
    ...documentSettings(isDocument, 'an AsyncAPI document of version 2 or 3'),
    /** Name of a server of the document. Absent: the first one that speaks http, ws, mqtt or mqtt5. */
    server: z.string().min(1).max(200).optional(),
    /** Values for the variables in the address of the server. */
    variables: z.record(z.string().max(200), z.string().max(200)).default({}),
    /** Sent with every request and every connection of HTTP and WebSocket. */
    headers: headersSchema.optional(),
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
