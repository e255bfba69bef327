import { AppError } from '../errors.ts';

/** PostgreSQL says it is not there, is going away or has no room. */
const UNAVAILABLE_STATES = /^(08...|57P0[1-5]|53...|25P03)$/;
const SOCKET_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOENT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
]);
/** Prisma: not reachable, timed out, closed, no free connection, transaction not started in time. */
const PRISMA_UNAVAILABLE = new Set(['P1001', 'P1002', 'P1008', 'P1017', 'P2024', 'P2028']);
const PRISMA_COLLISION = 'P2034';
const ADAPTER_UNAVAILABLE = new Set([
  'ConnectionClosed',
  'DatabaseNotReachable',
  'SocketTimeout',
  'TooManyConnections',
  'TlsConnectionError',
]);
/** What node-postgres says without a code. */
const DRIVER_MESSAGES =
  /^(Connection terminated|Client has encountered a connection error|timeout exceeded when trying to connect|Cannot use a pool after calling end)/;
const COLLISION_STATES = new Set(['40001', '40P01']);
const STATEMENT_TIMEOUT = '57014';

/** SQLSTATE classes that blame the values of a statement: bad data, a broken constraint, too much of something. */
const DATA_CLASSES = new Set(['22', '23', '54']);
/** A policy refuses a row: the row is to blame, not the statement. */
const POLICY_STATE = '42501';

const passing = {
  away: 'the database is not available',
  collision: 'another transaction was in the way',
  slow: 'the database took too long',
} as const;

/**
 * How a database fails: it is `away`; transactions are in a `collision`; a statement is too `slow`; its values are bad
 * `data`; the `statement` itself is wrong. `other` is everything else.
 */
export type FaultKind = keyof typeof passing | 'data' | 'statement' | 'other';

/** The one place that knows how a database fails. */
export function faultKind(error: unknown): FaultKind {
  if (!(error instanceof Error)) return 'other';
  for (const fault of chain(error)) {
    const kind = kindOf(fault);
    if (kind !== 'other') return kind;
  }
  return error instanceof AppError && error.code === 'UNAVAILABLE' ? 'slow' : 'other';
}

/**
 * An absent, overloaded or colliding database becomes UNAVAILABLE, which a caller may retry. Any other error is returned
 * as it is.
 */
export function mapDatabaseFault(error: unknown): unknown {
  if (error instanceof AppError || !(error instanceof Error)) return error;
  const kind = faultKind(error);
  if (!isPassing(kind)) return error;
  // Nobody knows for how long it is away: soon enough not to be waited for, late enough not to be a storm.
  const patience = kind === 'away' ? { retryAfterMs: 1_000 } : {};
  return new AppError('UNAVAILABLE', passing[kind], { cause: error, ...patience });
}

/** True when the database was out of reach or busy with itself. It may have committed nevertheless. */
export function isPassingFault(error: unknown): boolean {
  const kind = faultKind(error);
  return kind === 'away' || kind === 'collision';
}

/** True when the members of a batch would fail one by one as well: nothing is gained by trying them apart. */
export function concernsAll(error: unknown): boolean {
  const kind = faultKind(error);
  return kind === 'away' || kind === 'statement';
}

/** What was at the bottom of a fault, in a line: of several addresses that were tried, the first. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const first = error instanceof AggregateError ? (error.errors as unknown[])[0] : undefined;
  const bottom = first ?? chain(error).at(-1);
  return bottom instanceof Error && bottom.message !== '' ? bottom.message : error.message;
}

/** What a caller hears of a fault of the database. */
export function asAppError(error: unknown): AppError {
  const mapped = mapDatabaseFault(error);
  if (mapped instanceof AppError) return mapped;
  if (faultKind(error) === 'data') {
    const message = 'a value cannot be stored, e.g. text with a NUL character';
    return new AppError('BAD_USER_INPUT', message, { cause: error });
  }
  return new AppError('INTERNAL', 'the platform could not store this', { cause: error });
}

function isPassing(kind: FaultKind): kind is keyof typeof passing {
  return Object.hasOwn(passing, kind);
}

function kindOf(fault: object): FaultKind {
  const code = textOf(fault, 'code') ?? '';
  const state = textOf(fault, 'originalCode') ?? code;
  if (state === STATEMENT_TIMEOUT) return 'slow';
  if (COLLISION_STATES.has(state) || code === PRISMA_COLLISION) return 'collision';
  if (isAway(fault, code)) return 'away';
  return state.length === 5 ? blamed(state) : 'other';
}

function blamed(state: string): FaultKind {
  const stateClass = state.slice(0, 2);
  if (DATA_CLASSES.has(stateClass) || state === POLICY_STATE) return 'data';
  return stateClass === '42' ? 'statement' : 'other';
}

function isAway(fault: object, code: string): boolean {
  return (
    UNAVAILABLE_STATES.test(code) ||
    SOCKET_CODES.has(code) ||
    PRISMA_UNAVAILABLE.has(code) ||
    ADAPTER_UNAVAILABLE.has(textOf(fault, 'kind') ?? '') ||
    DRIVER_MESSAGES.test(textOf(fault, 'message') ?? '')
  );
}

/** The error and what it wraps: causes, and the driver's own error inside Prisma's. */
function chain(error: object): object[] {
  const found: object[] = [];
  let link: unknown = error;
  while (typeof link === 'object' && link !== null && found.length < 6 && !found.includes(link)) {
    found.push(link);
    link = innerOf(link);
  }
  return found;
}

function innerOf(link: object): unknown {
  if ('cause' in link && link.cause !== undefined) return link.cause;
  if (!('meta' in link) || typeof link.meta !== 'object' || link.meta === null) return undefined;
  return 'driverAdapterError' in link.meta ? link.meta.driverAdapterError : undefined;
}

function textOf(
  fault: object,
  key: 'code' | 'originalCode' | 'kind' | 'message',
): string | undefined {
  const value: unknown = Object.getOwnPropertyDescriptor(fault, key)?.value;
  return typeof value === 'string' ? value : undefined;
}
