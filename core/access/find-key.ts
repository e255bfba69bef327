import type { ApiKey, Tenant } from '../../prisma/_generated/client.ts';
import type { Database } from '../../kernel/database/database.ts';
import type { Services } from '../context.ts';

/** A key, and whether its tenant is suspended. */
export type KeyRow = ApiKey & { readonly tenant: Pick<Tenant, 'suspendedAt'> };

const minuteMs = 60_000;

/** The key with this public id, in whichever tenant: nobody is known yet who could be in one. */
export async function findKey(database: Database, publicId: string): Promise<KeyRow | undefined> {
  const include = { tenant: { select: { suspendedAt: true } } };
  const row = await database.asSystem(
    (tx) => tx.apiKey.findUnique({ where: { publicId }, include }),
    { role: 'gateway', isReadOnly: true },
  );
  return row ?? undefined;
}

/** Notes that a key was used, to the minute. Nobody waits for it, so a fault is only told to the log. */
export function touchKey(
  { database, clock, log }: Pick<Services, 'database' | 'clock' | 'log'>,
  { tenantId, id, lastUsedAt }: KeyRow,
): void {
  const minute = new Date(Math.floor(clock.now().getTime() / minuteMs) * minuteMs);
  if (lastUsedAt !== null && lastUsedAt >= minute) return;
  database
    .asSystem(
      (tx) => tx.$queryRaw`
        select from access.note_key_use(${tenantId}::uuid, ${id}::uuid, ${minute}::timestamptz)`,
      { role: 'gateway' },
    )
    .catch((error: unknown) => {
      log.warn({ err: error }, 'could not note the use of an API key');
    });
}
