import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import type { ListenOptions } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { PGlite } from '@electric-sql/pglite';
import type { Logger } from '../../logger.ts';
import type { ConnectionTarget } from '../pool.ts';
import { lockFolder } from './lock.ts';
import { serveSession } from './server.ts';

/** The system refuses socket paths of more than 107 bytes; what we add to the folder takes 35. */
const MAX_TEMP_FOLDER_BYTES = 64;
/** node-postgres looks for a socket of this name in the folder that is given as host. */
const SOCKET_NAME = '.s.PGSQL.5432';
const LOOPBACK = '127.0.0.1';

/** An embedded PostgreSQL that a pool connects to as to a real one. */
export interface EmbeddedDatabase extends AsyncDisposable {
  readonly target: ConnectionTarget;
}

/** Opens the embedded database of a data folder, making it at first; refuses if a process has it open already. */
export async function openEmbedded(dataDir: string, log: Logger): Promise<EmbeddedDatabase> {
  const folder = resolve(dataDir);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await using stack = new AsyncDisposableStack();
  stack.use(await lockFolder(folder));

  const session = await PGlite.create(join(folder, 'database'));
  stack.defer(() => session.close());

  const socketFolder = process.platform === 'win32' ? undefined : await makePrivateFolder();
  if (socketFolder !== undefined) {
    stack.defer(() => rm(socketFolder, { recursive: true, force: true }));
  }
  const listen: ListenOptions =
    socketFolder === undefined
      ? { host: LOOPBACK, port: 0 }
      : { path: join(socketFolder, SOCKET_NAME) };
  const server = stack.use(await serveSession(session, { listen, log }));

  const opened = stack.move();
  return {
    target: {
      host: socketFolder ?? LOOPBACK,
      ...(server.port === undefined ? {} : { port: server.port }),
      user: 'postgres',
      database: 'postgres',
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

/** A new folder that only this user may enter, its path short enough for a socket in it. */
async function makePrivateFolder(): Promise<string> {
  const parent = Buffer.byteLength(tmpdir()) > MAX_TEMP_FOLDER_BYTES ? '/tmp' : tmpdir();
  return mkdtemp(join(parent, 'operandi-'));
}
