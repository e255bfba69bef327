import { sealAuditEvents } from '../../core/audit/seal.ts';
import type { Services } from '../../core/context.ts';
import { until } from './until.ts';

/** Seals up to the newest event, which has to wait as long as any older transaction of the server runs. */
export async function sealAll(
  services: Pick<Services, 'database' | 'doorbell' | 'keyring' | 'log'>,
  limit = 100,
): Promise<void> {
  await until('every event is sealed', async () => {
    while ((await sealAuditEvents(services, limit)) > 0);
    const { rowCount } = await services.database.pool.query(
      `select from audit.event e, audit.sealer mark
       where (e.tx, e.position) > (mark.tx, mark.position)
         and e.tx < pg_snapshot_xmax(pg_current_snapshot()) limit 1`,
    );
    return rowCount === 0;
  });
}
