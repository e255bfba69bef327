import { describe, expect, it } from 'vitest';
import { startHealthServer } from './health-server.ts';
import { createReadiness } from './readiness.ts';
import { createMetrics } from './telemetry.ts';

describe('the health server', () => {
  it('tells life, readiness as it is now, and metrics', async () => {
    const metrics = createMetrics();
    metrics.counter({ name: 'operandi_things_total', help: 'Things.' }).inc(3);
    let isReady = false;
    await using server = await startHealthServer({
      host: '127.0.0.1',
      port: 0,
      metrics,
      readiness: () => Promise.resolve({ isReady, failing: ['database'] }),
    });
    const statusOf = async (path: string) => (await fetch(`${server.url}${path}`)).status;
    expect(await statusOf('/health/live')).toBe(200);
    expect(await statusOf('/health/startup')).toBe(200);
    expect(await statusOf('/health/ready')).toBe(503);
    expect(await (await fetch(`${server.url}/health/ready`)).json()).toEqual({
      status: 'not ready',
      failing: ['database'],
    });
    isReady = true;
    expect(await statusOf('/health/ready')).toBe(200);
    expect(await (await fetch(`${server.url}/metrics`)).text()).toContain(
      'operandi_things_total 3',
    );
    expect(await statusOf('/other')).toBe(404);
  });

  it('refuses to start on a port that is taken', async () => {
    const options = { host: '127.0.0.1', metrics: createMetrics(), readiness: createReadiness({}) };
    await using first = await startHealthServer({ ...options, port: 0 });
    const port = Number(new URL(first.url).port);
    await expect(startHealthServer({ ...options, port })).rejects.toThrow('EADDRINUSE');
  });
});
