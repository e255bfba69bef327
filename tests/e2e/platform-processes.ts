import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { newSigningKey, publicKeyOf } from '../../kernel/crypto/assertion-keys.ts';
import { makeLogins } from '../support/logins.ts';
import { freePort } from '../support/process.ts';
import { until } from '../support/until.ts';

/** As it is installed: it starts sooner than from the sources. */
export const command = fileURLToPath(new URL('../../cli/operandi.cjs', import.meta.url));

/** Where the tests keep compiled code, for programs that run from the sources: the command looks after its own. */
const { NODE_COMPILE_CACHE } = process.env;

/** One process of the platform. */
export interface PlatformProcess extends AsyncDisposable {
  /** What it has printed so far. */
  output(): string;
  /** Ends it without warning. */
  kill(): Promise<void>;
  /** Sends it a signal, unless it has ended. */
  signal(name: NodeJS.Signals): void;
  readonly exitCode: Promise<number | null>;
}

/** Starts `operandi …`, or another program, with an environment of its own. */
export function startProcess(
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
  program = command,
): PlatformProcess {
  const child = spawn(process.execPath, [program, ...args], {
    env: {
      ...{ PATH: process.env['PATH'], LOG_LEVEL: 'info' },
      ...(program === command ? {} : { NODE_COMPILE_CACHE }),
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout.on('data', (data: Buffer) => (output += data.toString()));
  child.stderr.on('data', (data: Buffer) => (output += data.toString()));
  const exitCode = once(child, 'exit').then(([code]) => code as number | null);
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    await exitCode;
  };
  return {
    output: () => output,
    exitCode,
    kill: () => end('SIGKILL'),
    signal: (name) => void child.kill(name),
    async [Symbol.asyncDispose]() {
      const patience = setTimeout(() => child.kill('SIGKILL'), 15_000);
      await end('SIGTERM');
      clearTimeout(patience);
    },
  };
}

/** The platform as the compose file lays it out, on ports of its own. */
export interface DistributedPlatform extends AsyncDisposable {
  readonly url: string;
  readonly adminKey: string;
  readonly environment: Readonly<Record<string, string>>;
  startWorker(): PlatformProcess;
  /** Starts the warehouse that the audit subgraph asks; its files go with the platform. */
  startWarehouse(): Promise<PlatformProcess>;
}

export async function startDistributed(servers: {
  readonly databaseUrl: string;
  readonly redisUrl: string;
  readonly egressAllow: string;
  /** The way of all but the migration to the database. @default directly */
  readonly through?: (databaseUrl: string) => string;
}): Promise<DistributedPlatform> {
  const { through = (url) => url } = servers;
  await using stack = new AsyncDisposableStack();
  const names = ['access', 'jobs', 'integrations', 'audit'] as const;
  const ports = new Map<string, number>();
  for (const name of [...names, 'gateway']) ports.set(name, await freePort());
  const logins = stack.use(await makeLogins(servers.databaseUrl));
  const assertionKey = newSigningKey();
  const warehousePort = String(await freePort());
  const environment: Readonly<Record<string, string>> = {
    DATABASE_URL: through(logins.worker),
    REDIS_URL: servers.redisUrl,
    DATABASE_POOL_SIZE: '5',
    OPERANDI_EGRESS_ALLOW: servers.egressAllow,
    OPERANDI_LEASE_MS: '2000',
    OPERANDI_MASTER_KEY: `k1:${randomBytes(32).toString('base64')}`,
    PORT: String(ports.get('gateway')),
    ...Object.fromEntries(
      names.map((name) => [
        `OPERANDI_${name.toUpperCase()}_URL`,
        `http://127.0.0.1:${ports.get(name) ?? 0}/graphql`,
      ]),
    ),
  };
  const adminKey = await migrateDatabase({
    ...environment,
    DATABASE_MIGRATION_URL: servers.databaseUrl,
  });
  const subgraphs = new Map<string, PlatformProcess>();
  for (const name of names) {
    const port = String(ports.get(name));
    const own = {
      DATABASE_URL: through(logins.app),
      OPERANDI_ASSERTION_PUBLIC_KEYS: publicKeyOf(assertionKey),
      OPERANDI_SUBGRAPH_PORT: port,
      OPERANDI_WAREHOUSE_URL: `http://127.0.0.1:${warehousePort}`,
    };
    const subgraph = stack.use(startProcess(['subgraph', name], { ...environment, ...own }));
    subgraphs.set(name, subgraph);
  }
  await Promise.all(
    names.map((name) =>
      untilReady(`http://127.0.0.1:${ports.get(name) ?? 0}`).catch((cause: unknown) => {
        const output = subgraphs.get(name)?.output() ?? '';
        throw new Error(`the subgraph ${name} did not become ready:\n${output}`, { cause });
      }),
    ),
  );
  const { OPERANDI_MASTER_KEY: _masterKey, ...public_ } = environment;
  const gatewaySecrets = {
    DATABASE_URL: through(logins.gateway),
    OPERANDI_ASSERTION_KEY: assertionKey,
  };
  const gateway = stack.use(startProcess(['gateway'], { ...public_, ...gatewaySecrets }));
  const base = `http://127.0.0.1:${ports.get('gateway') ?? 0}`;
  await untilReady(base).catch((error: unknown) => {
    throw new Error(`the gateway did not become ready:\n${gateway.output()}`, { cause: error });
  });
  const started = stack.move();
  return {
    url: `${base}/graphql`,
    adminKey,
    environment,
    startWorker: () => started.use(startProcess(['worker'], environment)),
    async startWarehouse() {
      const folder = await mkdtemp(join(tmpdir(), 'operandi-warehouse-'));
      started.defer(() => rm(folder, { recursive: true, force: true }));
      const how = ['--folder', folder, '--port', warehousePort];
      const warehouse = startProcess(['warehouse', ...how], {
        ...environment,
        OPERANDI_ASSERTION_PUBLIC_KEYS: publicKeyOf(assertionKey),
        OPERANDI_WAREHOUSE_INTERVAL_MS: '100',
      });
      return started.use(warehouse);
    },
    [Symbol.asyncDispose]: () => started.disposeAsync(),
  };
}

/** Runs `operandi migrate`, and answers the first key. */
export async function migrateDatabase(
  environment: Readonly<Record<string, string>>,
  program = command,
): Promise<string> {
  await using migration = startProcess(['migrate'], environment, program);
  const code = await migration.exitCode;
  const key = /opk_\S+/.exec(migration.output())?.[0];
  if (code !== 0 || key === undefined) throw new Error(`migrate failed:\n${migration.output()}`);
  return key;
}

/** Resolves when the process at the address says that it can work. */
export async function untilReady(base: string): Promise<void> {
  const ask = (): Promise<boolean> =>
    fetch(`${base}/health/ready`).then(
      (response) => response.ok,
      () => false,
    );
  await until(`${base} is ready`, ask, 300_000);
}
