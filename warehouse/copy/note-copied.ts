import type { Database } from '../../kernel/database/database.ts';

/** Up to when a copy has what happened, but for some tenants. */
export interface Copied {
  readonly name: string;
  readonly copiedAt: Date;
  readonly behind: readonly string[];
}

/** The time of the database. */
export async function now(database: Pick<Database, 'asSystem'>): Promise<Date> {
  const [row] = await database.asSystem((tx) => tx.$queryRaw<{ at: Date }[]>`select now() as at`, {
    isReadOnly: true,
  });
  if (row === undefined) throw new Error('the database does not tell the time');
  return row.at;
}

/** Tells the platform, which forgets no job before that is copied. */
export async function noteCopied(
  database: Pick<Database, 'asSystem'>,
  { name, copiedAt, behind }: Copied,
): Promise<void> {
  await database.asSystem(
    (tx) => tx.$executeRaw`
      insert into jobs.history_copier (name, copied_at, behind) values (${name}, ${copiedAt}, ${behind}::uuid[])
      on conflict (name) do update set copied_at = excluded.copied_at, behind = excluded.behind, seen_at = now()`,
  );
}
