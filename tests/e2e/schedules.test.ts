import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { RefusedError } from '../../sdk/src/index.ts';
import { publish, startTestPlatform, type TestPlatform } from '../support/platform.ts';

const command = fileURLToPath(new URL('../../cli/operandi.cjs', import.meta.url));
const execute = promisify(execFile);
const stack = new AsyncDisposableStack();
let test: TestPlatform;

const agent = `document: { dsl: '1.0.3', namespace: t, name: report, version: '1.0.0' }
do: [{ a: { set: { ok: true } } }]`;

beforeAll(async () => {
  test = stack.use(await startTestPlatform());
  await publish(test.client, agent);
});
afterAll(() => stack.disposeAsync());

describe('schedules by the SDK', () => {
  it('are made, shown with their ticks, paused, changed, resumed, started and deleted', async () => {
    const { schedules } = test.client;
    const { id } = await schedules.create({
      ...{ name: 'sdk', agent: 't/report', cron: '30 2 * * *', timeZone: 'Europe/Berlin' },
      ...{ input: { n: 1 }, tickAs: 'day', overlap: 'SKIP', catchUp: 'ALL', jitter: 'PT5M' },
    });
    const shown = await schedules.get(id, { ticks: 3 });
    expect(shown).toMatchObject({
      ...{ kind: 'CRON', cron: '30 2 * * *', timeZone: 'Europe/Berlin', onSkippedTime: null },
      ...{ input: { n: 1 }, overlap: 'SKIP', jitterMs: 300_000, catchUpWindowMs: 86_400_000 },
      ...{ agent: { namespace: 't', name: 'report' }, version: null, priority: 'NORMAL' },
    });
    expect(shown?.nextTicks).toHaveLength(3);
    expect(await schedules.pause(id, 'later')).toMatchObject({
      pauseReason: 'later',
      nextAt: null,
    });
    const changed = await schedules.update({ id, every: 'PT6H', onRepeatedTime: 'TWICE' });
    expect(changed).toMatchObject({ kind: 'EVERY', cron: null, onRepeatedTime: 'TWICE' });
    expect((await schedules.resume(id)).nextAt).not.toBeNull();
    const jobId = await schedules.trigger(id);
    const listed = await Array.fromAsync(schedules.list({ name: 'sdk' }));
    expect(listed.map(({ lastJob }) => lastJob?.id)).toEqual([jobId]);
    const filled = await schedules.backfill({
      ...{ id, from: '2026-01-01T00:00:00Z', to: '2026-01-02T00:00:00Z' },
    });
    expect([filled.startedCount, filled.ticks.length, filled.jobs.length]).toEqual([4, 4, 4]);
    await schedules.delete(id);
    expect(await schedules.get(id)).toBeNull();
    await expect(schedules.create({ name: 'x', agent: 't/report' })).rejects.toThrow(RefusedError);
  });
});

describe('schedules by the command line', () => {
  it('are made, listed, shown, backfilled and deleted', async () => {
    const env = {
      PATH: process.env['PATH'],
      OPERANDI_URL: test.platform.url,
      OPERANDI_API_KEY: test.platform.firstKey,
    };
    const run = async (...args: readonly string[]) =>
      (await execute(process.execPath, [command, 'schedules', ...args], { env })).stdout;
    const made = await run('create', 'cli', 't/report', '--every', 'PT1H', '--label', 'team=ops');
    const [id = ''] = made.split('\n');
    expect(await run('list')).toMatch(/cli +t\/report +every PT1H/);
    const shown = JSON.parse(await run('show', id, '--ticks', '2')) as object;
    expect(shown).toMatchObject({ name: 'cli', labels: [{ key: 'team', value: 'ops' }] });
    const listed = JSON.parse(await run('list', '--first', '1', '--json')) as object;
    expect(listed).toMatchObject({
      nodes: [{ id }],
      pageInfo: { hasNextPage: expect.any(Boolean) as boolean },
    });
    const preview = await run('preview', '--cron', '30 2 * * *', '--time-zone', 'Europe/Berlin');
    expect(preview).toMatch(/^\d{4}-\d\d-\d\dT0[01]:30:00/);
    expect(preview).toMatch(/Clocks go forward by 60 minutes at \d{4}-03-\d\dT01:00:00/);
    await expect(run('preview', '--cron', '0 25 * * *')).rejects.toThrow(/cron/);
    const dry = await run('backfill', id, '--from', '3h', '--dry-run');
    expect(dry).toContain('0 jobs started');
    expect(await run('pause', id)).toContain('paused');
    expect(await run('delete', id)).toContain('deleted');
    const refused = run('create', 'cli', 't/report', '--overlap', 'SKPI', '--every', 'PT1H');
    await expect(refused).rejects.toThrow(/SKIP/);
  });
});
