import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { inject } from 'vitest';
import { openDatabase } from '../../kernel/database/database.ts';
import type { Database } from '../../kernel/database/database.ts';
import { roleNamesFor } from '../../kernel/database/roles.ts';
import { newId } from '../../kernel/ids.ts';
import { copyEmbeddedTemplate } from './embedded-template.ts';
import { silentLog } from './log.ts';
import { settingStatements, suiteSettings, type SessionSettings } from './session-settings.ts';
import { sized } from './soak.ts';

/** A migrated, empty database of its own, dropped when disposed. */
export interface TestDatabase extends AsyncDisposable {
  readonly database: Database;
  /** What another process needs to open it: the URL, or undefined and a data folder when embedded. */
  readonly databaseUrl: string | undefined;
  readonly dataDir: string;
}

/** Which database a test runs on. */
export type DatabaseKind = 'postgres' | 'embedded';

/** True if a PostgreSQL server was found. */
export const hasPostgres: boolean = inject('servers').postgresUrl !== undefined;

/** True if a Redis server was found. */
export const hasRedis: boolean = inject('servers').redisUrl !== undefined;

/** For `describe.each`, where SQL itself is under test: all kinds that can run here. */
export const allDatabaseKinds: readonly DatabaseKind[] = hasPostgres
  ? ['postgres', 'embedded']
  : ['embedded'];

/** For `describe.each`, where the database is only the ground: the first kind, in a soak all of them. */
export const databaseKinds: readonly DatabaseKind[] = sized(
  allDatabaseKinds.slice(0, 1),
  allDatabaseKinds,
);

/** The run's Redis, shared by all test files; undefined if there is none. */
export function testRedisUrl(): string | undefined {
  return inject('servers').redisUrl;
}

/** Makes a database for a test file: on the real server if there is one, else embedded. */
export async function createTestDatabase(
  kind: DatabaseKind = databaseKinds[0] ?? 'embedded',
  settings: SessionSettings = suiteSettings(),
): Promise<TestDatabase> {
  await using stack = new AsyncDisposableStack();
  const dataDir = await mkdtemp(join(tmpdir(), 'operandi-test-'));
  stack.defer(() => rm(dataDir, { recursive: true, force: true }));
  const databaseUrl = kind === 'embedded' ? undefined : await copyTemplate(stack, settings);
  if (kind === 'embedded') await copyEmbeddedTemplate(inject('servers').embeddedFolder, dataDir);
  const config = { databaseUrl, dataDir, databasePoolSize: 10 };
  const database = stack.use(await openDatabase(config, silentLog));
  const made = stack.move();
  return { database, databaseUrl, dataDir, [Symbol.asyncDispose]: () => made.disposeAsync() };
}

async function copyTemplate(
  stack: AsyncDisposableStack,
  settings: SessionSettings,
): Promise<string> {
  const { template } = inject('servers');
  // Files are copied in a third of the time that it takes to log their pages.
  const made = await makeDatabase(`template ${template} strategy file_copy`);
  stack.use(made);
  // A copy of a database has none of the settings of its original.
  for (const statement of settingStatements(made.name, settings)) await maintain(statement);
  return made.databaseUrl;
}

/** An empty database of the real server, without a table; dropped when disposed, with the roles that migrations make. */
export async function createEmptyDatabase(): Promise<
  AsyncDisposable & { readonly databaseUrl: string }
> {
  await using stack = new AsyncDisposableStack();
  const { name, databaseUrl } = stack.adopt(await makeDatabase(''), async (database) => {
    await database[Symbol.asyncDispose]();
    for (const role of Object.values(roleNamesFor(database.name)))
      await maintain(`drop role if exists ${role}`);
  });
  for (const statement of settingStatements(name, suiteSettings())) await maintain(statement);
  const made = stack.move();
  return { databaseUrl, [Symbol.asyncDispose]: () => made.disposeAsync() };
}

async function makeDatabase(
  how: string,
): Promise<AsyncDisposable & { readonly name: string; readonly databaseUrl: string }> {
  const name = `operandi_test_${newId().replaceAll('-', '')}`;
  const url = new URL(postgresUrl());
  url.pathname = `/${name}`;
  await maintain(`create database ${name} ${how}`);
  return {
    ...{ name, databaseUrl: url.href },
    [Symbol.asyncDispose]: () => maintain(`drop database if exists ${name} with (force)`),
  };
}

async function maintain(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: postgresUrl() });
  await client.connect();
  await client.query(statement);
  await client.end();
}

function postgresUrl(): string {
  const { postgresUrl: url } = inject('servers');
  if (url === undefined) throw new Error('no PostgreSQL for this test');
  return url;
}
