import type { Egress } from '../connectors/egress/egress.ts';
import {
  createWorkflowHttp,
  type WorkflowHttp,
} from '../connectors/workflow-http/workflow-http.ts';
import {
  createWorkflowGrpc,
  type WorkflowGrpc,
} from '../connectors/workflow-grpc/workflow-grpc.ts';
import {
  createWorkflowAsyncApi,
  type WorkflowAsyncApi,
} from '../connectors/workflow-asyncapi/workflow-asyncapi.ts';
import { createWorkflowMcp, type WorkflowMcp } from '../connectors/workflow-mcp/workflow-mcp.ts';
import { createProcessRunner, type ProcessRunner } from '../connectors/process/process-runner.ts';
import type { EffectLedger } from '../core/audit/effect-ledger.ts';
import { unobserved, type ObserveCall } from '../core/integrations/observe-calls.ts';
import { connectorServices } from '../core/integrations/open-connectors.ts';
import { invokeForJob } from '../core/integrations/invoke-for-job.ts';
import type { Services } from '../core/context.ts';
import type { CallRequest, EffectContext } from '../engine/host.ts';
import { workflowError } from '../engine/problem.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../kernel/json.ts';
import type { CallSite, PerformCall } from './outside.ts';
import { effectOf, recorded, statusOf } from './recorded-effect.ts';
import { toWorkflowError } from './to-workflow-error.ts';

/** What calls of jobs go through. */
export interface CallServices extends Pick<
  Services,
  'invoker' | 'processes' | 'programs' | 'calls'
> {
  readonly egress: Egress;
  readonly effects: EffectLedger;
  /** @default nothing is noted */
  readonly observeCall?: ObserveCall;
}

/** Sends calls of jobs to where they belong. */
export function createPerformCall({
  invoker,
  egress,
  processes,
  programs,
  calls,
  effects,
  observeCall = unobserved,
}: CallServices): PerformCall {
  const http = createWorkflowHttp({ egress, limits: calls });
  const grpc = createWorkflowGrpc({ egress, http, limits: calls });
  const mcp = createWorkflowMcp({ egress, programs, limits: calls });
  const { compileSchema } = connectorServices(egress);
  const asyncApi = createWorkflowAsyncApi({ egress, http, limits: calls, compileSchema });
  const runner = createProcessRunner(processes);
  const perform: PerformCall = async (request, effect, site) => {
    const work = (): Promise<JsonValue> =>
      dispatch(request, effect, {
        ...site,
        invoker,
        http,
        grpc,
        mcp,
        asyncApi,
        processes,
        calls,
        runner,
      });
    try {
      // Calls of integrations have a ledger of their own.
      if (request.kind === 'integration' || request.kind === 'workflow') return await work();
      // What comes over a connection that is there, and that it is left, has no effect.
      if (request.kind === 'asyncapi' && request.with['document'] === undefined)
        return await work();
      const { kind } = request;
      const { signal } = effect;
      return await recorded(effects, effectOf(request, effect, site), () =>
        observeCall({ source: 'task', kind, signal }, work, isServerFault),
      );
    } catch (error) {
      throw effect.signal.aborted ? error : toWorkflowError(error, effect);
    }
  };
  return Object.assign(perform, {
    leave(jobId: string) {
      runner.leave(jobId);
      asyncApi.leave(jobId);
    },
  });
}

// What another status means is for the definition to say.
function isServerFault(result: JsonValue): boolean {
  return (statusOf(result) ?? 0) >= 500;
}

interface Site extends CallSite, Pick<Services, 'invoker' | 'processes' | 'calls'> {
  readonly http: WorkflowHttp;
  readonly grpc: WorkflowGrpc;
  readonly mcp: WorkflowMcp;
  readonly asyncApi: WorkflowAsyncApi;
  readonly runner: ProcessRunner;
}

function dispatch(request: CallRequest, effect: EffectContext, site: Site): Promise<JsonValue> {
  const { signal, isTimed } = effect;
  const context = { tenantId: site.tenantId, signal, isTimed };
  switch (request.kind) {
    case 'integration':
      return callIntegration(request.with, effect, site);
    case 'http':
      return site.http.call(request.with, context);
    case 'grpc':
      return site.grpc.call(request.with, context);
    case 'mcp':
      return site.mcp.call(request.with, context);
    case 'asyncapi':
      return site.asyncApi.call(request.with, { ...context, jobId: site.jobId });
    case 'resource':
      return site.http.fetchResource(request.with, context);
    case 'authorization':
      return site.http.authorize(request.with, context);
    case 'process':
      return startProcess(request.with, effect, site);
    case 'workflow':
      throw workflowError('configuration', `calls of kind ${request.kind} are not available here`);
  }
}

async function startProcess(
  given: JsonObject,
  { signal }: EffectContext,
  { processes, runner, http, tenantId, jobId }: Site,
): Promise<JsonValue> {
  const { allowed } = processes;
  const kind = allowed.find((each) => given[each] !== undefined);
  if (kind === undefined) {
    throw workflowError(
      'configuration',
      'the operator of this worker does not allow such processes',
    );
  }
  const script = isJsonObject(given['script']) ? given['script'] : {};
  const source = script['source'];
  if (!isJsonObject(source)) return runner.run(given, { jobId, signal });
  const endpoint = isJsonObject(source['endpoint'])
    ? source['endpoint']
    : { uri: source['endpoint'] ?? null };
  const fetched = await http.fetchResource(endpoint, { tenantId, signal });
  const code = isJsonObject(fetched) ? (fetched['content'] ?? '') : '';
  return runner.run({ ...given, script: { ...script, code } }, { jobId, signal });
}

async function callIntegration(
  given: JsonObject,
  effect: EffectContext,
  site: Site,
): Promise<JsonValue> {
  const { integration, operation, arguments: args, cache } = given;
  if (typeof integration !== 'string' || typeof operation !== 'string') {
    throw workflowError('validation', 'the call names no integration or no operation');
  }
  const { outsideKey: key, peerKey, task, isTimed, signal } = effect;
  return invokeForJob(site, {
    ...{ tenantId: site.tenantId, jobId: site.jobId, worker: site.worker },
    ...{ lineage: site.lineage, isSealed: site.dataKeyId !== undefined },
    ...{ key, task, signal, integration, operation },
    idempotencyKey: peerKey,
    timeoutMs: isTimed ? Infinity : site.calls.timeoutMs,
    arguments: isJsonObject(args) ? args : {},
    isFresh: cache === false,
    ...(site.conceal === undefined ? {} : { conceal: site.conceal }),
  });
}
