import { z } from 'zod';
import { logLevels } from '../logger.ts';
import { budgets } from './budgets.ts';
import { databaseVariables } from './database-variables.ts';
import { quotaVariables } from './quotas.ts';
import { runVariables } from './run-variables.ts';
import { tlsVariables } from './tls-variables.ts';
import { toolServerVariables } from './tool-servers.ts';
import { integer, list, optionalInteger, optionalPort, redisUrl, text, url } from './variables.ts';
import { telemetryVariables } from './telemetry-variables.ts';
import { warehouseVariables } from './warehouse-variables.ts';

/** One environment variable, as `docs/configuration.md` lists it. */
export interface EnvironmentVariable {
  readonly name: string;
  readonly default: string;
  readonly expected: string;
  readonly meaning: string;
}

const HOST_PORT = /^(\[[0-9a-f:.]+\]|[a-z0-9.-]+)(:\d{1,5})?$/i;
const HTTP = ['http', 'https'];

function subgraphUrl(name: string, port: number) {
  return url(HTTP, {
    expected: 'an http or https URL',
    meaning: `Where the gateway finds the ${name} subgraph when it runs as a process of its own.`,
    otherwise: `\`http://127.0.0.1:${port}/graphql\``,
  });
}

/** Kinds of processes that a definition can ask for. */
export const processKinds = ['shell', 'script', 'container'] as const;

