import { once } from 'node:events';

import { SMTPServer } from 'smtp-server';

export const mailPassword = 'canary-good-password';

/** A message as the server got it. */
export interface Delivered {
  readonly from: string;
  readonly to: readonly string[];
  readonly isSecure: boolean;
  readonly text: string;
}

export interface MailServer extends AsyncDisposable {
  readonly endpoint: { readonly host: string; readonly port: number };
  readonly delivered: readonly Delivered[];
}

export interface MailServerOptions {
  /** With a certificate the server offers STARTTLS, or asks for TLS from the start. */
  readonly tls?: { readonly key: Buffer; readonly cert: Buffer; readonly isImplicit?: boolean };
}

/** A real mail server that lets `agent` in; it refuses `nobody@…` for good and `later@…` for now. */
export async function openMailServer({ tls }: MailServerOptions = {}): Promise<MailServer> {
  const delivered: Delivered[] = [];
  const server = new SMTPServer({
    logger: false,
    closeTimeout: 1,
    ...(tls === undefined
      ? { hideSTARTTLS: true, disabledCommands: ['STARTTLS'] }
      : { key: tls.key, cert: tls.cert, secure: tls.isImplicit === true }),
    onAuth({ username, password }, _session, answer) {
      if (username === 'agent' && password === mailPassword) answer(null, { user: username });
      else answer(Object.assign(new Error(`not you, ${password ?? ''}`), { responseCode: 535 }));
    },
    onRcptTo({ address }, _session, answer) {
      if (address.startsWith('nobody@')) answer(failure(550, `no such box, ${mailPassword}`));
      else if (address.startsWith('later@')) answer(failure(451, 'come again'));
      else answer();
    },
    onData(stream, { envelope, secure }, answer) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        delivered.push({
          from: envelope.mailFrom === false ? '' : envelope.mailFrom.address,
          to: envelope.rcptTo.map(({ address }) => address),
          isSecure: secure,
          text: Buffer.concat(chunks).toString('utf8'),
        });
        answer(null, 'kept');
      });
    },
  });
  server.on('error', () => undefined);
  const listening = server.listen(0, '127.0.0.1');
  await once(listening, 'listening');
  const address = listening.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  return {
    endpoint: { host: '127.0.0.1', port },
    delivered,
    [Symbol.asyncDispose]: () => closing(server),
  };
}

function closing(server: SMTPServer): Promise<void> {
  return new Promise((resolve) => {
    server.close(resolve);
  });
}

function failure(responseCode: number, message: string): Error {
  return Object.assign(new Error(message), { responseCode });
}
