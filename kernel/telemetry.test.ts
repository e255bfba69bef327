import { describe, expect, it } from 'vitest';
import { runInTrace } from './current-trace.ts';
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

  const traced = (traceId: string, flags: string) => ({
    headers: { traceparent: `00-${traceId}-${'b'.repeat(16)}-${flags}` },
    set: () => undefined,
  });

  it('tell who asks for OpenMetrics which sampled trace a value is from, and each form is whole after the other', async () => {
    const metrics = createMetrics({ hasProcessMetrics: true });
    metrics.counter({ name: 'jobs_total', help: 'Jobs "of\nall".' }).inc();
    const seconds = metrics.histogram({ name: 'run_seconds', help: 'Runs.', labels: ['state'] });
    runInTrace(traced('a'.repeat(32), '01'), () => seconds.observe({ state: 'DONE' }, 0.02));
    runInTrace(traced('c'.repeat(32), '00'), () => seconds.startTimer()({ state: 'LOST' }));
    const asked = 'application/openmetrics-text;version=1.0.0;q=0.5,text/plain;q=0.4,*/*;q=0.1';
    const { type, body } = await metrics.answer(asked);
    expect(type).toBe('application/openmetrics-text; version=1.0.0; charset=utf-8');
    expect(body).toContain('# HELP jobs Jobs "of\\nall".\n# TYPE jobs counter\njobs_total 1\n');
    expect(body).toMatch(
      /^run_seconds_bucket\{le="0.025",state="DONE"\} 1 # \{trace_id="a{32}"\} 0.02 [\d.]+$/m,
    );
    expect(body).not.toContain('ccc');
    expect(body.endsWith('\n# EOF\n')).toBe(true);
    for (const accept of [undefined, '*/*', 'text/plain', `${asked},text/plain;q=1`])
      expect(await metrics.answer(accept)).toMatchObject({
        type: 'text/plain; version=0.0.4; charset=utf-8',
        body: expect.stringContaining('# TYPE jobs_total counter\njobs_total 1\n') as unknown,
      });
  });
});
