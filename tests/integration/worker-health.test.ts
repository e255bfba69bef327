import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../kernel/config/config.ts';
import { runWorker } from '../../worker/run-worker.ts';
import { recordingLog } from '../support/log.ts';
import { until } from '../support/until.ts';

describe('a worker process', () => {
  it('serves health and metrics on its own port until it is told to stop', async () => {
    await using stack = new AsyncDisposableStack();
    const folder = await mkdtemp(join(tmpdir(), 'operandi-worker-'));
    stack.defer(() => rm(folder, { recursive: true, force: true }));
    const { log, lines } = recordingLog();
    const stopping = new AbortController();
    const config = readConfig({ OPERANDI_DATA_DIR: folder, OPERANDI_WORKER_PORT: '0' });
    const running = runWorker(config, log, stopping.signal);
    const line = () => lines.find((each) => each.includes('health and metrics'));
    await until('the worker serves health', () => line() !== undefined, 60_000);
    const [, url = ''] = /"url":"([^"]+)"/.exec(line() ?? '') ?? [];
    expect((await fetch(`${url}/health/ready`)).status).toBe(200);
    const metrics = await (await fetch(`${url}/metrics`)).text();
    expect(metrics).toContain('operandi_worker_jobs 0');
    expect(metrics).toContain('operandi_queue_jobs{state="QUEUED",priority="URGENT"} 0');
    expect(metrics).toContain('operandi_worker_lag_seconds_count 0');
    expect(metrics).toContain('process_resident_memory_bytes');
    stopping.abort();
    await running;
    await expect(fetch(`${url}/health/live`)).rejects.toThrow();
  }, 90_000);
});
