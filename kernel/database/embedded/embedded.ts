import { once } from 'node:events';
import { chown, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import process from 'node:process';
import pg from 'pg';
import { dataFolderFault, makeFolder } from '../../data-folder.ts';
import type { Logger } from '../../logger.ts';
import { sleep } from '../../retry/sleep.ts';
import type { ConnectionTarget } from '../pool.ts';
import { findBinaries } from './binaries.ts';
import { prepareCluster, syncCluster } from './cluster.ts';
import { keepServer } from './kept-server.ts';
import { lockFolder } from './lock.ts';
import { findServerUser, type ServerUser } from './server-user.ts';
import type { ServeOptions } from './server.ts';

/** The system refuses socket paths of more than 107 bytes; what we add to the folder takes 35. */
const MAX_TEMP_FOLDER_BYTES = 64;
const LOOPBACK = '127.0.0.1';
const RETRY_MS = 20;

/** A PostgreSQL server of this process alone. */
export interface EmbeddedDatabase extends AsyncDisposable {
  readonly target: ConnectionTarget;
}

/** Starts the server of a data folder, making its files at first; refuses if a process has it open already. */
export async function openEmbedded(dataDir: string, log: Logger): Promise<EmbeddedDatabase> {
  const dataFolder = resolve(dataDir);
  await using stack = new AsyncDisposableStack();
  stack.use(await holdFolder(dataFolder));

  const binaries = await findBinaries();
  const user = await findServerUser([dataFolder, dirname(binaries.postgres)]);
  const cluster = await prepareCluster(dataFolder, binaries, user);
  const { folder, password } = cluster;
  const listen = await chooseListening(user, stack);
  const target = {
    ...targetOf(listen),
    ...{ user: 'postgres', database: 'postgres' },
    ...(password === undefined ? {} : { password }),
  };
  const serve = { binaries, user, folder, listen, log };
  stack.use(await keepServer(serve, () => untilItAnswers(target)));
  if (cluster.isNew) {
    const synced = syncCluster(cluster, binaries, user).catch((error: unknown) =>
      log.warn({ err: error }, 'the new database may not be on the disk yet'),
    );
    stack.defer(() => synced);
  }

  const opened = stack.move();
  return { target, [Symbol.asyncDispose]: () => opened.disposeAsync() };
}

/** Makes the folder if it is not there, for this process alone. */
async function holdFolder(folder: string): Promise<AsyncDisposable> {
  try {
    makeFolder(folder);
    return await lockFolder(folder);
  } catch (cause) {
    throw dataFolderFault(folder, cause);
  }
}

/** A socket that only its user may reach; on Windows, which has none, a free port of the loopback address. */
async function chooseListening(
  user: ServerUser,
  stack: AsyncDisposableStack,
): Promise<ServeOptions['listen']> {
  if (process.platform === 'win32') return { port: await freePort() };
  const parent = Buffer.byteLength(tmpdir()) > MAX_TEMP_FOLDER_BYTES ? '/tmp' : tmpdir();
  const socketFolder = await mkdtemp(join(parent, 'operandi-'));
  stack.defer(() => rm(socketFolder, { recursive: true, force: true }));
  if (user.ids !== undefined) await chown(socketFolder, user.ids.uid, user.ids.gid);
  return { socketFolder };
}

function targetOf(listen: ServeOptions['listen']) {
  return 'port' in listen ? { host: LOOPBACK, port: listen.port } : { host: listen.socketFolder };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, LOOPBACK);
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** After a crash the server reads its log again before it takes connections; that may take a while, and is waited for. */
async function untilItAnswers(target: ConnectionTarget): Promise<void> {
  for (;;) {
    if (await answers(target)) return;
    await sleep(RETRY_MS);
  }
}

async function answers(target: ConnectionTarget): Promise<boolean> {
  const client = new pg.Client(target);
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.end();
    return true;
  } catch (error) {
    if (isNotYet(error)) return false;
    throw error;
  }
}

/** Nobody listens yet, or the server says that it is starting up (57P03). */
function isNotYet(error: unknown): boolean {
  if (!(error instanceof Error) || !('code' in error)) return false;
  return ['ENOENT', 'ECONNREFUSED', 'ECONNRESET', '57P03'].includes(String(error.code));
}
