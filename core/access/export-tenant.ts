import type { Services } from '../context.ts';
import { findTenant } from './find-tenant.ts';
import { tenantTables } from './tenant-tables.ts';

/** Rows read at once. */
const portion = 500;
/** What is sealed or hashed proves nothing outside of this database, and its plain text is shown to nobody. */
const hidden = [
  ...['secret_hash', 'browser_hash', 'state_hash'],
  ...['sealed', 'previous_sealed', 'sealed_headers'],
];
/** A day, milliseconds. */
const patienceMs = 86_400_000;

/**
 * Gives every row that the tenant has, one JSON text each: `{"table": …, "row": …}`. It is read through the tenant's own
 * eyes, so that row-level security lets no other in. What only workers keep for themselves is left out.
 */
export async function exportTenant(
  { database }: Pick<Services, 'database'>,
  wanted: string,
  write: (line: string) => Promise<void>,
): Promise<{ readonly id: string; readonly rows: number }> {
  const { id } = await database.asSystem((tx) => findTenant(tx, wanted), { isReadOnly: true });
  const tables = await tenantTables(database.pool);
  const rows = await database.withTenant(
    id,
    async (tx) => {
      // All tables as they stand at one moment, though the tenant goes on.
      await tx.$executeRaw`set transaction isolation level repeatable read`;
      let count = 0;
      for (const { name, column } of tables) {
        const [right] = await tx.$queryRaw<{ isMine: boolean }[]>`
          select has_table_privilege(${name}, 'select') as "isMine"`;
        if (right?.isMine !== true) continue;
        // Names come from the catalogue, quoted by the database.
        await tx.$executeRawUnsafe(
          `declare dump no scroll cursor for
           select (to_jsonb(t) - $1::text[])::text as line from ${name} as t where ${column} = $2::uuid`,
          hidden,
          id,
        );
        for (;;) {
          const found = await tx.$queryRawUnsafe<{ line: string }[]>(`fetch ${portion} from dump`);
          for (const { line } of found)
            await write(`{"table":${JSON.stringify(name)},"row":${line}}\n`);
          count += found.length;
          if (found.length < portion) break;
        }
        await tx.$executeRawUnsafe('close dump');
      }
      return count;
    },
    { isReadOnly: true, timeoutMs: patienceMs },
  );
  return { id, rows };
}
