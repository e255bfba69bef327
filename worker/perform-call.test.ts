import { afterAll, describe, expect, it } from 'vitest';
import { noPrograms } from '../connectors/mcp/stdio/programs.ts';
import { createEgress } from '../connectors/egress/egress.ts';
import { IntegrationError } from '../connectors/errors.ts';
import type { EffectLedger } from '../core/audit/effect-ledger.ts';
import type { Invoker } from '../core/integrations/invoker.ts';
import type { CallRequest, EffectContext } from '../engine/host.ts';
import { WorkflowError } from '../engine/problem.ts';
import { AppError, NotFoundError } from '../kernel/errors.ts';
import type { JsonValue } from '../kernel/json.ts';
import { processSettings } from '../tests/support/process-settings.ts';
import { createPerformCall } from './perform-call.ts';

const egress = createEgress();
afterAll(() => egress[Symbol.asyncDispose]());

const effect = (signal = new AbortController().signal): EffectContext => ({
  key: '/do/0/post',
  outsideKey: '/do/0/post',
  task: '/do/0/post',
  idempotencyKey: 'job:/do/0/post',
  peerKey: 'job:/do/0/post',
  isTimed: false,
  signal,
});
const lineage = { agentVersionId: 'version', version: 1, definitionHash: 'hash', epoch: 1 };
const site = { jobId: 'job', tenantId: 'tenant', depth: 0, worker: 'worker', lineage };
const request = {
  kind: 'integration',
  with: { integration: 'ledger', operation: 'post', arguments: { n: 1 } },
} as const;

const calls = { timeoutMs: 300_000, concurrency: 32 };
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
  const phases: JsonValue[] = [];
  const effects: EffectLedger = {
    intend: ({ action }) => Promise.resolve(void phases.push([action, 'intent'])),
    settle: ({ action }, { state }) => Promise.resolve(void phases.push([action, state])),
  };
  const services = { invoker, egress, processes, programs: noPrograms(), calls, effects };
  return { invoked, phases, perform: createPerformCall(services) };
}

async function failureOf(error: unknown, signal?: AbortSignal): Promise<unknown> {
  const { perform } = performWith(() => Promise.resolve({ error }));
  return perform(request, effect(signal), site).catch((reason: unknown) => reason);
}

describe('a call that goes through no integration', () => {
  it.each<[CallRequest, string, string]>([
    [{ kind: 'process', with: { shell: { command: 'echo hello' } } }, 'process.run', 'SUCCEEDED'],
    [{ kind: 'process', with: { container: {} } }, 'process.run', 'FAILED'],
    [{ kind: 'http', with: { method: 'GET', uri: 'http://10.0.0.1/' } }, 'http.call', 'FAILED'],
    [{ kind: 'resource', with: { uri: 'http://10.0.0.1/' } }, 'resource.call', 'FAILED'],
    [{ kind: 'authorization', with: {} }, 'authorization.call', 'FAILED'],
    [{ kind: 'mcp', with: { server: 'sh', method: 'ping' } }, 'mcp.call', 'FAILED'],
  ])('is on record before and after: %j', async (asked, action, state) => {
    const { perform, phases } = performWith(() => Promise.resolve({ value: '' }));
    await perform(asked, effect(), site).catch(() => undefined);
    expect(phases).toEqual([
      [action, 'intent'],
      [action, state],
    ]);
  });

  it('is not made when its intent cannot be kept', async () => {
    const { perform, phases } = performWith(() => Promise.resolve({ value: '' }));
    phases.push = () => {
      throw new Error('no record');
    };
    const asked = { kind: 'process', with: { shell: { command: 'echo hello' } } } as const;
    await expect(perform(asked, effect(), site)).rejects.toThrow('no record');
  });
});

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
