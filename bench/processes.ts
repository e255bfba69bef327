import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';

import type pg from 'pg';

/** Memory of a process (without a pid of this one) from the kernel's own books, megabytes: now (`VmRSS`) or at its most (`VmHWM`). */
export function memory(pid: number | undefined, field: 'VmRSS' | 'VmHWM'): number {
  const status = readFileSync(`/proc/${pid ?? 'self'}/status`, 'utf8');
  return Math.round(Number(new RegExp(`${field}:\\s+(\\d+)`).exec(status)?.[1] ?? 0) / 1024);
}

/** A TCP port that nobody listens on just now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  // A listening TCP server has an address object.
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** The first process of a PostgreSQL server on this machine, of which all others are children. */
export async function postmasterOf(pool: pg.Pool): Promise<number> {
  const { rows } = await pool.query<{ readonly folder: string }>(
    "select current_setting('data_directory') as folder",
  );
  const [pid] = readFileSync(`${rows[0]?.folder ?? ''}/postmaster.pid`, 'utf8').split('\n');
  return Number(pid);
}
