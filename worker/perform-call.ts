import type { Egress } from '../connectors/egress/egress.ts';
import {
  createWorkflowHttp,
  type WorkflowHttp,
} from '../connectors/workflow-http/workflow-http.ts';
import { invokeForJob } from '../core/integrations/invoke-for-job.ts';
import type { Services } from '../core/context.ts';
import type { CallRequest, EffectContext } from '../engine/host.ts';
import { workflowError, type ErrorKind, type WorkflowError } from '../engine/problem.ts';
import { AppError, errorCatalogue, type ErrorCode } from '../kernel/errors.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../kernel/json.ts';
import type { CallSite, PerformCall } from './job-host.ts';

/** What a definition hears when a call fails with one of these codes; others end the run, which is then tried again. */
const kindByCode: Partial<Record<ErrorCode, ErrorKind>> = {
  BAD_USER_INPUT: 'validation',
  LIMIT_EXCEEDED: 'validation',
  PAYLOAD_TOO_LARGE: 'validation',
  NOT_FOUND: 'configuration',
  EGRESS_BLOCKED: 'configuration',
  FORBIDDEN: 'authorization',
  UNAUTHENTICATED: 'authentication',
  CONFLICT: 'communication',
  RATE_LIMITED: 'communication',
  INTEGRATION_FAILED: 'communication',
};

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

function toWorkflowError(error: unknown, effect: EffectContext): unknown {
  if (!(error instanceof AppError)) return error;
  const kind = kindByCode[error.code];
  return kind === undefined ? error : asProblem(error, { kind, instance: effect.task });
}

interface About {
  readonly kind: ErrorKind;
  readonly instance: string;
}

// A definition tells failures apart by status: that of the outside system where there is one.
function asProblem(error: AppError, { kind, instance }: About): WorkflowError {
  const answered = 'status' in error && typeof error.status === 'number' ? error.status : undefined;
  const status = answered ?? errorCatalogue[error.code].status;
  return workflowError(kind, error.message, { status, instance, cause: error });
}
