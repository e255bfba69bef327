import { z } from 'zod';

import { defaultLimits } from '../egress/policy.ts';
import { headerName, identifier, jsonPointer } from './names.ts';
import { placeholdersOf } from './template.ts';

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

const path = z
  .string()
  .max(2048)
  .regex(/^\/[^\s?#\\]*$/u, 'starts with / and has no query, fragment or space')
  .refine((text) => !text.split('/').some((segment) => segment === '.' || segment === '..'), {
    message: 'dot segments are not allowed',
  });

const query = z.record(z.string().min(1).max(256), z.string().max(4096));
const headers = z.record(headerName, z.string().max(4096));

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

const limits = z.strictObject({
  ratePerSecond: z.number().positive().max(100_000).optional(),
  concurrency: z.int().min(1).max(1000).default(defaultLimits.concurrency),
  maxQueued: z.int().min(0).max(100_000).default(defaultLimits.maxQueued),
  timeoutMs: z.int().min(1).max(3_600_000).optional(),
  maxResponseBytes: z
    .int()
    .min(1)
    .max(100 * 1024 * 1024)
    .default(defaultLimits.maxResponseBytes),
  maxAttempts: z.int().min(1).max(10).default(defaultLimits.maxAttempts),
});

export const configSchema = z.strictObject({
  baseUrl: z.string().max(2048).refine(isBaseUrl, {
    message: 'an http or https address without user info, query and fragment',
  }),
  /** Sent with every request. */
  headers: headers.optional(),
  operations: z
    .array(operation)
    .min(1)
    .max(500)
    .superRefine((list, context) => {
      const names = list.map((item) => item.name);
      names.forEach((name, index) => {
        if (names.indexOf(name) === index) return;
        context.addIssue({
          code: 'custom',
          path: [index, 'name'],
          message: `${name} is declared twice`,
        });
      });
    }),
  limits: limits.prefault({}),
  /** What `testConnection` asks for with GET. */
  testPath: path.default('/'),
});

export type HttpConfig = z.infer<typeof configSchema>;
export type HttpOperation = z.infer<typeof operation>;
export type HttpBatch = z.infer<typeof batch>;

function isBaseUrl(text: string): boolean {
  const url = URL.parse(text);
  if (url === null) return false;
  const isHttp = url.protocol === 'http:' || url.protocol === 'https:';
  return (
    isHttp && url.username === '' && url.password === '' && url.search === '' && url.hash === ''
  );
}

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
