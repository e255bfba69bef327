import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import pg from 'pg';
import { newKey } from '../../core/access/api-key.ts';
import { permissions } from '../../core/access/permissions.ts';
import { newId } from '../../kernel/ids.ts';
import { freePort } from '../processes.ts';
import { until } from '../../tests/support/until.ts';
import { commandOf, type Build } from '../builds.ts';

/** A platform of separate processes, each started again when it ends, as an orchestrator does. */
export interface Platform extends AsyncDisposable {
  readonly url: string;
  /** A new tenant; answers a key with all permissions. */
  addTenant(name: string): Promise<string>;
  /** How often a process ended by itself. */
  readonly deaths: () => number;
}

interface Servers {
  readonly databaseUrl: string;
  readonly redisUrl: string;
  readonly peers: readonly string[];
}

const subgraphs = ['access', 'jobs', 'integrations', 'audit'] as const;

/** Starts gateway, subgraphs and one worker of a build. */
export async function startPlatform(build: Build, servers: Servers): Promise<Platform> {
  await using stack = new AsyncDisposableStack();
  const ports = new Map<string, number>();
  for (const name of [...subgraphs, 'gateway', 'worker']) ports.set(name, await freePort());
  const port = (name: string): string => String(ports.get(name) ?? 0);
  const environment: Record<string, string> = {
    PATH: process.env['PATH'] ?? '',
    DATABASE_URL: servers.databaseUrl,
    REDIS_URL: servers.redisUrl,
    LOG_LEVEL: 'info',
    OPERANDI_EGRESS_ALLOW: servers.peers.join(','),
    OPERANDI_ASSERTION_SECRET: randomBytes(32).toString('hex'),
    OPERANDI_MASTER_KEY: `k1:${randomBytes(32).toString('base64')}`,
    OPERANDI_WORKER_PORT: port('worker'),
    PORT: port('gateway'),
    ...Object.fromEntries(
      subgraphs.map((name) => [
        `OPERANDI_${name.toUpperCase()}_URL`,
        `http://127.0.0.1:${port(name)}/graphql`,
      ]),
    ),
  };
  let deaths = 0;
  const keep = (args: readonly string[], more: Record<string, string> = {}): void => {
    stack.use(
      keepRunning(build, { args, environment: { ...environment, ...more } }, () => (deaths += 1)),
    );
  };
  await once(startProcess(build, ['migrate'], environment), 'exit');
  for (const name of subgraphs) keep(['subgraph', name], { OPERANDI_SUBGRAPH_PORT: port(name) });
  keep(['gateway']);
  keep(['worker']);
  for (const name of [...subgraphs, 'gateway', 'worker'])
    await until(`${name} of ${build.name} is ready`, () => isReady(port(name)), 90_000);
  const started = stack.move();
  return {
    url: `http://127.0.0.1:${port('gateway')}/graphql`,
    addTenant: (name) => addTenant(servers.databaseUrl, name),
    deaths: () => deaths,
    [Symbol.asyncDispose]: () => started.disposeAsync(),
  };
}

function isReady(port: string): Promise<boolean> {
  return fetch(`http://127.0.0.1:${port}/health/ready`, {
    signal: AbortSignal.timeout(2_000),
  }).then(
    (response) => response.ok,
    () => false,
  );
}

interface Start {
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

function startProcess(
  build: Build,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
) {
  return spawn(process.execPath, [commandOf(build), ...args], {
    cwd: build.folder,
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
}

function keepRunning(
  build: Build,
  { args, environment }: Start,
  onDeath: () => void,
): AsyncDisposable {
  const log = createWriteStream('/dev/null');
  let isWanted = true;
  let child = start();

  function start() {
    const started = startProcess(build, args, environment);
    started.stderr.pipe(log, { end: false });
    started.on('exit', () => {
      if (!isWanted) return;
      onDeath();
      child = start();
    });
    return started;
  }

  return {
    async [Symbol.asyncDispose]() {
      isWanted = false;
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
      log.end();
      await finished(log);
    },
  };
}

/** The rows that a verb for tenants would write. */
async function addTenant(databaseUrl: string, name: string): Promise<string> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const id = newId();
    const { whole, publicId, secretHash } = newKey('live');
    await client.query('insert into access.tenant (id, name) values ($1, $2)', [id, name]);
    await client.query(
      `insert into access.api_key (tenant_id, id, name, public_id, secret_hash, permissions, created_by)
       values ($1, $2, $3, $4, $5, $6, 'bench')`,
      [id, newId(), name, publicId, Buffer.from(secretHash), permissions],
    );
    return whole;
  } finally {
    await client.end();
  }
}
