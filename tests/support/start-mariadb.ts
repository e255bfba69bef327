import { chown, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { findProgram, freePort, run, startGuarded, unprivilegedUser } from './process.ts';
import { until } from './until.ts';

/** A private MariaDB server with one database, `ledger`. */
export interface MariadbServer extends AsyncDisposable {
  readonly port: number;
}

/** Starts a private server that runs the statements first; undefined if MariaDB is not installed. */
export async function startMariadb(
  statements: readonly string[],
): Promise<MariadbServer | undefined> {
  const program = findProgram('mariadbd');
  const install = findProgram('mariadb-install-db');
  const client = findProgram('mariadb');
  if (program === undefined || install === undefined || client === undefined) return undefined;
  const as = unprivilegedUser();
  const folder = await mkdtemp(join(tmpdir(), 'operandi-mariadb-'));
  if (as !== undefined) await chown(folder, as.uid, as.gid);
  const data = join(folder, 'data');
  const own = ['--no-defaults', `--datadir=${data}`];
  await run([install, ...own, '--auth-root-authentication-method=normal', '--skip-test-db'], as);
  const init = join(folder, 'init.sql');
  await writeFile(init, ['create database ledger', 'use ledger', ...statements, ''].join(';\n'));
  const port = await freePort();
  const server = await startGuarded({
    command: [
      ...[program, ...own, `--port=${String(port)}`, '--bind-address=127.0.0.1'],
      ...[`--socket=${join(folder, 's')}`, `--pid-file=${join(folder, 'pid')}`],
      ...[`--init-file=${init}`, '--skip-log-bin', '--innodb-flush-log-at-trx-commit=0'],
      '--innodb-buffer-pool-size=16M',
    ],
    stopSignal: 'TERM',
    folder,
    as,
  });
  const ping = [
    client,
    '--no-defaults',
    `--socket=${join(folder, 's')}`,
    '-uroot',
    '-e',
    'select 1',
  ];
  try {
    await until('MariaDB accepts connections', () =>
      run(ping, as).then(
        () => true,
        () => false,
      ),
    );
  } catch (cause) {
    await server.stop();
    throw new Error(`MariaDB did not start:\n${server.output()}`, { cause });
  }
  return {
    port,
    async [Symbol.asyncDispose]() {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
