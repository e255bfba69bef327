import { connect as connectPlain, isIP, type Socket } from 'node:net';
import { connect as connectSecure } from 'node:tls';

import { abortReason } from '../egress/abort.ts';
import type { Place } from '../egress/converse.ts';
import { IntegrationError } from '../errors.ts';

export interface SocketWish {
  /** How messages call the server. */
  readonly name: string;
  /** Undefined for a connection in the open. */
  readonly tls: { readonly ca?: string | undefined } | undefined;
  /** Protocol that the server has to agree to. @default any */
  readonly alpn?: string;
}

/** Connects to the checked address, and to nothing else. */
export function openSocket(
  { name, tls, alpn }: SocketWish,
  { address, port, host }: Place,
  signal: AbortSignal,
): Promise<Socket> {
  const { promise, resolve, reject } = Promise.withResolvers<Socket>();
  const socket =
    tls === undefined
      ? connectPlain({ host: address, port, noDelay: true })
      : connectSecure({
          ...{ host: address, port, minVersion: 'TLSv1.2' },
          ...(alpn === undefined ? {} : { ALPNProtocols: [alpn] }),
          ...(tls.ca === undefined ? {} : { ca: tls.ca }),
          // Without a name in it, the certificate has to be for the address.
          ...(isIP(host) === 0 ? { servername: host } : {}),
        });
  const leave = (): void => {
    socket.destroy();
    reject(abortReason(signal));
  };
  if (signal.aborted) leave();
  signal.addEventListener('abort', leave, { once: true });
  socket.on('error', reject);
  socket.once(tls === undefined ? 'connect' : 'secureConnect', () => {
    if (alpn !== undefined && 'alpnProtocol' in socket && socket.alpnProtocol !== alpn) {
      socket.destroy();
      reject(new IntegrationError(`${name} does not speak ${alpn}`, { isRetryable: false }));
    } else resolve(socket);
  });
  return promise.finally(() => {
    signal.removeEventListener('abort', leave);
  });
}
