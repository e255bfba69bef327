import { buildConnector } from 'undici';
import type { ClientTls, ClientTlsMaterial } from './client-tls.ts';

/** Opens connections with the certificates as they are then; the name of the other side is checked against its own. */
export function tlsConnector(
  tls: ClientTls,
  options: { readonly allowH2?: boolean } = {},
): buildConnector.connector {
  let made:
    { readonly of: ClientTlsMaterial; readonly connect: buildConnector.connector } | undefined;
  return (target, callback) => {
    const of = tls.current();
    // Without sessions, which would go on with the certificate that they began with.
    if (made?.of !== of)
      made = { of, connect: buildConnector({ ...of, ...options, maxCachedSessions: 0 }) };
    made.connect(target, callback);
  };
}
