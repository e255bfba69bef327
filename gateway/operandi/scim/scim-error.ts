import type { Logger } from 'pino';

import { HttpRefusal } from '../../answer/http-refusal.ts';
import type { Page } from '../../listen/http/server.ts';
import { OperationRefused } from '../../operation.ts';
import { AppError, errorCatalogue, type ErrorCode } from '../../../kernel/errors.ts';

/** A detail error of RFC 7644, section 3.12. */
export type ScimType =
  'invalidFilter' | 'uniqueness' | 'mutability' | 'invalidSyntax' | 'invalidPath' | 'invalidValue';

/** What is wrong with a request, as directories understand it. */
export class ScimError extends Error {
  override readonly name = 'ScimError';
  readonly status: number;
  readonly scimType: ScimType | undefined;

  constructor(status: number, message: string, scimType?: ScimType) {
    super(message);
    this.status = status;
    this.scimType = scimType;
  }
}

/** What went wrong within the platform, by its code. */
export function scimErrorOf(code: ErrorCode, message: string): ScimError {
  return new ScimError(errorCatalogue[code].status, message, scimTypes[code]);
}

const scimTypes: Partial<Readonly<Record<ErrorCode, ScimType>>> = {
  ALREADY_EXISTS: 'uniqueness',
  CONFLICT: 'mutability',
  BAD_USER_INPUT: 'invalidValue',
};

interface Failing {
  readonly log: Logger;
  readonly requestId: string;
}

/** The answer to what failed; only known errors say what it was. */
export function errorPage(error: unknown, { log, requestId }: Failing): Page {
  const known = knownError(error);
  if (known === undefined) log.error({ err: error, requestId }, 'a SCIM request failed');
  const { status, message, scimType } = known ?? new ScimError(500, 'something went wrong');
  const body = {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
    status: String(status),
    ...(scimType === undefined ? {} : { scimType }),
    detail: `${message} (request ${requestId})`,
  };
  return { ...scimPage(status, body), headers: { ...noStore, ...headersOf(error, status) } };
}

/** A JSON document as SCIM sends it. */
export function scimPage(status: number, body: object): Page {
  return {
    ...{ status, type: 'application/scim+json', headers: noStore },
    body: JSON.stringify(body),
  };
}

const noStore = { 'cache-control': 'no-store' };

function knownError(error: unknown): ScimError | undefined {
  if (error instanceof ScimError) return error;
  if (error instanceof HttpRefusal) return new ScimError(error.status, error.message);
  if (error instanceof OperationRefused) return new ScimError(error.status, error.message);
  return error instanceof AppError && error.code !== 'INTERNAL'
    ? scimErrorOf(error.code, error.message)
    : undefined;
}

function headersOf(error: unknown, status: number): Readonly<Record<string, string>> {
  if (status === 401) return { 'www-authenticate': 'Bearer' };
  const waitMs = error instanceof AppError ? error.retryAfterMs : undefined;
  return waitMs === undefined ? {} : { 'retry-after': String(Math.ceil(waitMs / 1_000)) };
}
