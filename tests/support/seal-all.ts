import { sealAuditEvents } from '../../core/audit/seal.ts';
import type { Services } from '../../core/context.ts';
import { until } from './until.ts';

/** Seals up to the newest event, which has to wait as long as any older transaction of the server runs. */
export async function sealAll(
  services: Pick<Services, 'database' | 'doorbell' | 'log'>,
  limit = 100,
): Promise<void> {
  await until('every event is sealed', async () => {
    while ((await sealAuditEvents(services, limit)) > 0);
    const { rowCount } = await services.database.pool.query(
      `select from audit.event e
       where not exists (
         select from audit.seal s where (s.tx, s.position) >= (e.tx, e.position))
       limit 1`,
    );
    return rowCount === 0;
  });
}
