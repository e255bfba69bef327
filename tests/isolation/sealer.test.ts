import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { sealAuditEvents } from '../../core/audit/seal.ts';
import { verifyLog } from '../../core/audit/verify-log.ts';
import type { VerbContext } from '../../core/context.ts';
import { setSecret } from '../../core/jobs/set-secret.ts';
import { createTestDatabase, databaseKinds, type TestDatabase } from '../support/database.ts';
import { until } from '../support/until.ts';
import {
  contextOfNewTenant,
  openTestServices,
  type TestServices,
} from '../support/verb-context.ts';

describe.each(databaseKinds)('sealing the events of many tenants on the %s database', (kind) => {
  let test: TestDatabase;
  let services: TestServices;

  beforeAll(async () => {
    test = await createTestDatabase(kind);
    services = openTestServices(test.database);
  });
  afterAll(async () => {
    await services[Symbol.asyncDispose]();
    await test[Symbol.asyncDispose]();
  });

  const query = (text: string) => test.database.pool.query(text);
  const act = (context: VerbContext) => setSecret(context, { name: 'key', value: 'value' });

  async function unsealedOf({ actor }: VerbContext): Promise<number> {
    const { rows } = await test.database.pool.query(
      `select from audit.event e where tenant_id = $1 and not exists (
         select from audit.seal s where s.tenant_id = e.tenant_id and s.event_id = e.id)`,
      [actor.tenantId],
    );
    return rows.length;
  }

  /** Events are sealed once all transactions of the server that began before them are over. */
  const untilSealed = (context: VerbContext) =>
    until('all are sealed', async () => {
      await sealAuditEvents(services, 100);
      return (await unsealedOf(context)) === 0;
    });

  it('goes on with the others when those of one cannot be sealed, and takes these up when they can', async () => {
    const noisy = await contextOfNewTenant(services);
    const quiet = await contextOfNewTenant(services);
    await query(
      `create function audit.refuse() returns trigger language plpgsql as $$
         begin
           if new.tenant_id = '${noisy.actor.tenantId}' then
             raise exception using errcode = '23505';
           end if;
           return new;
         end $$;
       create trigger refuse before insert on audit.seal for each row execute function audit.refuse()`,
    );
    for (const context of [noisy, quiet, noisy, quiet]) await act(context);
    await sealAuditEvents(services, 100);
    for (const context of [quiet, noisy, quiet]) await act(context);
    await untilSealed(quiet);
    expect([await unsealedOf(noisy), await unsealedOf(quiet)]).toEqual([3, 0]);

    await query('drop trigger refuse on audit.seal');
    await query('update audit.unsealed set retry_at = now()');
    for (let turn = 0; turn < 3; turn += 1) await sealAuditEvents(services, 2);
    await act(noisy);
    await untilSealed(noisy);
    expect([await unsealedOf(noisy), await unsealedOf(quiet)]).toEqual([0, 0]);
    for (const context of [noisy, quiet])
      expect(await verifyLog(context, {})).toMatchObject({ isIntact: true });
  });
});
