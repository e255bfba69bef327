import { existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import pg from 'pg';
import { z } from 'zod';
import { AppError } from '../../../errors.ts';
import type { Logger } from '../../../logger.ts';
import { migrate } from '../../migrate.ts';
import { createPool } from '../../pool.ts';
import { openEmbedded } from '../embedded.ts';
import { lockFolder } from '../lock.ts';
import { copyRows, passTransactionIds } from './copy-rows.ts';
import { type EarlierDatabase, findEarlier, openEarlier } from './pglite.ts';

/** What was moved. */
export interface Moved {
  readonly rows: number;
  /** The earlier files, which stay as they were. */
  readonly earlier: string;
}

const migrationRow = z.object({ migration_name: z.string() });
/** The password is only there where the database is reached by a port. */
const results = ['postgres.password', 'postgres'] as const;

/**
 * Moves what the earlier embedded database of a data folder holds into one of today. It is built in a folder beside and
 * put in its place at the end, so that it may be cut off anywhere and started again.
 */
export async function moveEarlier(dataDir: string, log: Logger): Promise<Moved> {
  const dataFolder = resolve(dataDir);
  const earlier = findEarlier(dataFolder);
  if (earlier === undefined)
    throw new AppError('NOT_FOUND', `${dataFolder} holds no database of an earlier version`);
  await using held = new AsyncDisposableStack();
  held.use(await lockFolder(dataFolder));
  if (existsSync(join(dataFolder, 'postgres')))
    throw new AppError(
      'CONFLICT',
      `${dataFolder} has a database of this version already: what was in the earlier one has been moved, or a new one was begun`,
    );
  const draft = join(dataFolder, 'moving');
  await rm(draft, { recursive: true, force: true });
  const rows = await build(dataFolder, { earlier, draft, log });
  for (const name of results)
    if (existsSync(join(draft, name))) await rename(join(draft, name), join(dataFolder, name));
  await rm(draft, { recursive: true, force: true });
  return { rows, earlier };
}

interface Work {
  readonly earlier: string;
  readonly draft: string;
  readonly log: Logger;
}

/** Loads the rows between the migrations that the earlier database had and those that came later, which change rows. */
async function build(dataFolder: string, { earlier, draft, log }: Work): Promise<number> {
  await using from = await openEarlier(dataFolder, earlier);
  const known = await migrationsOf(from);
  await using to = await openEmbedded(draft, log);
  const pool = createPool(to.target, { size: 1, isSilenceWatched: false }, log);
  try {
    await migrate(pool, { isWanted: (name) => known.has(name) });
    const client = new pg.Client(to.target);
    await client.connect();
    try {
      const rows = await copyRows(from, client);
      await passTransactionIds(from, client);
      await client.query('checkpoint');
      await migrate(pool);
      return rows;
    } finally {
      await client.end();
    }
  } finally {
    await pool.end();
  }
}

async function migrationsOf(from: EarlierDatabase): Promise<ReadonlySet<string>> {
  const rows = await from.query(
    `select migration_name from _prisma_migrations
     where finished_at is not null and rolled_back_at is null`,
  );
  return new Set(
    z
      .array(migrationRow)
      .parse(rows)
      .map((row) => row.migration_name),
  );
}
