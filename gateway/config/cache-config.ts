import { z } from 'zod';

const count = z.int().positive();

const subgraphCaching = {
  isEnabled: z.boolean().optional(),
  maxTtlSeconds: count.optional(),
  defaultTtlSeconds: z.int().min(0).optional(),
  ignoredHeaders: z.array(z.string()).optional(),
};

/** The section `cache`. */
export const cacheConfigSchema = z
  .strictObject({
    isEnabled: z.boolean().default(false),
    maxBytes: count.default(64 * 1024 * 1024),
    maxEntryBytes: count.default(1024 * 1024),
    maxTtlSeconds: count.default(86_400),
    defaultTtlSeconds: z.int().min(0).default(0),
    ignoredHeaders: z.array(z.string()).default([]),
    privateId: z
      .union([z.literal('identity'), z.strictObject({ claim: z.string().min(1) })])
      .default({ claim: 'sub' }),
    redis: z
      .strictObject({
        isUsed: z.boolean().default(true),
        url: z.string().optional(),
        prefix: z.string().min(1).default('operandi:cache:'),
        timeoutMs: count.default(100),
        maxPending: count.default(1_000),
      })
      .prefault({}),
    invalidation: z
      .strictObject({
        path: z.string().startsWith('/').default('/invalidation'),
        sharedKey: z
          .string()
          .min(16, 'has to be a secret of 16 characters or more, e.g. ${env.INVALIDATION_KEY}'),
      })
      .optional(),
    subgraphs: z.record(z.string(), z.strictObject(subgraphCaching)).default({}),
  })
  .prefault({});

/** Who may see how an answer came about. */
export const exposureSchema = z
  .union([z.enum(['nobody', 'everybody']), z.strictObject({ scope: z.string().min(1) })])
  .default('nobody');
