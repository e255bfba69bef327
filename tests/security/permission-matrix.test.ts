import { readFileSync } from 'node:fs';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { veilNames } from '../../core/audit/names/veil-names.ts';
import { isPermission, type Permission } from '../../core/access/permissions.ts';
import { newId } from '../../kernel/ids.ts';
import type { JsonObject } from '../../kernel/json.ts';
import { permissions as access } from '../../subgraphs/access/permissions.ts';
import { permissions as audit } from '../../subgraphs/audit/permissions.ts';
import { permissions as integrations } from '../../subgraphs/integrations/permissions.ts';
import { permissions as jobs } from '../../subgraphs/jobs/permissions.ts';
import { isRule } from '../../subgraphs/server/guard.ts';
import { columns, makeSubject, type Column, type Subject } from '../support/matrix/callers.ts';
import { gatewayDoor, portDoor, type Caller, type Door } from '../support/matrix/doors.ts';
import { allOperations, type Operation } from '../support/matrix/operations.ts';
import { verdictOf, type Verdict } from '../support/matrix/verdict.ts';
import { startRunningProduct, type RunningProduct } from '../support/running-product.ts';
import { sealAll } from '../support/seal-all.ts';
import { contextFor } from '../support/verb-context.ts';
import { makeObjects, type TenantObjects } from '../support/tenant-objects.ts';
import { insertTenant } from '../support/tenant.ts';

const maps = { access, jobs, integrations, audit };
/** What changes objects comes after what reads them. */
const operations = allOperations().toSorted(
  (left, right) => Number(left.root === 'Mutation') - Number(right.root === 'Mutation'),
);
const page = readFileSync(new URL('../../docs/permission-matrix.md', import.meta.url), 'utf8');

const stack = new AsyncDisposableStack();
let product: RunningProduct;
let victim: TenantObjects;
let before: string;

beforeAll(async () => {
  product = stack.use(await startRunningProduct());
  const { services, peer } = product;
  const tenantId = await insertTenant(services.database);
  victim = await makeObjects(contextFor(services, tenantId), peer.url);
  await sealAll(services);
  while (await veilNames(services, { tenants: 100, events: 1_000 }));
  before = await rowsOfVictim();
});
afterAll(() => stack.disposeAsync());

describe.each<[string, (running: RunningProduct) => Door]>([
  ['the gateway', gatewayDoor],
  ['the port of a subgraph, with the word of the gateway', portDoor],
])('at %s', (name, openDoor) => {
  const isGateway = name === 'the gateway';
  const asked = operations.filter(({ isEntity }) => !isEntity || !isGateway);
  let door: Door;
  let subjects: readonly Subject[];

  beforeAll(async () => {
    door = openDoor(product);
    subjects = await Promise.all(columns.map((column) => makeSubject(product, column)));
    await sealAll(product.services);
  });

  it('attack 28: each caller may do to each operation what the page says, with what is theirs and what is not', async () => {
    const cells = await Promise.all(
      subjects.map(async (subject) => [subject.column, await cellsOf(subject)] as const),
    );
    const byColumn = new Map<Column, ReadonlyMap<string, string>>(cells);
    const found = asked.map((operation) => [
      operation.name,
      ...columns.map((column) => byColumn.get(column)?.get(key(operation)) ?? ''),
    ]);
    expect(found).toEqual(expectedRows(asked));
  });

  it('attack 25: an id of another tenant is answered as one that there never was', async () => {
    const [admin] = subjects.filter(({ column }) => column === 'ADMIN');
    const named = asked.filter(({ isNaming }) => isNaming);
    for (const operation of named) {
      const caller = await callerOf(admin, operation);
      const none = nobodys(victim);
      const { data, errors } = await door(caller, operation, operation.ask(victim));
      const absent = await door(caller, operation, operation.ask(none));
      const told = { operation: operation.name, text: plain({ data, errors }, victim) };
      expect(told).toEqual({ ...told, text: plain(absent, none) });
    }
  });

  it('attack 25: so is one that is named together with one of the own tenant', async () => {
    const admin = subjects.find(({ column }) => column === 'ADMIN');
    if (admin === undefined) throw new Error('no such subject');
    const several = asked.filter(({ isNaming }) => isNaming).filter(namesSeveral);
    expect(several.map(({ name: told }) => told)).toEqual([
      ...['Mutation.updateGroup', 'Mutation.addGroupMember', 'Mutation.removeGroupMember'],
      ...['Mutation.submitJobs', 'Mutation.createDecisionLink'],
    ]);
    for (const operation of several) {
      const caller = await callerOf(admin, operation);
      const askedOf = async (objects: TenantObjects) =>
        verdictOf(await door(caller, operation, operation.ask(objects)));
      const found = { operation: operation.name, own: await askedOf(admin.objects) };
      expect(found).toEqual({ ...found, own: 'yes' });
      for (const kind of kindsOf(operation)) {
        const mixed = { ...admin.objects, [kind]: victim[kind] };
        const told = { operation: operation.name, kind, verdict: await askedOf(mixed) };
        expect(told).toEqual({ ...told, verdict: 'NOT_FOUND' });
      }
    }
  });

  async function callerOf(subject: Subject | undefined, operation: Operation): Promise<Caller> {
    const caller = await subject?.callerFor(needOf(operation));
    if (caller === undefined) throw new Error('no such subject');
    return isGateway && caller.actor === null ? { ...caller, credential: null } : caller;
  }

  /** One caller after the other way of asking, as what an operation does may be in the way of the next. */
  async function cellsOf(subject: Subject): Promise<ReadonlyMap<string, string>> {
    const cells = new Map<string, string>();
    for (const operation of asked) {
      const caller = await callerOf(subject, operation);
      const own = await door(caller, operation, operation.ask(subject.objects));
      expect(JSON.stringify(own)).not.toMatch(idsOf(victim));
      const others = operation.isNaming
        ? [verdictOf(await door(caller, operation, operation.ask(victim)))]
        : [];
      cells.set(key(operation), cellOf(verdictOf(own), others));
    }
    return cells;
  }
});

