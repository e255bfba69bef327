import { z } from 'zod';

import { limitsSchema } from '../parts/limits.ts';
import { headerName, identifier } from '../parts/names.ts';
import { headersSchema, namedList, webAddress } from '../parts/web-config.ts';

const schema = z.record(z.string(), z.json());

const tool = z.strictObject({
  name: z.string().regex(/^[\w-]{1,64}$/, 'letters, digits, _ and -, at most 64'),
  description: z.string().max(2000).optional(),
  /** JSON Schema of its arguments. */
  arguments: schema,
});

const operation = z.strictObject({
  name: identifier,
  description: z.string().max(1000).optional(),
  model: z.string().min(1).max(200),
  /** What the author tells the model. Arguments never get here. */
  instructions: z.string().min(1).max(100_000),
  /** JSON Schema of the output. Absent: a text. */
  output: schema.optional(),
  /** What the model may ask for. The call answers with what it asked; nothing is done. */
  tools: z.array(tool).max(128).optional(),
  maxOutputTokens: z.int().min(1).max(1_000_000).optional(),
  temperature: z.number().min(0).max(2).optional(),
  /** True for an answer that comes piece by piece, from providers that let nobody wait in silence; it is read to its end. */
  stream: z.boolean().default(false),
  /** How often a model is told that its output does not fit, within one call. */
  maxRepairs: z.int().min(0).max(5).default(1),
});

const price = z.number().min(0).max(1_000_000);

export const configSchema = z.strictObject({
  /** Where `/chat/completions` is found, e.g. `https://api.openai.com/v1`. */
  baseUrl: webAddress,
  /** Sent with every request. */
  headers: headersSchema.optional(),
  operations: namedList(operation),
  /** Of a million tokens, in any currency: with them `usage.cost` is told. */
  prices: z.record(z.string(), z.strictObject({ input: price, output: price })).optional(),
  /** Header that takes the idempotency key, where the provider has one. */
  idempotencyHeader: headerName.optional(),
  limits: limitsSchema,
});

export type LlmConfig = z.infer<typeof configSchema>;
export type LlmOperation = z.infer<typeof operation>;
export type LlmTool = z.infer<typeof tool>;
