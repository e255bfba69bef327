import { z } from 'zod';

import { cacheSchema } from '../parts/cache-settings.ts';
import { limitsSchema } from '../parts/limits.ts';
import { headerName, identifier, jsonPointer } from '../parts/names.ts';
import { placeholdersOf } from '../parts/template.ts';
import { headersSchema as headers, namedList, webAddress } from '../parts/web-config.ts';

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

const path = z
  .string()
  .max(2048)
  .regex(/^\/[^\s?#\\]*$/u, 'starts with / and has no query, fragment or space')
  .refine((text) => !text.split('/').some((segment) => segment === '.' || segment === '..'), {
    message: 'dot segments are not allowed',
  });

const query = z.record(z.string().min(1).max(256), z.string().max(4096));

const argument = z.strictObject({
  type: z.enum(['string', 'number', 'integer', 'boolean', 'object', 'array']),
  description: z.string().max(1000).optional(),
  isRequired: z.boolean().default(true),
});

const batch = z
  .strictObject({
    method: z.enum(methods).default('POST'),
    path,
    query: query.optional(),
    /** Template of the request; `{keys}` is the array of keys. */
    body: z.json().optional(),
    keyArgument: identifier,
    maxKeys: z.int().min(1).max(10_000).default(100),
    /** Where the array of answers lies in the response. */
    items: jsonPointer.default(''),
    /** Where an answer names its key. */
    key: jsonPointer,
    /** Where an answer carries its value. */
    value: jsonPointer.default(''),
    /** Where an answer carries a text that says why it failed. */
    error: jsonPointer.optional(),
  })
  .refine((value) => placeholdersOf([value.body ?? null, value.query ?? {}]).includes('keys'), {
    message: 'body or query must say where {keys} goes',
  });

const operation = z
  .strictObject({
    name: identifier,
    description: z.string().max(1000).optional(),
    method: z.enum(methods).default('GET'),
    path,
    arguments: z.record(identifier, argument).optional(),
    query: query.optional(),
    headers: headers.optional(),
    /** Template of the body. Absent: the arguments that nothing else uses. */
    body: z.json().optional(),
    /** Which part of the response is the result. */
    output: jsonPointer.default(''),
    /** What a 404 means. */
    whenNotFound: z.enum(['error', 'null']).default('error'),
    /** Header that takes the idempotency key; with it the call may be repeated. */
    idempotencyHeader: headerName.optional(),
    batch: batch.optional(),
    /** `false` asks each time, whatever the system allows to be kept. */
    cache: z.literal(false).optional(),
  })
  .superRefine((value, context) => {
    if (value.body !== undefined && (value.method === 'GET' || value.method === 'HEAD')) {
      context.addIssue({ code: 'custom', path: ['body'], message: `${value.method} has no body` });
    }
    for (const name of undeclared(value)) {
      context.addIssue({
        code: 'custom',
        path: ['arguments'],
        message: `{${name}} is used but not declared`,
      });
    }
  });

export const configSchema = z.strictObject({
  baseUrl: webAddress,
  /** Sent with every request. */
  headers: headers.optional(),
  operations: namedList(operation),
  limits: limitsSchema,
  cache: cacheSchema,
  /** What `testConnection` asks for with GET. */
  testPath: path.default('/'),
});

export type HttpConfig = z.infer<typeof configSchema>;
export type HttpOperation = z.infer<typeof operation>;
export type HttpBatch = z.infer<typeof batch>;

interface ArgumentUse {
  readonly path: string;
  readonly arguments?: Readonly<Record<string, unknown>> | undefined;
  readonly query?: Readonly<Record<string, string>> | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly batch?: { readonly keyArgument: string } | undefined;
}

function undeclared(value: ArgumentUse): readonly string[] {
  const declared = value.arguments;
  if (declared === undefined) return [];
  const used = placeholdersOf([value.path, value.query ?? {}, value.headers ?? {}]);
  const all = new Set([...used, ...(value.batch === undefined ? [] : [value.batch.keyArgument])]);
  return [...all].filter((name) => !Object.hasOwn(declared, name));
}
