import { IntegrationError } from '../connectors/errors.ts';
import type { EffectContext } from '../engine/host.ts';
import { workflowError, type ErrorKind, type WorkflowError } from '../engine/problem.ts';
import { AppError, errorCatalogue, RefusedError, type ErrorCode } from '../kernel/errors.ts';

/** What a definition hears when a call fails with one of these codes; others end the run, which is then tried again. */
const kindByCode: Partial<Record<ErrorCode, ErrorKind>> = {
  BAD_USER_INPUT: 'validation',
  INPUT_INVALID: 'validation',
  RULE_VIOLATED: 'validation',
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

/** What a definition can catch, where the failure is one that concerns it; else the error as it is. */
export function toWorkflowError(error: unknown, effect: Pick<EffectContext, 'task'>): unknown {
  if (!(error instanceof AppError)) return error;
  if (error instanceof IntegrationError && error.isLate)
    return workflowError('timeout', error.message, { instance: effect.task, cause: error });
  const kind = kindByCode[error.code];
  return kind === undefined ? error : asProblem(error, { kind, instance: effect.task });
}

interface About {
  readonly kind: ErrorKind;
  readonly instance: string;
}

// A definition tells failures apart by status: that of the outside system where there is one.
function asProblem(error: AppError, { kind, instance }: About): WorkflowError {
  const answered = error instanceof IntegrationError ? error.status : undefined;
  const status = answered ?? errorCatalogue[error.code].status;
  const response = error instanceof IntegrationError ? error.answer : undefined;
  return workflowError(kind, detailOf(error), { status, instance, response, cause: error });
}

// Of a refusal the definition hears every problem with its place.
function detailOf(error: AppError): string {
  if (!(error instanceof RefusedError)) return error.message;
  return error.problems
    .map(({ field, message }) => (field === '' ? message : `${field}: ${message}`))
    .join('; ');
}
