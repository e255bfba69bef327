import type { LogLevel } from '../logger.ts';
import type { PeerTlsFiles } from '../tls/peer-tls.ts';
import type { processKinds } from './env.ts';
import type { Quotas } from './quotas.ts';
import type { SubgraphName } from './subgraphs.ts';
import type { TelemetrySettings } from './telemetry-variables.ts';
import type { WarehouseSettings } from './warehouse-variables.ts';

/** The most of everything that is accepted. */
export interface Limits {
  readonly requestBytes: number;
  readonly inputBytes: number;
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
  /** Of things that one tenant has. */
  readonly quotas: Quotas;
}

/** What clients may ask of the platform's gateway. */
export interface Door {
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
  /** Of reads that may be stale; undefined: the primary has them. */
  readonly databaseReplicaUrl: string | undefined;
  /** How far that may be behind, milliseconds. */
  readonly databaseReplicaLagMs: number;
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
  readonly telemetry: TelemetrySettings;
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
  /** What is kept of the answers of outside systems. */
  readonly callCache: {
    /** In memory; 0 for nothing. */
    readonly maxBytes: number;
    /** Of one answer. */
    readonly maxEntryBytes: number;
  };
  /** Undefined where the processes of the platform speak plain HTTP. */
  readonly tls: PeerTlsFiles | undefined;
  /** What copies what has ended and answers questions about it. */
  readonly warehouse: WarehouseSettings;
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
  /** Programs of the operator that are called over standard streams, at once. */
  readonly toolServerProcesses: number;
}
