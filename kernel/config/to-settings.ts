import { availableParallelism } from 'node:os';
import type { Environment } from './env.ts';
import type { Door, Limits, Settings } from './settings.ts';
import { toSubgraphUrls } from './subgraphs.ts';
import { toTls } from './tls-variables.ts';
import { toTelemetry } from './telemetry-variables.ts';
import { toWarehouse } from './warehouse-variables.ts';

/** A connection to the embedded database is a process of 10 MB or so, beside this one on the same machine. */
const poolSizes = { embedded: 6, real: 10 } as const;

/** What the parsed environment means; the mode is told as a command line may decide it. */
export function toSettings(env: Environment, mode: Settings['mode']): Omit<Settings, 'mode'> {
  const isProduction = env.NODE_ENV === 'production';
  return {
    dataDir: env.OPERANDI_DATA_DIR,
    adminKeyFile: env.OPERANDI_ADMIN_KEY_FILE,
    ...toDatabase(env, mode),
    redisUrl: env.REDIS_URL,
    host: env.OPERANDI_HOST,
    port: env.PORT,
    workerPort: env.OPERANDI_WORKER_PORT,
    metricsPort: env.OPERANDI_METRICS_PORT,
    telemetry: toTelemetry(env),
    subgraphUrls: toSubgraphUrls(env),
    subgraphPort: env.OPERANDI_SUBGRAPH_PORT,
    logLevel: env.LOG_LEVEL,
    worker: {
      concurrency: env.OPERANDI_WORKER_CONCURRENCY,
      leaseMs: env.OPERANDI_LEASE_MS,
      pollMs: env.OPERANDI_POLL_MS,
      threads: {
        count: env.OPERANDI_ENGINE_THREADS ?? Math.max(1, availableParallelism() - 1),
        memoryMb: env.OPERANDI_ENGINE_MEMORY_MB,
        muteMs: env.OPERANDI_ENGINE_MUTE_MS,
      },
    },
    drain: {
      delayMs: env.OPERANDI_DRAIN_DELAY_MS ?? (isProduction ? 5_000 : 0),
      deadlineMs: env.OPERANDI_DRAIN_MS,
    },
    poison: {
      muteMs: env.OPERANDI_MUTE_MS,
      processes: env.OPERANDI_QUARANTINE_PROCESSES,
      memoryMb: env.OPERANDI_QUARANTINE_MEMORY_MB,
      jobs: env.OPERANDI_POISON_JOBS,
    },
    limits: toLimits(env),
    documents: {
      threads: env.OPERANDI_DOCUMENT_THREADS,
      maxMemoryMb: env.OPERANDI_DOCUMENT_MEMORY_MB,
      deadlineMs: env.OPERANDI_DOCUMENT_DEADLINE_MS,
      redriveDeadlineMs: env.OPERANDI_REDRIVE_DEADLINE_MS,
    },
    door: toDoor(env),
    signIn: toSignIn(env),
    isProduction,
    introspection:
      env.OPERANDI_INTROSPECTION === undefined
        ? !isProduction
        : env.OPERANDI_INTROSPECTION === 'true',
    ...toOutgoing(env),
    tls: toTls(env),
    processes: toProcesses(env),
    toolServerProcesses: env.OPERANDI_MCP_PROCESSES,
    warehouse: toWarehouse(env, env.OPERANDI_DATA_DIR),
  };
}

function toOutgoing(env: Environment) {
  return {
    allowPrivateAddresses: env.OPERANDI_EGRESS_ALLOW,
    proxy: { https: env.HTTPS_PROXY, http: env.HTTP_PROXY, except: env.NO_PROXY },
    calls: {
      timeoutMs: env.OPERANDI_CALL_TIMEOUT_MS,
      concurrency: env.OPERANDI_CALL_CONCURRENCY,
    },
    callCache: {
      maxBytes: env.OPERANDI_CALL_CACHE_MB * 1_048_576,
      maxEntryBytes: env.OPERANDI_CALL_CACHE_ENTRY_KB * 1_024,
    },
  };
}

function toDatabase(env: Environment, mode: Settings['mode']) {
  return {
    databaseUrl: env.DATABASE_URL,
    databaseMigrationUrl: env.DATABASE_MIGRATION_URL ?? env.DATABASE_URL,
    databaseReplicaUrl: env.DATABASE_REPLICA_URL,
    databaseReplicaLagMs: env.DATABASE_REPLICA_LAG_MS,
    databasePoolSize: env.DATABASE_POOL_SIZE ?? poolSizes[mode],
    databaseDeadlineMs: env.DATABASE_DEADLINE_MS,
    databaseWaitMs: env.DATABASE_WAIT_MS,
  };
}

function toLimits(env: Environment): Limits {
  return {
    requestBytes: env.OPERANDI_MAX_REQUEST_BYTES,
    inputBytes: env.OPERANDI_MAX_INPUT_BYTES,
    outputBytes: env.OPERANDI_MAX_OUTPUT_BYTES,
    definitionBytes: env.OPERANDI_MAX_DEFINITION_BYTES,
    journalBytes: env.OPERANDI_MAX_JOURNAL_BYTES,
    tasks: env.OPERANDI_MAX_TASKS,
    scheduleIntervalMs: env.OPERANDI_MIN_SCHEDULE_INTERVAL_MS,
    nesting: env.OPERANDI_MAX_NESTING,
    iterations: env.OPERANDI_MAX_ITERATIONS,
    jobDepth: env.OPERANDI_MAX_JOB_DEPTH,
    expressionSteps: env.OPERANDI_MAX_EXPRESSION_STEPS,
    computeSteps: env.OPERANDI_MAX_COMPUTE_STEPS,
    quotas: env.OPERANDI_TENANT_QUOTAS,
  };
}

function toSignIn(env: Environment): Settings['signIn'] {
  return {
    publicUrl: env.OPERANDI_PUBLIC_URL,
    sessions: {
      seconds: env.OPERANDI_SESSION_SECONDS,
      idleSeconds: env.OPERANDI_SESSION_IDLE_SECONDS,
    },
  };
}

function toProcesses(env: Environment): Settings['processes'] {
  return {
    allowed: env.OPERANDI_ALLOW_RUN,
    path: env.PATH,
    isolation: env.OPERANDI_RUN_ISOLATION,
    network: env.OPERANDI_RUN_NETWORK,
    images: env.OPERANDI_RUN_IMAGES,
    volumes: env.OPERANDI_RUN_VOLUMES,
    concurrency: env.OPERANDI_RUN_CONCURRENCY,
    memoryMb: env.OPERANDI_RUN_MEMORY_MB,
    cpuSeconds: env.OPERANDI_RUN_CPU_SECONDS,
    tasks: env.OPERANDI_RUN_TASKS,
  };
}

function toDoor(env: Environment): Door {
  return {
    trustedHops: env.OPERANDI_TRUSTED_HOPS,
    connections: env.OPERANDI_MAX_CONNECTIONS,
    connectionsPerAddress: env.OPERANDI_MAX_CONNECTIONS_PER_ADDRESS,
    subscriptionsPerKey: env.OPERANDI_MAX_SUBSCRIPTIONS_PER_KEY,
    subscriptionsPerTenant: env.OPERANDI_MAX_SUBSCRIPTIONS_PER_TENANT,
    cost: env.OPERANDI_MAX_COST,
    requestsPerKey: env.OPERANDI_RATE_REQUESTS_PER_KEY,
    requestsPerTenant: env.OPERANDI_RATE_REQUESTS_PER_TENANT,
    costPerKey: env.OPERANDI_RATE_COST_PER_KEY,
  };
}
