import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { deleteTenant } from '../../core/access/delete-tenant.ts';
import { exportTenant } from '../../core/access/export-tenant.ts';
import { suspendTenant } from '../../core/access/tenant-suspension.ts';
import { tenantTables } from '../../core/access/tenant-tables.ts';
import { ask } from '../support/attack.ts';
import { endedJob, publishDefinition, submitTo } from '../support/ended-job.ts';
import {
  startRunningProduct,
  type RunningProduct,
  type TestTenant,
} from '../support/running-product.ts';
import { until } from '../support/until.ts';

const stack = new AsyncDisposableStack();
let product: RunningProduct;

beforeAll(async () => {
  product = stack.use(await startRunningProduct());
});
afterAll(() => stack.disposeAsync());

/** Counts of the rows that the database has of a tenant, by table; those without any are left out. */
async function rowsOf(tenantId: string): Promise<Readonly<Record<string, number>>> {
  const { pool } = product.services.database;
  const counts: Record<string, number> = {};
  for (const { name, column } of await tenantTables(pool)) {
    const { rows } = await pool.query<{ readonly n: number }>(
      `select count(*)::int as n from ${name} where ${column} = $1::uuid`,
      [tenantId],
    );
    if ((rows[0]?.n ?? 0) > 0) counts[name] = rows[0]?.n ?? 0;
  }
  return counts;
}

const calling =
  (): string => `document: { dsl: '1.0.3', namespace: test, name: calls, version: 1.0.0 }
do:
  - one: { call: http, with: { method: get, endpoint: ${product.peer.url}/one } }
  - two: { set: { v: 1 } }
`;

describe('a tenant in use', () => {
  it('is exported as it stood at one moment, while its jobs go on', async () => {
    const tenant = await product.newTenant();
    const asker = { url: product.url, credential: tenant.admin };
    await publishDefinition(asker, calling());
    const before = await submitTo(asker, 'calls');
    await endedJob(asker, before);
    const lines: string[] = [];
    let meanwhile: string | undefined;
    await exportTenant(product.services, tenant.id, async (line) => {
      lines.push(line);
      meanwhile ??= await submitTo(asker, 'calls');
    });
    expect(lines.filter((line) => line.includes(before)).length).toBeGreaterThan(1);
    expect(lines.filter((line) => line.includes(meanwhile ?? ''))).toEqual([]);
  });

  it('leaves no row when it is deleted under an effect that is still to end, and others go on', async () => {
    const [gone, other] = [await product.newTenant(), await product.newTenant()];
    const release = Promise.withResolvers<undefined>();
    const usual = product.peer.answer;
    let [asked, answered] = [0, 0];
    product.peer.answer = (request, response) => {
      asked += 1;
      void release.promise.then(() => {
        usual(request, response);
        answered += 1;
      });
    };
    const as = ({ admin: credential }: TestTenant) => ({ url: product.url, credential });
    await publishDefinition(as(gone), calling());
    await submitTo(as(gone), 'calls');
    await until('its effect is under way', () => asked > 0);
    await suspendTenant(product.services, { tenant: gone.id });
    const wish = { tenant: gone.id, confirmed: gone.id, graceDays: 0 };
    await deleteTenant(product.services, wish);
    await deleteTenant(product.services, wish);
    expect(await rowsOf(gone.id)).toEqual({});
    release.resolve(undefined);
    await until('the effect has ended', () => answered > 0);
    product.peer.answer = usual;
    await publishDefinition(as(other), calling());
    expect(await endedJob(as(other), await submitTo(as(other), 'calls'))).toContain('SUCCEEDED');
    expect(await rowsOf(gone.id)).toEqual({});
    expect((await ask(product.url, gone.admin, { query: '{ viewer { id } }' })).status).toBe(401);
  });
});
