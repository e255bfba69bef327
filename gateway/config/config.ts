import { z } from 'zod';

import { AppError } from '../../kernel/errors.ts';
import { isWritable } from '../execute/headers/rules.ts';
import { isOriginOrPattern } from '../listen/http/cors.ts';
import { authenticationSchema } from './authentication-config.ts';
import { coprocessorSchema } from './coprocessor-config.ts';
import { cacheConfigSchema, exposureSchema } from './cache-config.ts';
import { usageConfigSchema } from './usage-config.ts';

const count = z.int().positive();
const writable = z.string().refine(isWritable, 'a header that only the gateway writes');
const origin = z
  .string()
  .refine(isOriginOrPattern, 'an origin, or a pattern between slashes that RE2 can read');
const headerRule = z.union([
  z.strictObject({
    propagate: z.string(),
    rename: writable.optional(),
    default: z.string().optional(),
  }),
  z.strictObject({ propagateMatching: z.string() }),
  z.strictObject({ insert: writable, value: z.string() }),
  z.strictObject({ remove: z.string() }),
]);
const headerRules = z
  .strictObject({
    all: z.array(headerRule).optional(),
    subgraphs: z.record(z.string(), z.array(headerRule)).optional(),
  })
  .prefault({});

const clientTls = z
  .strictObject({
    certFile: z.string().optional(),
    keyFile: z.string().optional(),
    caFile: z.string().optional(),
  })
  .refine(({ certFile, keyFile }) => (certFile === undefined) === (keyFile === undefined), {
    error: 'a client certificate needs both certFile and keyFile',
  });

const subgraphDefaults = {
  timeoutMs: count.default(30_000),
  retries: z.int().min(0).default(1),
  retryBudgetPercent: z.number().min(0).max(100).default(20),
  connections: count.default(64),
  maxConcurrent: count.optional(),
  maxCost: count.optional(),
  isHttp2: z.boolean().default(false),
  tls: clientTls.optional(),
  maxResponseBytes: count.default(64 * 1024 * 1024),
  breaker: z
    .strictObject({
      isEnabled: z.boolean().default(true),
      failureRatio: z.number().gt(0).max(1).default(0.5),
      windowMs: count.default(10_000),
      minimumRps: z.number().min(0).default(5),
      openMs: count.default(5_000),
    })
    .prefault({}),
};

