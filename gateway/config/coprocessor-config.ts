import { z } from 'zod';

const part = z.boolean().default(false);
const stage = z.strictObject({ headers: part, body: part }).optional();

/** The section `coprocessor`. */
export const coprocessorSchema = z
  .strictObject({
    url: z.url(),
    timeoutMs: z.int().positive().default(1_000),
    maxResponseBytes: z
      .int()
      .positive()
      .default(16 * 1024 * 1024),
    isFailingOpen: z.boolean().default(false),
    router: z
      .strictObject({ request: z.strictObject({ headers: part }).optional(), response: stage })
      .prefault({}),
    subgraph: z.strictObject({ request: stage, response: stage }).prefault({}),
  })
  .optional();

/** What the section says. */
export type CoprocessorConfig = NonNullable<z.infer<typeof coprocessorSchema>>;
