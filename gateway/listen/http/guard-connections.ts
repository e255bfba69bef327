import { STATUS_CODES } from 'node:http';
import type { Server, Socket } from 'node:net';

import { AppError, errorCatalogue } from '../../../kernel/errors.ts';
import { createShares } from '../../admit/shares.ts';
import { ownerOf } from './client-address.ts';

/** How many connections there may be. */
export interface ConnectionLimits {
  readonly maxConnections: number;
  /** Does not hold behind own proxies: all connections come from them. */
  readonly maxConnectionsPerAddress: number;
  readonly trustedHops: number;
}

const retryAfterMs = 1_000;

/** Tells connections beyond the limits why, and ends them before anything is read from them. */
export function guardConnections(server: Server, limits: ConnectionLimits): void {
  const { maxConnections, maxConnectionsPerAddress, trustedHops } = limits;
  const shares = createShares({
    total: maxConnections,
    perOwner: trustedHops > 0 ? maxConnections : maxConnectionsPerAddress,
  });
  const isSecure = 'setSecureContext' in server;
  server.on('connection', (socket: Socket) => {
    const owner = ownerOf(socket.remoteAddress ?? '') ?? 'unknown';
    const obstacle = shares.take(owner);
    if (obstacle === undefined) socket.once('close', () => shares.give(owner));
    // Who has not agreed on keys could not read the reason.
    else if (isSecure) socket.destroy();
    else socket.end(refusalText(obstacle), () => socket.destroy());
  });
}

function refusalText(obstacle: 'total' | 'owner'): string {
  const error =
    obstacle === 'owner'
      ? new AppError('RATE_LIMITED', 'too many connections from this address', { retryAfterMs })
      : new AppError('UNAVAILABLE', 'too many connections; try again', { retryAfterMs });
  const { status } = errorCatalogue[error.code];
  const extensions = { code: error.code, retryAfterMs };
  const body = JSON.stringify({ errors: [{ message: error.message, extensions }] });
  return [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    'content-type: application/json; charset=utf-8',
    `content-length: ${Buffer.byteLength(body)}`,
    `retry-after: ${Math.ceil(retryAfterMs / 1_000)}`,
    'connection: close',
    '',
    body,
  ].join('\r\n');
}
