import { z } from 'zod';

const count = z.int().positive();
const header = z
  .string()
  .min(1)
  .transform((name) => name.toLowerCase());

/** The section `usage`. */
export const usageConfigSchema = z
  .strictObject({
    isCounted: z.boolean().default(true),
    clientNameHeader: header.default('apollographql-client-name'),
    clientVersionHeader: header.default('apollographql-client-version'),
    maxClients: count.max(10_000).default(100),
    maxOperations: count.max(10_000).default(50),
    retentionDays: count.max(366).default(30),
    saveMs: count.default(30_000),
    file: z.string().optional(),
    redis: z
      .strictObject({
        isUsed: z.boolean().default(true),
        prefix: z.string().min(1).default('operandi:usage'),
      })
      .prefault({}),
    report: z
      .strictObject({
        path: z.string().startsWith('/').default('/usage'),
        sharedKey: z
          .string()
          .min(16, 'has to be a secret of 16 characters or more, e.g. ${env.USAGE_KEY}'),
      })
      .optional(),
  })
  .prefault({});

/** What is counted of clients, and where it is kept. */
export type UsageConfig = z.infer<typeof usageConfigSchema>;
