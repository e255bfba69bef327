import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { migrate } from '../../kernel/database/migrate.ts';
import { newId } from '../../kernel/ids.ts';
import { findDuckDb } from '../../warehouse/find-duckdb.ts';
import { installHelm } from './helm.ts';
import { startPostgres } from './start-postgres.ts';
import { startRedis } from './start-redis.ts';

/** The servers of a test run; undefined where there is none. */
export interface TestServers {
  readonly redisUrl: string | undefined;
  /** Superuser URL of the maintenance database. */
  readonly postgresUrl: string | undefined;
  /** Name of the migrated database that those of the tests are copied from. */
  readonly template: string;
  /** Where the embedded database that those of the tests are copied from is made when first needed. */
  readonly embeddedFolder: string;
}

declare module 'vitest' {
  interface ProvidedContext {
    servers: TestServers;
  }
}

/** What the projects of a run share, each of which sets itself up. */
let shared: Promise<AsyncDisposable & { readonly servers: TestServers }> | undefined;
let users = 0;

/** Starts what the environment does not name, once a run, and ends it afterwards. */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  users += 1;
  shared ??= startServers();
  const running = await shared;
  project.provide('servers', running.servers);
  return async () => {
    users -= 1;
    if (users === 0) await running[Symbol.asyncDispose]();
  };
}

async function startServers(): Promise<AsyncDisposable & { readonly servers: TestServers }> {
  await using stack = new AsyncDisposableStack();
  const template = `operandi_template_${newId().replaceAll('-', '')}`;
  // Packages come from elsewhere: what starts here starts meanwhile.
  const [postgresUrl, redisUrl] = await Promise.all([
    openPostgres(template, stack),
    process.env['TEST_REDIS_URL'] ?? startRedis().then((server) => stack.use(server)?.url),
    installDuckDb(),
    installHelm(),
  ]);
  report('PostgreSQL', postgresUrl, 'what only a real server can show');
  report('Redis', redisUrl, 'wake-ups between processes');
  const embeddedFolder = await mkdtemp(join(tmpdir(), 'operandi-test-'));
  stack.defer(() => rm(embeddedFolder, { recursive: true, force: true }));
  const running = stack.move();
  return {
    servers: { postgresUrl, redisUrl, template, embeddedFolder },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

async function openPostgres(
  template: string,
  stack: AsyncDisposableStack,
): Promise<string | undefined> {
  const url = process.env['TEST_DATABASE_URL'] ?? stack.use(await startPostgres())?.url;
  if (url !== undefined) await makeTemplate(url, template, stack);
  return url;
}

/** Few need the package of the warehouse, and it weighs 70 MB: `npm ci` leaves it out. */
async function installDuckDb(): Promise<void> {
  if (findDuckDb() !== undefined) return;
  const folder = fileURLToPath(new URL('../../warehouse/duckdb', import.meta.url));
  await promisify(execFile)('npm', ['ci', '--no-audit', '--no-fund'], { cwd: folder });
}

async function makeTemplate(
  url: string,
  template: string,
  stack: AsyncDisposableStack,
): Promise<void> {
  await maintain(url, `create database ${template}`);
  stack.defer(() => maintain(url, `drop database if exists ${template} with (force)`));
  const pool = new pg.Pool({ connectionString: withDatabase(url, template), max: 1 });
  await migrate(pool);
  await pool.end();
}

async function maintain(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(statement);
  await client.end();
}

function withDatabase(url: string, database: string): string {
  const other = new URL(url);
  other.pathname = `/${database}`;
  return other.href;
}

function report(server: string, url: string | undefined, loss: string): void {
  if (url === undefined) process.stderr.write(`no ${server} found: left out is ${loss}\n`);
}
