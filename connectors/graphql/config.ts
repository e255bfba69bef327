import { z } from 'zod';

import { keepingSchema } from '../parts/kept-result.ts';
import { limitsSchema } from '../parts/limits.ts';
import { headerName, identifier, jsonPointer } from '../parts/names.ts';
import { headersSchema, namedList, webAddress } from '../parts/web-config.ts';
import { documentFaults } from './documents.ts';
import { schemaOf } from './remote-schema.ts';

const maxDocument = 20_000;
const maxSchema = 1_000_000;

const operation = z
  .strictObject({
    name: identifier,
    description: z.string().max(1000).optional(),
    /** One query or mutation with the fragments that it uses; its variables are the arguments. */
    document: z.string().min(1).max(maxDocument),
    /** Which part of `data` is the result; of the whole answer with `errors: keep`. */
    output: jsonPointer.default(''),
    /** What an answer with errors is: a failed call, or a result `{data, errors}` as every answer then is. */
    errors: z.enum(['fail', 'keep']).default('fail'),
    /** Header that takes the idempotency key; with it a mutation may be repeated. */
    idempotencyHeader: headerName.optional(),
    /** The result of a query is used again for so long. */
    cache: keepingSchema.optional(),
    /** Calls that differ in one variable share a request, in which each has an alias. */
    batch: z
      .strictObject({
        keyArgument: identifier,
        maxKeys: z.int().min(1).max(500).default(50),
      })
      .optional(),
  })
  .refine(({ batch, errors }) => batch === undefined || errors === 'fail', {
    path: ['errors'],
    message: 'in a batch, errors belong to single keys: they fail',
  });

export const configSchema = z
  .strictObject({
    url: webAddress,
    /** Sent with every request. */
    headers: headersSchema.optional(),
    /** SDL of the system, against which the documents are checked; `discoverIntegration` fetches it. */
    schema: z.string().max(maxSchema).optional(),
    operations: namedList(operation),
    limits: limitsSchema,
  })
  .superRefine((config, context) => {
    const schema = config.schema === undefined ? undefined : schemaOf(config.schema);
    if (schema instanceof Error) {
      context.addIssue({ code: 'custom', path: ['schema'], message: schema.message });
      return;
    }
    config.operations.forEach((item, index) => {
      for (const fault of documentFaults(item, schema))
        context.addIssue({
          code: 'custom',
          path: ['operations', index, fault.field],
          message: fault.message,
        });
    });
  });

export type GraphqlConfig = z.infer<typeof configSchema>;
export type GraphqlOperation = z.infer<typeof operation>;
