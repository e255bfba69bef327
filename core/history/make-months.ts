import type { Services } from '../context.ts';

/** Makes a table of history for a month ahead, should one be missing; answers whether there may be more to make. */
export async function makeMonths({
  database,
  log,
}: Pick<Services, 'database' | 'log'>): Promise<boolean> {
  const made = await database.asSystem(async (tx) => {
    const [row] = await tx.$queryRaw<{ made: string | null }[]>`select jobs.make_month() as made`;
    return row?.made ?? null;
  });
  if (made !== null) log.info({ made }, 'made the table of a month');
  return made !== null;
}
