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

/**
 * The one place that knows how a database fails: an absent, overloaded or colliding database becomes UNAVAILABLE, which
 * a caller may retry. Any other error is returned as it is.
 */
export function mapDatabaseFault(error: unknown): unknown {
  if (error instanceof AppError || !(error instanceof Error)) return error;
  for (const fault of chain(error)) {
    const message = explain(fault);
    if (message !== undefined) return new AppError('UNAVAILABLE', message, { cause: error });
  }
  return error;
}

function explain(fault: object): string | undefined {
  const code = textOf(fault, 'code') ?? '';
  if (code === STATEMENT_TIMEOUT) return 'the database took too long';
  if (COLLISION_STATES.has(code) || code === PRISMA_COLLISION) {
    return 'another transaction was in the way';
  }
  return isAway(fault, code) ? 'the database is not available' : undefined;
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

function textOf(fault: object, key: 'code' | 'kind' | 'message'): string | undefined {
  const value: unknown = Object.getOwnPropertyDescriptor(fault, key)?.value;
  return typeof value === 'string' ? value : undefined;
}
