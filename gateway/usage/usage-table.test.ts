import { describe, expect, test } from 'vitest';

import { manualClock } from '../../kernel/clock.ts';
import { sized } from '../../tests/support/soak.ts';
import { requestsIn } from './day-counts.ts';
import type { OperationUsage } from './operation-usage.ts';
import { createUsageTable, type UsageTable } from './usage-table.ts';
import { reportUsage } from './usage-report.ts';

const sizes = { maxClients: 10, maxOperations: 5, retentionDays: 7 };
const ok = { seconds: 0.02, hasErrors: false };
const msPerDay = 86_400_000;

function newTable(clock = manualClock(new Date('2026-11-29T12:00:00Z'))): UsageTable {
  return createUsageTable({ ...sizes, clock });
}

function operation(name: string, coordinates: readonly string[] = ['Query.a']): OperationUsage {
  return { id: name, name, kind: 'query', coordinates, deprecated: [] };
}

function countTimes(table: UsageTable, name: string, times: number): void {
  for (let n = 0; n < times; n++) table.count({ name, version: undefined }, operation('Read'), ok);
}

const allRequests = (table: UsageTable): number =>
  reportUsage(table.snapshot()).operations.reduce((sum, { requests }) => sum + requests, 0);

describe('a table of usage', () => {
  test('keeps its size and its real clients while another gives a new name with every request', () => {
    const table = newTable();
    const real = Array.from({ length: sizes.maxClients }, (_, n) => `app${n}`);
    for (const name of real) countTimes(table, name, 3);
    const full = JSON.stringify(table.snapshot()).length;
    const times = sized(20_000, 1_000_000);
    for (let n = 0; n < times; n++)
      table.count({ name: `x${n}`, version: `${n}` }, operation(`Q${n}`, [`T.f${n % 50}`]), ok);
    expect(table.clients()).toHaveLength(sizes.maxClients + 1);
    const names = table.clients().map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(real));
    expect(JSON.stringify(table.snapshot()).length).toBeLessThan(full + 20_000);
    expect(allRequests(table)).toBe(times + 3 * sizes.maxClients);
  });

  test('gives a place to a real client that comes after the table was filled with names', () => {
    const table = newTable();
    for (let n = 0; n < 2_000; n++) countTimes(table, `x${n}`, 1);
    countTimes(table, 'late', 2);
    for (let n = 2_000; n < 4_000; n++) countTimes(table, `x${n}`, 1);
    expect(table.clients().map(({ name }) => name)).toContain('late');
  });

  test('lets a new operation with every request move neither other operations nor other clients', () => {
    const table = newTable();
    countTimes(table, 'web', 3);
    countTimes(table, 'bot', 3);
    for (let n = 0; n < 5_000; n++)
      table.count({ name: 'bot', version: undefined }, operation(`Q${n}`, [`T.f${n % 9}`]), ok);
    const { operations, fields } = reportUsage(table.snapshot());
    expect(operations).toContainEqual(
      expect.objectContaining({ client: 'web', operation: 'Read' }),
    );
    expect(operations).toContainEqual(
      expect.objectContaining({ client: 'bot', operation: 'Read' }),
    );
    expect(operations.length).toBeLessThanOrEqual(sizes.maxOperations + 2);
    // Of operations without a place it is still known what they use.
    expect(fields.filter(({ coordinate }) => coordinate.startsWith('T.f'))).toHaveLength(9);
  });

  test('says that it is not complete when a client uses more than there is place for', () => {
    const table = newTable();
    const huge = operation(
      'Huge',
      Array.from({ length: 4_000 }, (_, n) => `T.f${n}`),
    );
    table.count({ name: 'web', version: undefined }, operation('Read'), ok);
    expect(reportUsage(table.snapshot()).isComplete).toBe(true);
    table.count({ name: 'web', version: undefined }, huge, ok);
    expect(reportUsage(table.snapshot()).isComplete).toBe(false);
  });

  test('merges what several have counted', () => {
    const [one, two, merged] = [newTable(), newTable(), newTable()];
    countTimes(one, 'web', 2);
    countTimes(two, 'web', 3);
    countTimes(two, 'ios', 1);
    merged.absorb(one.snapshot());
    merged.absorb(two.snapshot());
    expect(reportUsage(merged.snapshot()).operations).toMatchObject([
      { client: 'web', operation: 'Read', requests: 5, p50Ms: 25 },
      { client: 'ios', operation: 'Read', requests: 1 },
    ]);
  });

  test('forgets what is older than the days it keeps', () => {
    const clock = manualClock(new Date('2026-11-29T12:00:00Z'));
    const table = newTable(clock);
    countTimes(table, 'old', 5);
    clock.advance(3 * msPerDay);
    countTimes(table, 'web', 1);
    expect(reportUsage(table.snapshot(), { since: '2026-12-01' }).operations).toMatchObject([
      { client: 'web', lastSeen: '2026-12-02' },
    ]);
    clock.advance(5 * msPerDay);
    countTimes(table, 'web', 1);
    expect(table.clients().map(({ name }) => name)).toEqual(['web', undefined]);
    expect(allRequests(table)).toBe(2);
  });

  test('cuts and cleans what clients call themselves', () => {
    const table = newTable();
    countTimes(table, `\u0000${'n'.repeat(500)}`, 1);
    const [client] = table.clients();
    expect(client?.name).toBe(`?${'n'.repeat(63)}`);
    const [first] = table.snapshot().clients;
    expect(requestsIn(first?.operations['Read']?.['2026-11-29'] ?? [])).toBe(1);
  });
});