it('nothing of the other tenant was changed by all this', async () => {
  expect(await rowsOfVictim()).toBe(before);
});

it('the page has a row for each operation of the SDL and no other', () => {
  const onPage = tableRows().map(([name = '']) => name);
  const inSchema = [...new Set(operations.map(key))];
  expect(onPage.toSorted()).toEqual(inSchema.toSorted());
});

/** How the page writes what is answered of the own tenant and, where the operation names an object, of another's. */
const words: Readonly<Record<string, string>> = {
  yes: 'yes',
  'yes NOT_FOUND': 'own',
  'NOT_FOUND NOT_FOUND': 'not found',
  FORBIDDEN: 'no',
  'FORBIDDEN FORBIDDEN': 'no',
  'FORBIDDEN NOT_FOUND': 'not found or no',
  UNAUTHENTICATED: 'who?',
  'UNAUTHENTICATED UNAUTHENTICATED': 'who?',
};

function cellOf(own: Verdict, others: readonly Verdict[]): string {
  const verdicts = [own, ...others].join(' ');
  return words[verdicts] ?? verdicts;
}

/** Entities of one type may be answered by several subgraphs. */
function key({ name, subgraph, isEntity }: Operation): string {
  return isEntity ? `${subgraph} ${name}` : name;
}

function tableRows(): readonly (readonly string[])[] {
  const lines = (page.split('## Operations')[1] ?? '')
    .split('\n')
    .filter((line) => line.startsWith('| ') && !line.includes('---'));
  return lines.slice(1).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

function expectedRows(wanted: readonly Operation[]): readonly (readonly string[])[] {
  const rows = new Map(tableRows().map(([name = '', ...cells]) => [name, cells]));
  return wanted.map((operation) => [operation.name, ...(rows.get(key(operation)) ?? ['no row'])]);
}

/** What the permission map of the subgraph asks of callers. */
function needOf({ subgraph, root, name, isEntity }: Operation): Permission | null {
  const rules = maps[subgraph][root];
  const field = isEntity ? '_entities' : (name.split('.')[1] ?? '');
  const rule = rules === undefined || isRule(rules) ? undefined : rules[field];
  const told = rule !== undefined && 'name' in rule ? String(rule.name) : '';
  const need = told.replace('hasPermission:', '');
  return isPermission(need) ? need : null;
}

/** Ids that nothing has and names that nobody took, in the place of those of a tenant. */
function nobodys(objects: TenantObjects): TenantObjects {
  const kinds = Object.entries(objects).map(([kind, value]) => [
    kind,
    /^[0-9a-f]{8}-/.test(value) ? newId() : `none-${newId().slice(-12)}`,
  ]);
  return Object.fromEntries(kinds) as TenantObjects;
}

/** Of which kinds the objects are that it names. */
function kindsOf(operation: Operation): readonly (keyof TenantObjects)[] {
  const kinds = Object.keys(victim) as (keyof TenantObjects)[];
  const text = (objects: TenantObjects) => JSON.stringify(operation.ask(objects).variables);
  return kinds.filter((kind) => text(victim).includes(victim[kind]));
}

function namesSeveral(operation: Operation): boolean {
  return kindsOf(operation).length > 1;
}

function idsOf(objects: TenantObjects): RegExp {
  return new RegExp(Object.values(objects).join('|'));
}

/** Without what differs in any two answers. */
function plain({ data, errors }: Partial<JsonObject>, objects: TenantObjects): string {
  return JSON.stringify({ data, errors })
    .replaceAll(new RegExp(idsOf(objects), 'g'), 'OBJECT')
    .replaceAll(/"requestId":"[^"]+"/g, '"requestId":""')
    .replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'ID');
}

/** Everything that the database has of the tenant, but what the platform itself goes on writing. */
async function rowsOfVictim(): Promise<string> {
  const { pool } = product.services.database;
  const { rows: tables } = await pool.query<{ readonly name: string }>(
    `select format('%I.%I', table_schema, table_name) as name from information_schema.columns
     where column_name = 'tenant_id' and table_schema in ('access', 'jobs', 'integrations', 'audit')
       and table_name <> 'webhook_feed'
     order by 1`,
  );
  const texts = [];
  for (const { name } of tables) {
    const { rows } = await pool.query(
      `select to_jsonb(t) as row from ${name} t where tenant_id = $1 order by 1`,
      [victim.tenant],
    );
    texts.push(`${name} ${JSON.stringify(rows)}`);
  }
  return texts.join('\n');
}
