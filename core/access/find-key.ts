import type { ApiKey } from '../../prisma/_generated/client.ts';
import type { Database } from '../../kernel/database/database.ts';
import type { Services } from '../context.ts';

export type KeyRow = ApiKey;

const minuteMs = 60_000;

/** The key with this public id, in whichever tenant: nobody is known yet who could be in one. */
export async function findKey(database: Database, publicId: string): Promise<KeyRow | undefined> {
  const row = await database.asSystem((tx) => tx.apiKey.findUnique({ where: { publicId } }), {
    isReadOnly: true,
  });
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
      (tx) => tx.$executeRaw`
        update access.api_key set last_used_at = ${minute}
        where tenant_id = ${tenantId}::uuid and id = ${id}::uuid
          and (last_used_at is null or last_used_at < ${minute})`,
    )
    .catch((error: unknown) => {
      log.warn({ err: error }, 'could not note the use of an API key');
    });
}
