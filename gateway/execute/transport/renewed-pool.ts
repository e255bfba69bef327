import { Pool } from 'undici';

import type { ClientTls, OpenClientTls } from './client-tls.ts';

/** How often certificates are looked at, milliseconds. */
const LOOK_MS = 10_000;

/** A pool that is made anew when the files of its certificates have changed; what runs ends on the old one. */
export interface RenewedPool {
  readonly current: Pool;
  close(): Promise<void>;
}

export function openPool(
  origin: string,
  options: Pool.Options,
  tls: OpenClientTls | undefined,
): RenewedPool {
  const open = (own: ClientTls | undefined): Pool =>
    new Pool(origin, { ...options, ...(own && { connect: { ...own } }) });
  let version = tls?.version();
  let pool = open(tls?.read());
  const renew = (): void => {
    if (tls === undefined || tls.version() === version) return;
    try {
      const next = open(tls.read());
      version = tls.version();
      // Its connections end with what they carry; who fails to close has failed already.
      pool.close().catch(() => undefined);
      pool = next;
    } catch {
      // Half written: the next look finds the rest.
    }
  };
  const timer = tls && setInterval(renew, LOOK_MS);
  timer?.unref();
  return {
    get current() {
      return pool;
    },
    close: () => {
      clearInterval(timer);
      return pool.close();
    },
  };
}
