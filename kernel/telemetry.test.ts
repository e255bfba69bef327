import { describe, expect, it } from 'vitest';
import { createMetrics } from './telemetry.ts';

describe('the metrics of a process', () => {
  it('are told in the text format, each under its name', async () => {
    const metrics = createMetrics();
    metrics
      .counter({ name: 'jobs_total', help: 'Jobs.', labels: ['state'] })
      .inc({ state: 'DONE' }, 2);
    metrics.gauge({ name: 'jobs_running', help: 'Running jobs.' }).set(3);
    metrics.histogram({ name: 'claim_seconds', help: 'Claims.', buckets: [1] }).observe(0.5);
    metrics.histogram({ name: 'finish_seconds', help: 'Ends.' }).observe(0.5);
    const text = await metrics.text();
    expect(text).toContain('jobs_total{state="DONE"} 2');
    expect(text).toContain('jobs_running 3');
    expect(text).toContain('claim_seconds_bucket{le="1"} 1');
    expect(text).toContain('finish_seconds_bucket{le="0.25"} 0');
  });

  it('of two registries never mix', async () => {
    createMetrics().counter({ name: 'jobs_total', help: 'Jobs.' }).inc();
    expect(await createMetrics().text()).not.toContain('jobs_total');
  });

  it('tell of the process itself when asked', async () => {
    expect(await createMetrics({ hasProcessMetrics: true }).text()).toContain(
      'process_cpu_seconds_total',
    );
  });
});
