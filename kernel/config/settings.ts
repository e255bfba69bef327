import { availableParallelism } from 'node:os';
import type { LogLevel } from '../logger.ts';
import type { PeerTlsFiles } from '../tls/peer-tls.ts';
import type { Environment, processKinds } from './env.ts';
import { toSubgraphUrls, type SubgraphName } from './subgraphs.ts';
import { toTls } from './tls-variables.ts';

/** The most of everything that is accepted. */
interface Limits {
  readonly requestBytes: number;
  readonly inputBytes: number;
  /** Jobs of one tenant that are not over. */
  readonly liveJobs: number;
  readonly outputBytes: number;
  readonly definitionBytes: number;
  readonly journalBytes: number;
  /** Tasks in one definition. */
  readonly tasks: number;
  readonly scheduleIntervalMs: number;
  /** Depth of a definition, an input or an output. */
  readonly nesting: number;
  /** Task executions of one job. */
  readonly iterations: number;
  /** Jobs that start one another in a row. */
  readonly jobDepth: number;
  /** What one expression may compute, steps. */
  readonly expressionSteps: number;
  /** What one job may compute, steps of expressions. */
  readonly computeSteps: number;
}

/** What clients may ask of the platform's gateway. */
interface Door {
  /** Proxies of our own whose word on the client's address counts. */
  readonly trustedHops: number;
  readonly connections: number;
  readonly connectionsPerAddress: number;
  readonly subscriptionsPerKey: number;
  readonly subscriptionsPerTenant: number;
  /** Of one operation. */
  readonly cost: number;
  /** In a minute, like the next two. */
  readonly requestsPerKey: number;
  readonly requestsPerTenant: number;
  readonly costPerKey: number;
}

/** Everything that can be configured and may be shown, but for the URLs, which can hold passwords. */
export interface Settings {
  /** `embedded` if no database URL is given. */
  readonly mode: 'embedded' | 'real';
  readonly dataDir: string;
  /** Where the first admin key is written; undefined: it is printed. */
  readonly adminKeyFile: string | undefined;
  readonly databaseUrl: string | undefined;
  /** For migrations; undefined where there is no database URL. */
  readonly databaseMigrationUrl: string | undefined;
  readonly databasePoolSize: number;
  /** Longest time for one statement, milliseconds. */
  readonly databaseDeadlineMs: number;
  /** How long a start waits for a database that is away, milliseconds. */
  readonly databaseWaitMs: number;
  readonly redisUrl: string | undefined;
  readonly host: string;
  readonly port: number;
  /** Where a worker of its own serves health and metrics; undefined: nowhere. */
  readonly workerPort: number | undefined;
  /** Where the gateway serves health and metrics apart from the API; undefined: nowhere. */
  readonly metricsPort: number | undefined;
  /** Collector of traces; undefined: nothing is traced. */
  readonly otlpEndpoint: string | undefined;
  readonly subgraphUrls: Readonly<Record<SubgraphName, string>>;
  /** Undefined for the default of each name. */
  readonly subgraphPort: number | undefined;
  readonly logLevel: LogLevel;
  readonly worker: {
    /** Jobs at once. */
    readonly concurrency: number;
    readonly leaseMs: number;
    readonly pollMs: number;
    /** For jobs that compute much. */
    readonly threads: {
      readonly count: number;
      /** Of each. */
      readonly memoryMb: number;
      /** How long one may be silent before it is ended. */
      readonly muteMs: number;
    };
  };
  /** How a process that was told to stop ends. */
  readonly drain: {
    /** How long it goes on serving while it is not ready, milliseconds. */
    readonly delayMs: number;
    /** How long what is under way may go on after that, milliseconds. */
    readonly deadlineMs: number;
  };
  /** What holds jobs that kill or mute what runs them. */
  readonly poison: {
    /** How long a main thread may stand still, milliseconds. */
    readonly muteMs: number;
    /** Most processes for quarantined jobs beside one worker. */
    readonly processes: number;
    /** Largest heap of one, MiB. */
    readonly memoryMb: number;
    /** Jobs that may die in one within an hour before their agent is paused. */
    readonly jobs: number;
  };
  readonly limits: Limits;
  /** What reading documents of authors, callers and peers may use. */
  readonly documents: {
    readonly threads: number;
    readonly maxMemoryMb: number;
    readonly deadlineMs: number;
    readonly redriveDeadlineMs: number;
  };
  readonly door: Door;
  /** How people sign in. */
  readonly signIn: {
    /** Where browsers reach the gateway; undefined: on this machine only. */
    readonly publicUrl: string | undefined;
    readonly sessions: { readonly seconds: number; readonly idleSeconds: number };
  };
  readonly isProduction: boolean;
  /** Whether the API tells its schema. */
  readonly introspection: boolean;
  /** `host` or `host:port` that integrations may reach although private. */
  readonly allowPrivateAddresses: readonly string[];
  /** URLs of proxies for calls to outside systems, by the scheme of what is called. */
  readonly proxy: {
    readonly https: string | undefined;
    readonly http: string | undefined;
    /** Hosts that are reached directly: `host[:port]`, an address, a CIDR range, or `*`. A host stands for all below it. */
    readonly except: readonly string[];
  };
  /** What calls that definitions make by themselves may take. */
  readonly calls: {
    /** Longest time of one without a timeout of its author, from sending it to the last byte, milliseconds. */
    readonly timeoutMs: number;
    /** In flight, of one tenant to one origin. */
    readonly concurrency: number;
  };
  /** Undefined where the processes of the platform speak plain HTTP. */
  readonly tls: PeerTlsFiles | undefined;
  /** Processes that definitions may start. */
  readonly processes: {
    readonly allowed: readonly (typeof processKinds)[number][];
    /** Where programs are looked for, as in PATH; within a sandbox only in the folders of the system. */
    readonly path: string;
    /** `unsafe`: as the user of the worker, who sees all that the worker sees. */
    readonly isolation: 'bubblewrap' | 'unsafe';
    /** `host`: all that this machine reaches, past the guard of calls. */
    readonly network: 'none' | 'host';
    /** Images of containers: whole names, or their beginnings with a `*` at the end. */
    readonly images: readonly string[];
    /** Folders of this machine of which containers may mount something. */
    readonly volumes: readonly string[];
    /** Processes with all they start, at once. */
    readonly concurrency: number;
    /** Of one process, and of the files that it writes. */
    readonly memoryMb: number;
    /** Of one process. */
    readonly cpuSeconds: number;
    /** What one may start, itself included. */
    readonly tasks: number;
  };
}

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
    otlpEndpoint: env.OTEL_EXPORTER_OTLP_ENDPOINT,
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
  };
}

function toDatabase(env: Environment, mode: Settings['mode']) {
  return {
    databaseUrl: env.DATABASE_URL,
    databaseMigrationUrl: env.DATABASE_MIGRATION_URL ?? env.DATABASE_URL,
    databasePoolSize: env.DATABASE_POOL_SIZE ?? poolSizes[mode],
    databaseDeadlineMs: env.DATABASE_DEADLINE_MS,
    databaseWaitMs: env.DATABASE_WAIT_MS,
  };
}

function toLimits(env: Environment): Limits {
  return {
    requestBytes: env.OPERANDI_MAX_REQUEST_BYTES,
    inputBytes: env.OPERANDI_MAX_INPUT_BYTES,
    liveJobs: env.OPERANDI_MAX_LIVE_JOBS,
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
