import { buildConnector } from 'undici';
import type { PeerTls, TlsMaterial } from '../../../kernel/tls/peer-tls.ts';

/** Opens connections with the certificates as they are then; the name of the other side is checked against its own. */
export function tlsConnector(tls: PeerTls): buildConnector.connector {
  let made: { readonly of: TlsMaterial; readonly connect: buildConnector.connector } | undefined;
  return (options, callback) => {
    const of = tls.current();
    if (made?.of !== of) {
      const connect = buildConnector({ ...of, minVersion: 'TLSv1.3', maxCachedSessions: 0 });
      made = { of, connect };
    }
    made.connect(options, callback);
  };
}
