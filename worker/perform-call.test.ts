import { afterAll, describe, expect, it } from 'vitest';
import { createEgress } from '../connectors/egress/egress.ts';
import { IntegrationError } from '../connectors/errors.ts';
import type { Invoker } from '../core/integrations/invoker.ts';
import type { EffectContext } from '../engine/host.ts';
import { WorkflowError } from '../engine/problem.ts';
import { AppError, NotFoundError } from '../kernel/errors.ts';
import { processSettings } from '../tests/support/process-settings.ts';
import { createPerformCall } from './perform-call.ts';

const egress = createEgress();
afterAll(() => egress[Symbol.asyncDispose]());

const effect = (signal = new AbortController().signal): EffectContext => ({
  key: '/do/0/post',
  outsideKey: '/do/0/post',
  task: '/do/0/post',
  idempotencyKey: 'job:/do/0/post',
  signal,
});
const site = { jobId: 'job', tenantId: 'tenant', depth: 0, worker: 'worker' };
const request = {
  kind: 'integration',
  with: { integration: 'ledger', operation: 'post', arguments: { n: 1 } },
} as const;

// Isolation is tested where processes are.
const processes = { ...processSettings, allowed: ['shell'], isolation: 'unsafe' } as const;

function performWith(settle: () => Promise<{ value: string } | { error: unknown }>) {
  const invoked: Parameters<Invoker['invoke']>[0][] = [];
  const invoker: Invoker = {
    async invoke(invocation) {
      invoked.push(invocation);
      const settled = await settle();
      if ('error' in settled) return { callId: 'call', settled };
      const result = {
        value: settled.value,
        status: 200,
        attempts: 1,
        durationMs: 1,
        batch: undefined,
      };
      return { callId: 'call', settled: { result } };
    },
  };
  return { invoked, perform: createPerformCall({ invoker, egress, processes }) };
}

async function failureOf(error: unknown, signal?: AbortSignal): Promise<unknown> {
  const { perform } = performWith(() => Promise.resolve({ error }));
  return perform(request, effect(signal), site).catch((reason: unknown) => reason);
}

describe('a process of a job', () => {
  const { perform } = performWith(() => Promise.resolve({ value: '' }));

  it('runs when the operator allows its kind', async () => {
    const asked = { kind: 'process', with: { shell: { command: 'echo hello' } } } as const;
    expect(await perform(asked, effect(), site)).toMatchObject({ code: 0, stdout: 'hello\n' });
  });

  it('is refused when the operator does not', async () => {
    const asked = { kind: 'process', with: { container: { image: 'alpine' } } } as const;
    await expect(perform(asked, effect(), site)).rejects.toThrow('does not allow');
  });
});

describe('a call of a job', () => {
  it('names its job, effect and idempotency key to the integration', async () => {
    const { invoked, perform } = performWith(() => Promise.resolve({ value: 'posted' }));
    expect(await perform(request, effect(), site)).toBe('posted');
    expect(invoked).toMatchObject([
      {
        integration: 'ledger',
        operation: 'post',
        arguments: { n: 1 },
        idempotencyKey: 'job:/do/0/post',
        effect: { jobId: 'job', key: '/do/0/post', task: '/do/0/post' },
        author: { actor: { kind: 'worker', tenantId: 'tenant' } },
      },
    ]);
  });

  it('lets the definition catch a failed call by the status of the outside system', async () => {
    const failure = await failureOf(
      new IntegrationError('refused', { status: 409, isRetryable: false }),
    );
    expect(failure).toBeInstanceOf(WorkflowError);
    expect(failure).toMatchObject({
      problem: { status: 409, detail: 'refused', instance: '/do/0/post' },
    });
  });

  it('lets the definition catch an integration that does not exist', async () => {
    const failure = await failureOf(new NotFoundError('Integration', 'ledger'));
    expect(failure).toMatchObject({ problem: { title: 'Configuration error', status: 404 } });
  });

  it('ends the run for a fault of the platform, which is tried again', async () => {
    const fault = new AppError('UNAVAILABLE', 'the database is not available');
    expect(await failureOf(fault)).toBe(fault);
    const defect = new TypeError('a defect');
    expect(await failureOf(defect)).toBe(defect);
  });

  it('makes no failure of the definition out of an abort', async () => {
    const aborted = new IntegrationError('gave up', { isRetryable: true });
    expect(await failureOf(aborted, AbortSignal.abort())).toBe(aborted);
  });
});