/** The configuration file of the gateway; `docs/gateway.md` explains each field. */
export const gatewayConfigSchema = z.strictObject({
  supergraph: z
    .strictObject({
      pollMs: z.int().min(0).default(10_000),
      headers: z.record(z.string(), z.string()).default({}),
      isWatched: z.boolean().default(true),
      maxWarmedOperations: z.int().min(0).default(100),
    })
    .prefault({}),
  server: z
    .strictObject({
      host: z.string().default('127.0.0.1'),
      path: z.string().startsWith('/').default('/graphql'),
      maxBodyBytes: count.default(1024 * 1024),
      maxAnonymousBodyBytes: count.default(64 * 1024),
      bodyTimeoutMs: count.default(15_000),
      maxBodiesBytes: count.default(256 * 1024 * 1024),
      maxBodiesBytesPerCaller: count.default(32 * 1024 * 1024),
      maxConnections: count.default(60_000),
      maxConnectionsPerAddress: count.default(20_000),
      trustedHops: z.int().min(0).default(0),
      maxHeaderBytes: count.default(16 * 1024),
      headersTimeoutMs: count.default(10_000),
      requestTimeoutMs: count.default(30_000),
      keepAliveTimeoutMs: count.default(65_000),
      drainMs: z.int().min(0).default(10_000),
      drainDelayMs: z.int().min(0).default(0),
      maxBatch: count.default(1),
      isAccessLogged: z.boolean().default(false),
      isNamingRequests: z.boolean().default(false),
      isCompressing: z.boolean().default(false),
      tls: z.strictObject({ certFile: z.string(), keyFile: z.string() }).optional(),
    })
    .prefault({}),
  authentication: authenticationSchema,
  cors: z
    .strictObject({
      origins: z.array(origin).default([]),
      isCredentialed: z.boolean().default(false),
      headers: z.array(z.string()).default(['content-type', 'authorization', 'x-api-key']),
      exposedHeaders: z.array(z.string()).default(['x-request-id', 'retry-after']),
      maxAgeSeconds: z.int().min(0).default(600),
    })
    .refine(({ origins, isCredentialed }) => !isCredentialed || !origins.includes('*'), {
      path: ['origins'],
      error: 'name the origins: with isCredentialed, * would let every page act for its visitors',
    })
    .prefault({}),
  uploads: z
    .strictObject({
      isEnabled: z.boolean().default(false),
      maxFiles: count.default(10),
      maxFileBytes: count.default(16 * 1024 * 1024),
      maxWaitingBytes: z
        .int()
        .min(0)
        .default(1024 * 1024),
    })
    .prefault({}),
  introspection: z.boolean().default(true),
  suggestions: z.boolean().default(true),
  landingPage: z.boolean().default(true),
  metrics: z.boolean().default(true),
  graphiql: z.boolean().default(true),
  limits: z
    .strictObject({
      maxTokens: count.default(15_000),
      maxDepth: count.default(50),
      maxAliases: count.default(500),
      maxRootFields: count.default(200),
      maxFields: count.default(10_000),
      maxDirectives: count.default(500),
      maxCost: count.optional(),
      costMode: z.enum(['enforce', 'measure']).default('enforce'),
      isActualCostMeasured: z.boolean().default(false),
    })
    .prefault({}),
  persisted: z
    .strictObject({
      isAutomatic: z.boolean().default(true),
      maxAutomatic: count.default(5_000),
      trusted: z.enum(['off', 'log', 'enforce']).default('off'),
      manifestFile: z.string().optional(),
      isWatched: z.boolean().default(true),
      pollMs: z.int().min(0).default(10_000),
    })
    .prefault({}),
  rateLimit: z
    .strictObject({
      windowSeconds: count.default(60),
      requestsPerKey: count.optional(),
      requestsPerTenant: count.optional(),
      costPerKey: count.optional(),
    })
    .prefault({}),
  execution: z
    .strictObject({
      isInboundShared: z.boolean().default(true),
      isOutboundShared: z.boolean().default(true),
      isMergingFetches: z.boolean().default(true),
      maxCachedDocuments: count.default(2_000),
      planTimeoutMs: count.default(10_000),
      planner: z.enum(['apollo', 'hive']).default('apollo'),
      executor: z.enum(['operandi', 'apollo', 'compare']).default('operandi'),
      compare: z
        .strictObject({
          share: z.number().min(0).max(1).default(0.01),
          maxConcurrent: count.default(4),
          timeoutMs: count.default(10_000),
        })
        .prefault({}),
    })
    .prefault({}),
  cache: cacheConfigSchema,
  usage: usageConfigSchema,
  expose: z.strictObject({ cache: exposureSchema, queryPlan: exposureSchema }).prefault({}),
  errors: z
    .strictObject({
      isMaskingSubgraphs: z.boolean().default(false),
    })
    .prefault({}),
  overrides: z.record(z.string(), z.number().min(0).max(100)).prefault({}),
  headers: z.strictObject({ request: headerRules, response: headerRules }).prefault({}),
  plugins: z.array(z.string()).default([]),
  coprocessor: coprocessorSchema,
  subgraph: z.strictObject(subgraphDefaults).prefault({}),
  subgraphs: z
    .record(
      z.string(),
      z.strictObject({
        url: z.string().optional(),
        subscriptionUrl: z.string().optional(),
        subscriptionProtocol: z
          .enum(['graphql-transport-ws', 'graphql-ws', 'sse', 'callback'])
          .optional(),
        timeoutMs: count.optional(),
        retries: z.int().min(0).optional(),
        connections: count.optional(),
        maxConcurrent: count.optional(),
        maxCost: count.optional(),
        isHttp2: z.boolean().optional(),
        tls: clientTls.optional(),
        maxResponseBytes: count.optional(),
        isMaskingErrors: z.boolean().optional(),
      }),
    )
    .prefault({}),
  subscriptions: z
    .strictObject({
      resume: z.strictObject({ argument: z.string(), field: z.string() }).optional(),
      callback: z
        .strictObject({
          publicUrl: z.url({ protocol: /^https?$/ }),
          path: z.string().startsWith('/').default('/callback'),
          heartbeatMs: z.int().min(0).default(5_000),
        })
        .optional(),
      maxBufferedBytes: count.default(1024 * 1024),
      maxPendingEvents: count.default(10_000),
      reconnectWithinMs: count.default(30_000),
      maxPerSocket: count.default(100),
      maxPerKey: count.default(20_000),
      maxPerTenant: count.default(20_000),
      maxMessageBytes: count.default(256 * 1024),
      initTimeoutMs: count.default(3_000),
      pingMs: count.default(15_000),
      maxSockets: count.default(50_000),
      maxSocketsPerAddress: count.default(20_000),
      maxSocketsPerKey: count.default(20_000),
    })
    .prefault({}),
});

