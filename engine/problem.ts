import { isJsonObject, type JsonObject } from '../kernel/json.ts';

/** An RFC 9457 problem, as errors of the DSL are. */
export type WorkflowProblem = {
  readonly type: string;
  readonly status: number;
  readonly title?: string;
  readonly detail?: string;
  /** JSON pointer of the task that failed. */
  readonly instance?: string;
  /** What an outside system answered, where it did: `{statusCode, headers, content, isCut?}`, of bounded size. */
  readonly response?: JsonObject;
};

const statusByKind = {
  configuration: 400,
  validation: 400,
  expression: 400,
  authentication: 401,
  authorization: 403,
  timeout: 408,
  communication: 500,
  runtime: 500,
} as const;

/** The standard error names of the DSL. */
export type ErrorKind = keyof typeof statusByKind;

const titleByKind: Readonly<Record<ErrorKind, string>> = {
  configuration: 'Configuration error',
  validation: 'Validation failed',
  expression: 'Expression failed',
  authentication: 'Authentication failed',
  authorization: 'Not authorized',
  timeout: 'Timed out',
  communication: 'Communication failed',
  runtime: 'Runtime error',
};

const canonicalPrefix = 'https://open-workflow-specification.org/spec/1.0.0/errors/';

/** Canonical type URI of a standard error. */
function errorType(kind: ErrorKind): string {
  return canonicalPrefix + kind;
}

const aliasPattern =
  /^https?:\/\/(?:open-workflow-specification\.org|serverlessworkflow\.io(?:\.io)?)\/(?:spec\/[^/]+\/errors|dsl\/errors\/types|errors\/types|errors)\/([a-z]+)\/?$/;

/** The standard error a type URI means under any of its historical spellings, if it is a standard one. */
export function errorKindOf(type: string): ErrorKind | undefined {
  const name = aliasPattern.exec(type)?.[1];
  return name !== undefined && isErrorKind(name) ? name : undefined;
}

/** True when two type URIs name the same error. */
export function isSameErrorType(left: string, right: string): boolean {
  return left === right || (errorKindOf(left) ?? left) === (errorKindOf(right) ?? right);
}

export function isErrorKind(name: string): name is ErrorKind {
  return Object.hasOwn(statusByKind, name);
}

/** What has to happen anew so that an error does not come about again. */
export type ErrorOrigin =
  /** This journaled result. */
  | { readonly kind: 'entry'; readonly key: string }
  /** All that this execution of a `try` did, retries and handler included. */
  | { readonly kind: 'try'; readonly key: string }
  /** The `try`, if its handler did something outside; else what it had caught. */
  | { readonly kind: 'handler'; readonly key: string; readonly caught: readonly ErrorOrigin[] };

/** A fault that the definition may catch. */
export class WorkflowError extends Error {
  override readonly name: string = 'WorkflowError';
  readonly problem: WorkflowProblem;
  /** False for platform limits and the workflow's own timeout: no `catch` sees them. */
  readonly isCatchable: boolean;
  /** Empty for what the definition computes by itself. */
  readonly origins: readonly ErrorOrigin[];

  constructor(problem: WorkflowProblem, options: ErrorOptions = {}) {
    super(
      problem.detail ?? problem.title ?? problem.type,
      'cause' in options ? { cause: options.cause } : undefined,
    );
    this.problem = problem;
    this.isCatchable = options.isCatchable ?? true;
    this.origins = options.origins ?? [];
  }
}

/** The same error with a known origin. */
export function withOrigins(error: WorkflowError, origins: readonly ErrorOrigin[]): WorkflowError {
  const { problem, cause, isCatchable } = error;
  return new WorkflowError(problem, { cause, isCatchable, origins });
}

/** The same error, which tells something more. */
export function withDetail(error: WorkflowError, more: string): WorkflowError {
  const { problem, cause, isCatchable, origins } = error;
  const detail = `${problem.detail ?? problem.title ?? problem.type}; ${more}`;
  return new WorkflowError({ ...problem, detail }, { cause, isCatchable, origins });
}

/** What an error is given; all of it may be left out. */
interface ErrorOptions {
  readonly cause?: unknown;
  readonly isCatchable?: boolean;
  readonly origins?: readonly ErrorOrigin[];
}

interface Particulars extends ErrorOptions {
  readonly status?: number;
  readonly instance?: string | undefined;
  readonly response?: JsonObject | undefined;
}

/** A standard error; the instance is filled by the task that fails when it is not given. */
export function workflowError(
  kind: ErrorKind,
  detail: string,
  particulars: Particulars = {},
): WorkflowError {
  const { status = statusByKind[kind], instance, response, ...options } = particulars;
  const problem = {
    ...{ type: errorType(kind), status, title: titleByKind[kind], detail },
    ...(instance === undefined ? {} : { instance }),
    ...(response === undefined ? {} : { response }),
  };
  return new WorkflowError(problem, options);
}

/** The same error with `instance` set, unless the author or an inner task has set it. */
export function withInstance(error: WorkflowError, instance: string): WorkflowError {
  if (error.problem.instance !== undefined) return error;
  return new WorkflowError(
    { ...error.problem, instance },
    { cause: error.cause, isCatchable: error.isCatchable, origins: error.origins },
  );
}

/** A problem out of JSON that came from outside; what is missing becomes a plain `runtime` error. */
export function asProblem(value: JsonObject): WorkflowProblem {
  const { type, status, title, detail, instance, response = null } = value;
  return {
    type: typeof type === 'string' ? type : errorType('runtime'),
    status: typeof status === 'number' ? status : statusByKind.runtime,
    ...(typeof title === 'string' ? { title } : {}),
    ...(typeof detail === 'string' ? { detail } : {}),
    ...(typeof instance === 'string' ? { instance } : {}),
    ...(isJsonObject(response) ? { response } : {}),
  };
}
