import type pg from 'pg';

/** How long an answer is kept, milliseconds: processes that outlived a restore learn of it so late. */
const keptMs = 5_000;

/**
 * How many epochs of a job, and claims of a delivery, one generation has; those of the next begin behind them. Generations
 * count minutes, so that 32 bits have room for 63 years of them.
 */
export const generationRange = 64;

/** Reads in which generation the database is: 0, or a number that each restore makes greater. */
export function createGeneration(pool: Pick<pg.Pool, 'query'>): () => Promise<number> {
  let known: Promise<number> | undefined;
  let readAt = 0;
  return () => {
    const now = performance.now();
    if (known === undefined || now - readAt > keptMs) {
      readAt = now;
      const read = readGeneration(pool);
      known = read;
      read.catch(() => {
        if (known === read) known = undefined;
      });
    }
    return known;
  };
}

async function readGeneration(pool: Pick<pg.Pool, 'query'>): Promise<number> {
  const { rows } = await pool.query<{ generation: number }>(
    'select last_value::int as generation from access.generation',
  );
  return rows[0]?.generation ?? 0;
}

/**
 * Begins the next generation; only who owns the tables can. It is told from the time, in minutes, as a backup that is
 * restored twice does not know of the first time: within the same minute both are one generation.
 */
export async function nextGeneration(pool: Pick<pg.Pool, 'query'>): Promise<number> {
  const { rows } = await pool.query<{ generation: number }>(`
    select setval('access.generation', greatest(last_value + 1,
      floor(extract(epoch from now() - timestamptz '2026-01-01 00:00:00+00') / 60)::bigint))::int as generation
    from access.generation`);
  const [row] = rows;
  if (row === undefined) throw new Error('access.generation is not there');
  return row.generation;
}
