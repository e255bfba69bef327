import { describe, expect, it } from 'vitest';
import type { ClaimedJob } from '../queue/claim.ts';
import { recordingTracing } from '../tests/support/tracing.ts';
import type { PerformCall } from './outside.ts';
import { traceJobs } from './trace-jobs.ts';

// Spans look at nothing else of a job, a request or an effect.
const job = { jobId: 'job-1', tenantId: 'tenant-1', epoch: 2 } as unknown as ClaimedJob;
const request = { kind: 'http' } as Parameters<PerformCall>[0];
const effect = { task: '/do/0/pay' } as Parameters<PerformCall>[1];
const lineage = { agentVersionId: 'version', version: 1, definitionHash: 'hash', epoch: 1 };
const site = { jobId: 'job-1', tenantId: 'tenant-1', depth: 0, worker: 'w', lineage };

describe('tracing of jobs', () => {
  it('puts each call below the run of its job', async () => {
    const { tracing, spans } = recordingTracing();
    const traced = traceJobs(() => Promise.resolve('paid'), tracing);
    let answer: unknown;
    await traced.run(job, async () => {
      answer = await traced.perform(request, effect, site);
    });
    expect(answer).toBe('paid');
    const [run, call] = spans;
    expect(run).toMatchObject({ name: 'job', attributes: { 'operandi.job': 'job-1' } });
    expect(call).toMatchObject({ name: 'call http', options: { parent: run?.headers } });
    expect(spans.every(({ isEnded }) => isEnded)).toBe(true);
  });

  it('goes on with the trace that the job was submitted in', async () => {
    const { tracing, spans } = recordingTracing();
    const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
    const traced = traceJobs(() => Promise.resolve(null), tracing);
    await traced.run({ ...job, traceparent }, () => Promise.resolve());
    expect(spans[0]?.options).toMatchObject({ kind: 'consumer', parent: { traceparent } });
  });

  it('marks a call that failed and lets the failure pass', async () => {
    const { tracing, spans } = recordingTracing();
    const traced = traceJobs(() => Promise.reject(new TypeError('no')), tracing);
    await expect(traced.perform(request, effect, site)).rejects.toThrow('no');
    expect(spans[0]?.failure).toBe('TypeError');
  });

  it('calls straight on where nothing is traced', () => {
    const perform: PerformCall = () => Promise.resolve(null);
    expect(traceJobs(perform, undefined).perform).toBe(perform);
  });
});