/** Every variable the platform reads, each parsed alone; what depends on several is in config.ts and secrets.ts. */
export const environment = z.object({
  NODE_ENV: z.enum(['production', 'development', 'test']).default('development').meta({
    expected: 'production, development or test',
    meaning: '`production` switches introspection off and JSON logs on.',
  }),
  ...databaseVariables,
  REDIS_URL: redisUrl({
    expected:
      'a redis:// or rediss:// URL, also of sentinels (redis+sentinel://one,two/name) or a cluster (redis+cluster://one,two)',
    meaning:
      'Redis 7 or newer, for wake-ups and shared limits. Without it they stay in the process.',
    otherwise: 'in process',
  }),
  OPERANDI_DATA_DIR: z.string().default('.operandi').meta({
    expected: 'a folder',
    meaning: 'Where the embedded mode keeps its database and generated secrets.',
  }),
  OPERANDI_HOST: z.string().default('127.0.0.1').meta({
    expected: 'a host name or address',
    meaning: 'Address to listen on.',
  }),
  PORT: integer(4_000, [0, 65_535], 'Port of the gateway; 0 takes a free one.'),
  OPERANDI_SUBGRAPH_PORT: optionalPort({
    meaning: 'Port of a subgraph that runs as a process of its own.',
    otherwise: 'access 4001, jobs 4002, integrations 4003, audit 4004',
  }),
  OPERANDI_WORKER_PORT: optionalPort({
    meaning: 'Port on which a worker process serves its health and metrics.',
    otherwise: 'not served',
  }),
  OPERANDI_METRICS_PORT: optionalPort({
    meaning:
      'Port on which the gateway serves its health and metrics apart from the API. In production `/metrics` is nowhere else.',
    otherwise: 'not served',
  }),
  OPERANDI_ACCESS_URL: subgraphUrl('access', 4_001),
  OPERANDI_JOBS_URL: subgraphUrl('jobs', 4_002),
  OPERANDI_INTEGRATIONS_URL: subgraphUrl('integrations', 4_003),
  OPERANDI_AUDIT_URL: subgraphUrl('audit', 4_004),
  OPERANDI_ASSERTION_KEY: text({
    expected: 'id:base64 of 32 bytes',
    meaning:
      'Ed25519 key with which the gateway signs who calls. No other process needs it. `operandi keys assertion` makes one.',
    otherwise: 'for the gateway alone: required; unused in one process',
  }),
  OPERANDI_ASSERTION_PUBLIC_KEYS: text({
    expected: 'id:base64 of 32 bytes, several separated by commas',
    meaning:
      'What subgraphs check that with. To rotate, add the new one here first, then change the key, then take the old one out.',
    otherwise: 'for subgraphs: required; unused in one process',
  }),
  OPERANDI_MASTER_KEY: text({
    expected: 'id:base64 of 32 bytes, newest first, several separated by commas',
    meaning: 'Encrypts stored credentials. To rotate, put a new key before the old one.',
    otherwise: 'generated when embedded, else required',
  }),
  OPERANDI_SECRETS_COMMAND: text({
    expected: 'a program and the words that it is given, separated by spaces',
    meaning:
      'Asked at start for secrets: it prints a JSON object of names of settings and their values. It is run as it is, without a shell.',
    otherwise: 'secrets come from the environment and from files',
  }),
  OPERANDI_ADMIN_KEY_FILE: text({
    expected: 'a file that is not there yet',
    meaning:
      'Where the first admin key is written, mode 0600, instead of being printed; read only when there is no tenant yet.',
    otherwise: 'printed once',
  }),
  OPERANDI_PUBLIC_URL: url(HTTP, {
    expected: 'an http or https URL',
    meaning:
      'Where browsers reach the gateway; identity providers send people back there. Without it people sign in only on this machine.',
    otherwise: 'none',
  }),
  OPERANDI_SESSION_SECONDS: integer(
    604_800,
    [60, 31_536_000],
    'How long somebody who signed in stays so at the most, seconds.',
  ),
  OPERANDI_SESSION_IDLE_SECONDS: integer(
    28_800,
    [60, 31_536_000],
    'How long somebody who signed in stays so without doing anything, seconds.',
  ),
  OPERANDI_OIDC_CLIENT_SECRETS: text({
    expected: 'id=secret, several separated by commas',
    meaning:
      'Secrets of confidential clients with which people sign in, each by the id of its identity provider. Public clients need none.',
    otherwise: 'none',
  }),
  LOG_LEVEL: z
    .enum(logLevels)
    .default('info')
    .meta({
      expected: logLevels.join(', '),
      meaning: 'The least important lines that are logged.',
    }),
  ...telemetryVariables,
  OPERANDI_WORKER_CONCURRENCY: integer(
    32,
    [1, 10_000],
    'Most jobs of one tenant a worker runs at once; of all tenants, twice as many.',
  ),
  OPERANDI_LEASE_MS: integer(
    30_000,
    [500, 3_600_000],
    'How long a worker may be silent before another takes its jobs, milliseconds.',
  ),
  OPERANDI_POLL_MS: integer(
    400,
    [10, 60_000],
    'How often waiting parts look into the database though nothing woke them, milliseconds.',
  ),
  OPERANDI_DRAIN_DELAY_MS: optionalInteger([0, 600_000], {
    meaning:
      'How long a process that was told to stop goes on serving while its readiness says 503, milliseconds.',
    otherwise: '`5000` in production, else `0`',
  }),
  OPERANDI_DRAIN_MS: integer(
    10_000,
    [0, 3_600_000],
    'How long requests, subscriptions and jobs under way may go on after that, milliseconds.',
  ),
  OPERANDI_MUTE_MS: integer(
    10_000,
    [1_000, 3_600_000],
    'How long the main thread of a worker may stand still before the process ends, milliseconds. Below the lease.',
  ),
  OPERANDI_QUARANTINE_PROCESSES: integer(
    2,
    [1, 64],
    'Most processes in which a worker runs quarantined jobs, one job each.',
  ),
  OPERANDI_QUARANTINE_MEMORY_MB: integer(
    512,
    [64, 1_048_576],
    'Largest heap of such a process, MiB.',
  ),
  OPERANDI_POISON_JOBS: integer(
    3,
    [1, 10_000],
    'Jobs of one agent that may kill such a process for good within an hour before the agent is paused.',
  ),
  OPERANDI_INTROSPECTION: z.enum(['true', 'false']).optional().meta({
    expected: 'true or false',
    meaning: 'Whether the API tells its schema.',
    otherwise: '`false` in production, else `true`',
  }),
  OPERANDI_EGRESS_ALLOW: list(z.string().regex(HOST_PORT)).meta({
    expected: 'host[:port], several separated by commas',
    meaning: 'Private addresses that integrations may reach all the same.',
  }),
  HTTPS_PROXY: url(HTTP, {
    expected: 'an http or https URL',
    meaning: 'Proxy for calls to outside systems whose address begins with `https:`.',
    otherwise: 'none',
  }),
  HTTP_PROXY: url(HTTP, {
    expected: 'an http or https URL',
    meaning: 'The same for those that begin with `http:`.',
    otherwise: 'none',
  }),
  NO_PROXY: list(z.string().max(255)).meta({
    expected: 'host[:port], addresses, ranges or `*`, several separated by commas',
    meaning: 'Hosts that are called without a proxy; each stands for the hosts below it, too.',
  }),
  OPERANDI_ALLOW_RUN: list(z.enum(processKinds)).meta({
    expected: 'shell, script, container, several separated by commas',
    meaning: 'Processes that definitions may start on the machines of workers.',
  }),
  PATH: z.string().default('/usr/local/bin:/usr/bin:/bin').meta({
    expected: 'folders separated by colons',
    meaning: 'Where the programs of such processes are looked for.',
  }),
  ...tlsVariables,
  ...runVariables,
  ...toolServerVariables,
  ...budgets,
  ...quotaVariables,
  ...warehouseVariables,
  OPERANDI_URL: z
    .url({ protocol: /^https?$/ })
    .default('http://127.0.0.1:4000/graphql')
    .meta({
      expected: 'an http or https URL',
      meaning: 'The GraphQL endpoint that the client commands of the command line talk to.',
    }),
  OPERANDI_API_KEY: text({
    expected: 'an API key',
    meaning: 'The key with which they do; without it as who signed in by `operandi login`.',
    otherwise: 'none',
  }),
  OPERANDI_USAGE_KEY: text({
    expected: 'the shared key',
    meaning:
      'The key of `usage.report` for `operandi gateway usage` and `operandi schema check --usage`.',
    otherwise: 'none',
  }),
  OPERANDI_CONTEXTS_FILE: text({
    expected: 'a file',
    meaning: 'Where the command line keeps the sessions of `operandi login`, mode 0600.',
    otherwise: '`~/.config/operandi/contexts.json`',
  }),
});

/** The parsed variables. */
export type Environment = z.output<typeof environment>;

/** What a value of the variable must look like, in words. */
export function expectedOf(name: string): string {
  return (
    environmentVariables().find((variable) => variable.name === name)?.expected ?? 'another value'
  );
}

/** All variables with default and meaning: what `docs/configuration.md` is checked against. */
export function environmentVariables(): EnvironmentVariable[] {
  return Object.entries(environment.shape).map(([name, schema]) => {
    const meta = schema.meta() ?? {};
    const standard = schema.safeParse(undefined).data;
    return {
      name,
      default: textOf(meta['otherwise']) ?? constantOf(standard),
      expected: textOf(meta['expected']) ?? '',
      meaning: textOf(meta['meaning']) ?? '',
    };
  });
}

/** A default that is a text or a number; variables with any other say it in words. */
function constantOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? `\`${value}\`` : 'none';
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
