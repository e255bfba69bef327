import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { AppError } from '../../errors.ts';
import type { Logger } from '../../logger.ts';
import type { Binaries } from './binaries.ts';
import { commandAs, runProgram } from './run-program.ts';
import type { ServerUser } from './server-user.ts';

/**
 * Starts the server, passes a stop on and ends with it. When the input ends, who started it is dead: then the server stops
 * as well. Input is read by a process of its own, as a shell can't wait for two things; it asks again, as a server that has
 * just begun does not hear yet, but not for ever, as one that ended may stay in the list of processes.
 */
const guard = `
exec 3<&0
"$@" <&- 3<&- & server=$!
trap '' INT TERM HUP
{ read -r order
  for try in 1 2 3 4 5 6 7 8 9 10; do kill -s INT "$server" 2>/dev/null || break; sleep 1 <&- 2>&-; done
} <&3 & reader=$!
exec <&- 3<&-
wait "$server"; status=$?
kill -s KILL "$reader" 2>/dev/null
exit "$status"`;

/** Beside other programs on one machine, for a few connections; fsync stays on, as in any database. */
const settings = {
  max_connections: '60',
  shared_buffers: '32MB',
  // Without processes that read for others: what is here is mostly in memory.
  io_method: 'sync',
  max_wal_senders: '0',
  // What a backup of the running server needs of its log.
  wal_level: 'replica',
  max_replication_slots: '2',
  jit: 'off',
  huge_pages: 'off',
  autovacuum_max_workers: '2',
  max_worker_processes: '4',
  max_parallel_workers: '2',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_min_messages: 'warning',
  log_checkpoints: 'off',
  max_logical_replication_workers: '0',
  cluster_name: 'operandi',
} as const;

const keptLines = 20;

/** Where and as whom to serve. */
export interface ServeOptions {
  readonly binaries: Pick<Binaries, 'postgres' | 'pgCtl'>;
  readonly user: ServerUser;
  /** The files of the database. */
  readonly folder: string;
  /** A folder for the socket, or a port of the loopback address. */
  readonly listen: { readonly socketFolder: string } | { readonly port: number };
  readonly log: Logger;
}

/** A running server. */
export interface RunningServer extends AsyncDisposable {
  /** Rejects, with what it said last, when it ends though nobody wanted that. */
  readonly ended: Promise<never>;
}

/** Starts the server; one that an earlier process left behind is stopped before. It may not take connections yet. */
export async function startServer(options: ServeOptions): Promise<RunningServer> {
  const { binaries, user, folder, listen, log } = options;
  await stopOrphan(options);
  const place =
    'port' in listen
      ? { listen_addresses: '127.0.0.1', port: String(listen.port) }
      : { listen_addresses: '', unix_socket_directories: listen.socketFolder };
  const flags = Object.entries({ ...settings, ...place }).flatMap(([name, value]) => [
    '-c',
    `${name}=${value}`,
  ]);
  const command = [binaries.postgres, '-D', folder, ...flags];
  const { file, args, options: as } = commandAs(guarded(command), user);
  const child = spawn(file, args, { ...as, stdio: ['pipe', 'ignore', 'pipe'] });
  const said = listenTo(child, log);
  // Even when only the shell beside it was killed: the server stops when nobody holds its input.
  const gone = once(child, 'exit').finally(() => child.stdin.destroy());
  child.stdin.on('error', () => undefined);
  let isWanted = true;
  const ended = gone.then(() => {
    const reason = isWanted ? `the embedded database ended: ${said.join('\n')}` : 'it was stopped';
    throw new AppError('UNAVAILABLE', reason);
  });
  ended.catch(() => undefined);
  return {
    ended,
    async [Symbol.asyncDispose]() {
      isWanted = false;
      child.stdin.end('stop\n');
      if (process.platform === 'win32') await stopWith(options, 'fast');
      await gone.catch(() => undefined);
    },
  };
}

function guarded(command: readonly string[]): readonly string[] {
  return process.platform === 'win32' ? command : ['/bin/sh', '-c', guard, 'guard', ...command];
}

/** Its words go to the log, the last of them are kept for an error. */
function listenTo({ stderr }: ChildProcess, log: Logger): readonly string[] {
  const lines: string[] = [];
  if (stderr === null) return lines;
  createInterface({ input: stderr }).on('line', (line) => {
    lines.push(line);
    if (lines.length > keptLines) lines.shift();
    log.debug({ line }, 'the embedded database says');
  });
  return lines;
}

/** A server whose starter was killed may still be there; its files may have one server only. */
async function stopOrphan(options: ServeOptions): Promise<void> {
  if (!existsSync(join(options.folder, 'postmaster.pid'))) return;
  // A pid file without a server is no fault: the server itself takes it over.
  await stopWith(options, 'fast').catch(() =>
    stopWith(options, 'immediate').catch(() => undefined),
  );
}

async function stopWith({ binaries, folder, user }: ServeOptions, mode: string): Promise<void> {
  await runProgram([binaries.pgCtl, 'stop', '-D', folder, '-m', mode, '-w', '-t', '20'], user);
}
