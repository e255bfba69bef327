import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { sealAuditEvents } from '../../core/audit/seal.ts';
import { verifyLog } from '../../core/audit/verify-log.ts';
import type { VerbContext } from '../../core/context.ts';
import { setSecret } from '../../core/jobs/set-secret.ts';
import type { Transaction } from '../../kernel/database/database.ts';
import { Prisma } from '../../prisma/_generated/client.ts';
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

  it('reads no more of all that waits than a portion of it, and no seal but by the index', async () => {
    const { actor } = await contextOfNewTenant(services);
    await test.database.pool.query(
      `insert into audit.event (tenant_id, id, action, actor_kind, actor_id, actor_name, target_kind, target_id, data)
       select $1, audit.new_id(), 'a.b', 'system', 'operandi', 'operandi', 'job', 'j', '{}' from generate_series(1, 3000)`,
      [actor.tenantId],
    );
    const plans: Plan[] = [];
    const database: typeof test.database = {
      ...test.database,
      asSystem: (work, options) =>
        test.database.asSystem((tx) => work(explained(tx, plans)), options),
    };
    await until('two portions are sealed', async () => {
      plans.length = 0;
      return (await sealAuditEvents({ ...services, database }, 100)) === 100 && plans.length > 0;
    });
    const scans = plans.flatMap(scansIn);
    expect(scans.filter(({ of }) => of === 'seal' || of.startsWith('event_'))).not.toEqual([]);
    expect(scans.filter(({ of, kind }) => of === 'seal' && kind === 'Seq Scan')).toEqual([]);
    const read = scans.filter(({ of }) => of.startsWith('event_'));
    expect(read.reduce((sum, { rows }) => sum + rows, 0)).toBeLessThan(250);
  });
});

interface Plan {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly Plans?: readonly Plan[];
}

interface Scan {
  readonly of: string;
  readonly kind: string;
  readonly rows: number;
}

/** Rows that were read of each table. */
function scansIn(plan: Plan): readonly Scan[] {
  const own = {
    ...{ of: plan['Relation Name'] ?? '', kind: plan['Node Type'] },
    rows: plan['Actual Rows'] * plan['Actual Loops'],
  };
  return [...(own.of === '' ? [] : [own]), ...(plan.Plans ?? []).flatMap(scansIn)];
}

/** A transaction that notes how events are read. */
function explained(tx: Transaction, plans: Plan[]): Transaction {
  const $queryRaw = async (texts: TemplateStringsArray, ...values: unknown[]) => {
    const asked = Prisma.sql(texts, ...values);
    if (asked.sql.includes('from audit.event')) {
      const [answer] = await tx.$queryRaw<readonly { 'QUERY PLAN': readonly { Plan: Plan }[] }[]>(
        Prisma.sql`explain (analyze, format json) ${asked}`,
      );
      plans.push(...(answer?.['QUERY PLAN'] ?? []).map(({ Plan: plan }) => plan));
    }
    return await tx.$queryRaw(asked);
  };
  return new Proxy(tx, {
    get: (target, name): unknown => (name === '$queryRaw' ? $queryRaw : Reflect.get(target, name)),
  });
}
