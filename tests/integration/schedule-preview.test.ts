import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { VerbContext } from '../../core/context.ts';
import { previewSchedule } from '../../core/jobs/schedules/preview-schedule.ts';
import type { JsonObject } from '../../kernel/json.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import {
  contextFor,
  contextOfNewTenant,
  openTestServices,
  type TestServices,
} from '../support/verb-context.ts';

describe('a preview of a schedule', () => {
  let test: TestDatabase;
  let services: TestServices;
  let context: VerbContext;

  beforeAll(async () => {
    test = await createTestDatabase('embedded');
    const clock = { now: () => new Date('2026-11-30T12:00:00Z') };
    services = openTestServices(test.database, { clock });
    context = await contextOfNewTenant(services);
  });
  afterAll(async () => {
    await services[Symbol.asyncDispose]();
    await test[Symbol.asyncDispose]();
  });

  const texts = (moments: readonly Date[]) => moments.map((at) => at.toISOString().slice(0, 16));
  const preview = async (input: JsonObject) => {
    const { ticks, clockChanges, problems } = await previewSchedule(context, input);
    return {
      ticks: texts(ticks),
      changes: clockChanges.map(({ at, shiftMs, ticks: near }) => [
        texts([at])[0],
        shiftMs / 60_000,
        texts(near),
      ]),
      fields: problems.map(({ field }) => field),
    };
  };

  it('says when it would be due, in the clocks of its zone', async () => {
    const daily = { cron: '30 9 * * *', timeZone: 'Europe/Berlin', first: 2 };
    expect(await preview(daily)).toEqual({
      ticks: ['2026-12-01T08:30', '2026-12-02T08:30'],
      changes: [],
      fields: [],
    });
    expect((await preview({ every: 'PT15M', first: 2 })).ticks).toEqual([
      '2026-11-30T12:15',
      '2026-11-30T12:30',
    ]);
    expect((await preview({ after: 'PT1H' })).ticks).toEqual(['2026-11-30T12:00']);
  });

  it('says what becomes of times that clocks skip and show twice', async () => {
    const nightly = { cron: '30 2 * * *', timeZone: 'Europe/Berlin' };
    expect((await preview(nightly)).changes).toEqual([
      ['2027-03-28T01:00', 60, ['2027-03-28T01:00']],
      ['2027-10-31T01:00', -60, ['2027-10-31T00:30']],
    ]);
    const otherwise = { ...nightly, onSkippedTime: 'SKIP', onRepeatedTime: 'TWICE' };
    expect((await preview(otherwise)).changes).toEqual([
      ['2027-03-28T01:00', 60, []],
      ['2027-10-31T01:00', -60, ['2027-10-31T00:30', '2027-10-31T01:30']],
    ]);
    expect((await preview({ cron: '30 2 * * *' })).changes).toEqual([]);
  });

  it('says what is wrong, by the argument, and needs the permission to read', async () => {
    expect(await preview({ cron: '61 * * * *' })).toMatchObject({
      ...{ ticks: [], fields: ['input.cron'] },
    });
    expect((await preview({})).fields).toEqual(['input']);
    expect((await preview({ every: 'PT1H', timeZone: 'Mars/Olympus' })).fields).toEqual([
      'input.timeZone',
    ]);
    expect((await preview({ every: 'PT1H', first: 21 })).fields).toEqual(['input.first']);
    const blind = contextFor(services, context.actor.tenantId, ['JOBS_SUBMIT']);
    await expect(previewSchedule(blind, { every: 'PT1H' })).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
  });
});