/** The configuration with every default filled in. */
export type GatewayConfig = z.infer<typeof gatewayConfigSchema>;

/** Whether the messages of a subgraph's errors are replaced. */
export function isMaskingErrors({ subgraphs, errors }: GatewayConfig, name: string): boolean {
  return subgraphs[name]?.isMaskingErrors ?? errors.isMaskingSubgraphs;
}

/** Checks a configuration; the error lists every fault with its path. */
export function parseGatewayConfig(value: unknown): GatewayConfig {
  const result = gatewayConfigSchema.safeParse(value ?? {});
  if (result.success) return result.data;
  const faults = result.error.issues.flatMap(describeFault);
  throw new AppError(
    'BAD_USER_INPUT',
    ['The gateway configuration is not valid:', ...faults].join('\n  '),
  );
}

/** Of a list of alternatives that do not fit, the one that fits best is told. */
function describeFault(issue: z.core.$ZodIssue): string[] {
  const path = issue.path.map(String).join('.');
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    const [closest = []] = issue.errors.toSorted((a, b) => misfit(a) - misfit(b));
    return closest.flatMap((inner) =>
      describeFault({ ...inner, path: [...issue.path, ...inner.path] }),
    );
  }
  if (issue.code !== 'unrecognized_keys') return [`${path || '(root)'}: ${issue.message}`];
  const known = knownKeys(issue.path);
  const hint = known.length === 0 ? '' : `; known here: ${known.join(', ')}`;
  return issue.keys.map((key) => `${[path, key].filter(Boolean).join('.')}: is not known${hint}`);
}

const misfit = (issues: readonly z.core.$ZodIssue[]): number =>
  issues.filter(({ code }) => code !== 'unrecognized_keys').length;

/** The fields of the section at a path, as far as a schema of fields leads there. */
function knownKeys(path: readonly PropertyKey[]): string[] {
  let section: z.core.JSONSchema._JSONSchema | undefined = gatewayConfigJsonSchema();
  for (const key of path) {
    if (typeof section !== 'object') return [];
    section = section.properties?.[String(key)] ?? section.additionalProperties;
  }
  return typeof section === 'object' ? Object.keys(section.properties ?? {}) : [];
}

/** The JSON Schema of the configuration file, for editors. */
export function gatewayConfigJsonSchema(): z.core.JSONSchema.BaseSchema {
  return z.toJSONSchema(gatewayConfigSchema, { io: 'input' });
}
