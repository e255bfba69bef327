import { readFileSync, watch } from 'node:fs';
import type { IncomingMessage, ServerOptions, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import { dirname } from 'node:path';

import type { Logger } from 'pino';

/** Where the certificate and its key are. */
interface TlsFiles {
  readonly certFile: string;
  readonly keyFile: string;
}

interface Watching {
  readonly log: Logger;
  /** Ends the watching. */
  readonly signal: AbortSignal;
}

interface SecureParts extends ServerOptions {
  readonly listener: (request: IncomingMessage, response: ServerResponse) => void;
  readonly tls: TlsFiles;
}

/** After a change in the folder, milliseconds: who renews a certificate writes two files. */
const SETTLE_MS = 100;

/** A server with TLS 1.3 that shows new connections the certificate as it is now. */
export function createSecureServer(
  { listener, tls, ...settings }: SecureParts,
  watching: Watching,
): Server {
  let shown = readCertificate(tls);
  const server = createServer({ ...settings, ...shown, minVersion: 'TLSv1.3' }, listener);
  const reload = (): void => {
    try {
      const found = readCertificate(tls);
      // Whatever else happens in the folder is no news.
      if (found.cert === shown.cert && found.key === shown.key) return;
      server.setSecureContext({ ...found, minVersion: 'TLSv1.3' });
      shown = found;
      watching.log.info('certificate reloaded');
    } catch (error) {
      watching.log.error({ err: error }, 'the new certificate cannot be used; the old one stays');
    }
  };
  watchFolder(dirname(tls.certFile), watching, reload);
  if (dirname(tls.keyFile) !== dirname(tls.certFile))
    watchFolder(dirname(tls.keyFile), watching, reload);
  return server;
}

function readCertificate({ certFile, keyFile }: TlsFiles) {
  return { cert: readFileSync(certFile, 'utf8'), key: readFileSync(keyFile, 'utf8') };
}

function watchFolder(folder: string, { log, signal }: Watching, onChange: () => void): void {
  let timer: NodeJS.Timeout | undefined;
  // A change during the wait is seen at its end: what goes on for ever costs ten looks a second.
  watch(folder, { signal, persistent: false }, () => {
    timer ??= setTimeout(() => {
      timer = undefined;
      if (!signal.aborted) onChange();
    }, SETTLE_MS).unref();
  }).on('error', (error) => log.error({ err: error }, 'certificates are no longer watched'));
}
