import type { Egress } from '../connectors/egress/egress.ts';
import {
  createWorkflowHttp,
  type WorkflowHttp,
} from '../connectors/workflow-http/workflow-http.ts';
import { invokeForJob } from '../core/integrations/invoke-for-job.ts';
import type { Services } from '../core/context.ts';
import type { CallRequest, EffectContext } from '../engine/host.ts';
import { workflowError } from '../engine/problem.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../kernel/json.ts';
import type { CallSite, PerformCall } from './outside.ts';
import { toWorkflowError } from './to-workflow-error.ts';

/** What calls of jobs go through. */
export interface CallServices extends Pick<Services, 'invoker'> {
  readonly egress: Egress;
}

/** Sends calls of jobs to where they belong. */
export function createPerformCall({ invoker, egress }: CallServices): PerformCall {
  const http = createWorkflowHttp({ egress });
  return async (request, effect, site) => {
    try {
      return await dispatch(request, effect, { ...site, invoker, http });
    } catch (error) {
      throw effect.signal.aborted ? error : toWorkflowError(error, effect);
    }
  };
}

interface Site extends CallSite, Pick<Services, 'invoker'> {
  readonly http: WorkflowHttp;
}

function dispatch(request: CallRequest, effect: EffectContext, site: Site): Promise<JsonValue> {
  const context = { tenantId: site.tenantId, signal: effect.signal };
  switch (request.kind) {
    case 'integration':
      return callIntegration(request.with, effect, site);
    case 'http':
      return site.http.call(request.with, context);
    case 'resource':
      return site.http.fetchResource(request.with, context);
    case 'authorization':
      return site.http.authorize(request.with, context);
    case 'workflow':
    case 'process':
      throw workflowError('configuration', `calls of kind ${request.kind} are not available here`);
  }
}

async function callIntegration(
  given: JsonObject,
  effect: EffectContext,
  site: Site,
): Promise<JsonValue> {
  const { integration, operation, arguments: args } = given;
  if (typeof integration !== 'string' || typeof operation !== 'string') {
    throw workflowError('validation', 'the call names no integration or no operation');
  }
  const { key, task, idempotencyKey, signal } = effect;
  return invokeForJob(site, {
    ...{ tenantId: site.tenantId, jobId: site.jobId, worker: site.worker },
    ...{ key, task, idempotencyKey, signal, integration, operation },
    arguments: isJsonObject(args) ? args : {},
  });
}
