import { z } from 'zod';

import { keepingSchema } from '../parts/kept-result.ts';
import { limitsSchema } from '../parts/limits.ts';
import { identifier } from '../parts/names.ts';
import { namedList } from '../parts/web-config.ts';
import { statementFault } from './statement.ts';

const parameter = z.strictObject({
  name: identifier,
  description: z.string().max(1000).optional(),
  type: z.enum(['string', 'integer', 'number', 'boolean', 'json', 'array']).default('string'),
  isRequired: z.boolean().default(true),
  /** `idempotencyKey` takes the key of the call in place of an argument; with it a change may be made again. */
  source: z.enum(['argument', 'idempotencyKey']).default('argument'),
});

const operation = z
  .strictObject({
    name: identifier,
    description: z.string().max(1000).optional(),
    /** One statement; values go in at `$1` … (postgresql) or `?` (mariadb), in the order of `parameters`. */
    statement: z.string().min(1).max(20_000),
    parameters: z.array(parameter).max(200).default([]),
    /** `read` runs in a transaction that can change nothing. */
    access: z.enum(['read', 'write']).default('read'),
    /** All rows, the first one or null, or how many the statement was about. */
    result: z.enum(['rows', 'row', 'count']).default('rows'),
    /** More rows are a failure, never cut off. */
    maxRows: z.int().min(1).max(100_000).default(1_000),
    /** The result of what reads is used again for so long. */
    cache: keepingSchema.optional(),
    /** Calls that differ in one parameter share a statement, which gets all keys as an array. */
    batch: z
      .strictObject({
        keyArgument: identifier,
        /** The column that says to which key a row belongs. */
        key: z.string().min(1).max(63),
        maxKeys: z.int().min(1).max(10_000).default(500),
      })
      .optional(),
  })
  .superRefine((value, context) => {
    const add = (path: string, message: string): void => {
      context.addIssue({ code: 'custom', path: [path], message });
    };
    const fault = statementFault(value.statement, value.access);
    if (fault !== undefined) add('statement', fault);
    const names = value.parameters.map(({ name }) => name);
    if (new Set(names).size !== names.length) add('parameters', 'two have one name');
    const { batch, cache } = value;
    if (cache !== undefined && value.access === 'write') add('cache', 'only what reads is kept');
    if (batch === undefined) return;
    if (value.access === 'write') add('batch', 'only what reads can be made together');
    if (value.result === 'count') add('batch', 'a count belongs to no key');
    if (!names.includes(batch.keyArgument))
      add('batch', `there is no parameter ${batch.keyArgument}`);
  });

export const configSchema = z.strictObject({
  dialect: z.enum(['postgresql', 'mariadb']),
  host: z
    .string()
    .max(253)
    .regex(/^[\w.:[\]-]+$/u, 'a name or an address'),
  port: z.int().min(1).max(65_535).optional(),
  database: z.string().min(1).max(63),
  /** `verify` asks for a certificate that is valid for the host; `off` sends everything, the password too, in the open. */
  tls: z.enum(['verify', 'off']).default('verify'),
  /** Certificates (PEM) of the authority that signs the database's, where it is none of the usual ones. */
  certificateAuthority: z.string().max(65_536).optional(),
  operations: namedList(operation),
  limits: limitsSchema,
});

export const credentialSchema = z.strictObject({
  type: z.literal('password'),
  username: z.string().min(1).max(128),
  password: z.string().min(1).max(1024),
});

export type SqlConfig = z.infer<typeof configSchema>;
export type SqlOperation = z.infer<typeof operation>;
export type SqlParameter = z.infer<typeof parameter>;
export type SqlCredential = z.infer<typeof credentialSchema>;

/** The port of a configuration, or the usual one. */
export function portOf({ port, dialect }: SqlConfig): number {
  return port ?? (dialect === 'postgresql' ? 5432 : 3306);
}
