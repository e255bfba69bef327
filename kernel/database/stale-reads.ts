import { PrismaPg } from '@prisma/adapter-pg';
import type pg from 'pg';
import { PrismaClient } from '../../prisma/_generated/client.ts';
import { AppError } from '../errors.ts';
import type { Logger } from '../logger.ts';
import { reasonOf } from './faults.ts';
import { createPool, type PoolLimits } from './pool.ts';
import { watchReplica } from './replica.ts';

/** Reads that may be a little old, for which a replica is asked. */
export interface StaleReads extends AsyncDisposable {
  /** Milliseconds by which the replica is known to be behind at most. */
  readonly lagMs: number;
  /** How often each was asked. */
  readonly asked: { readonly replica: number; readonly primary: number };
  /** Asks the replica where it is near enough, and the primary where it is not or fails. */
  run<T>(
    tenantId: string,
    ways: { replica(client: PrismaClient): Promise<T>; primary(): Promise<T> },
  ): Promise<T>;
  noteWrite(tenantId: string): void;
  /** Looks how the replica stands. */
  look(): Promise<void>;
}

interface StaleReadsOptions {
  readonly url: string;
  readonly maxLagMs: number;
  readonly limits: PoolLimits;
  /** To ask the primary where its log stands, apart from its pool. */
  readonly probe: Pick<pg.Pool, 'query'>;
}

/** Nothing is connected before somebody asks. */
export function openStaleReads(options: StaleReadsOptions, log: Logger): StaleReads {
  const { url, maxLagMs, limits, probe } = options;
  const stack = new AsyncDisposableStack();
  const pool = createPool({ connectionString: url }, limits, log);
  stack.defer(() => pool.end());
  const watch = createPool({ connectionString: url }, { ...limits, size: 1 }, log);
  stack.defer(() => watch.end());
  const client = new PrismaClient({ adapter: new PrismaPg(pool) });
  stack.defer(() => client.$disconnect());
  const replica = stack.use(watchReplica({ primary: probe, replica: watch, maxLagMs }));
  const asked = { replica: 0, primary: 0 };
  return {
    get lagMs() {
      return replica.lagMs;
    },
    asked,
    async run(tenantId, ways) {
      if (!replica.serves(tenantId)) {
        asked.primary += 1;
        return ways.primary();
      }
      asked.replica += 1;
      try {
        return await ways.replica(client);
      } catch (error) {
        // The platform itself says no; anything else may be the replica's doing, and reading twice hurts nobody.
        if (error instanceof AppError && error.code !== 'UNAVAILABLE') throw error;
        replica.leave();
        log.warn({ reason: reasonOf(error) }, 'a replica failed; the primary was asked');
        asked.primary += 1;
        return ways.primary();
      }
    },
    noteWrite: (tenantId) => replica.noteWrite(tenantId),
    look: () => replica.look(),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}
