import { isIP } from 'node:net';
import { Readable } from 'node:stream';

import SMTPConnection from 'nodemailer/lib/smtp-connection';

import { cutText } from '../../kernel/storable.ts';
import { abortReason } from '../egress/abort.ts';
import type { Place, SentMark } from '../egress/converse.ts';
import type { Session } from '../egress/idle-sessions.ts';
import { IntegrationError } from '../errors.ts';
import type { SmtpConfig, SmtpCredential } from './config.ts';
import { domainOf } from './mailbox.ts';
import type { Composed } from './message.ts';

/** A connection to a mail server that has let us in. */
export interface SmtpSession extends Session {
  /** Hands a message over; recipients that are refused are named, unless all of them are. */
  send(message: Composed, mark: SentMark): Promise<Handed>;
}

export interface Handed {
  readonly accepted: readonly string[];
  readonly rejected: readonly { readonly address: string; readonly message: string }[];
  /** What the server said at the end. */
  readonly response: string;
}

export interface SmtpLogin {
  /** How messages call the server. */
  readonly name: string;
  readonly config: Pick<SmtpConfig, 'security' | 'certificateAuthority' | 'from'>;
  readonly credential: SmtpCredential | undefined;
}

const maxReplyBytes = 65_536;
/** The library's own clocks are out of the way: the call has one. */
const noTimeoutMs = 2_147_483_647;

/** Connects, secures the connection as configured, and logs in. */
export async function openSmtp(
  login: SmtpLogin,
  place: Place,
  signal: AbortSignal,
): Promise<SmtpSession> {
  const connection = new SMTPConnection(optionsOf(login, place));
  let isUsable = true;
  const end = (): void => {
    isUsable = false;
  };
  // It stays: an error that nobody listens to would end the process.
  connection.on('error', end);
  connection.on('end', end);
  const leave = (): void => {
    connection.close();
  };
  signal.addEventListener('abort', leave, { once: true });
  try {
    signal.throwIfAborted();
    await connect(connection, signal);
    await logIn(connection, login.credential);
  } catch (error) {
    connection.close();
    throw refused(login, error);
  } finally {
    signal.removeEventListener('abort', leave);
  }
  return {
    get isUsable() {
      return isUsable;
    },
    send: (message, mark) => send(connection, { message, mark, login }),
    reset: () => done((callback) => connection.reset(callback)),
    close() {
      isUsable = false;
      connection.close();
    },
  };
}

function optionsOf({ config }: SmtpLogin, { address, port, host }: Place) {
  const { security, certificateAuthority: ca, from } = config;
  return {
    ...{ host: address, port, name: domainOf(from.address), maxResponseSize: maxReplyBytes },
    secure: security === 'tls',
    requireTLS: security === 'starttls',
    ignoreTLS: security === 'off',
    connectionTimeout: noTimeoutMs,
    greetingTimeout: noTimeoutMs,
    socketTimeout: noTimeoutMs,
    socketCloseTimeout: 0,
    // The address that was checked may be one that only this machine has.
    allowInternalNetworkInterfaces: true,
    ...(isIP(host) === 0 ? { servername: host } : {}),
    tls: {
      ...{ rejectUnauthorized: true, minVersion: 'TLSv1.2' as const },
      ...(ca === undefined ? {} : { ca }),
    },
  };
}

function connect(connection: SMTPConnection, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    connection.once('error', reject);
    connection.once('end', () => {
      reject(signal.aborted ? abortReason(signal) : closed());
    });
    connection.connect((error) => {
      if (error === undefined) resolve();
      else reject(error);
    });
  });
}

async function logIn(
  connection: SMTPConnection,
  credential: SmtpCredential | undefined,
): Promise<void> {
  if (credential?.type !== 'password') return;
  const { username: user, password: pass } = credential;
  await done((callback) => {
    connection.login({ credentials: { user, pass } }, callback);
  });
}

interface Sending {
  readonly message: Composed;
  readonly mark: SentMark;
  readonly login: SmtpLogin;
}

async function send(
  connection: SMTPConnection,
  { message, mark, login }: Sending,
): Promise<Handed> {
  const content = Readable.from([message.bytes]);
  // The server acts on the line that ends the message, which goes out after the last byte of it.
  content.once('end', () => {
    mark.isSent = true;
  });
  const ended = Promise.withResolvers<never>();
  const onEnd = (): void => {
    ended.reject(closed());
  };
  connection.once('end', onEnd);
  try {
    const sent = sending(connection, message, content);
    const info = await Promise.race([sent, ended.promise]);
    const rejected = (info.rejectedErrors ?? []).map(({ recipient, response }) => ({
      address: String(recipient),
      message: cutText(hide(login, response ?? ''), 300),
    }));
    return {
      accepted: info.accepted,
      rejected,
      response: cutText(hide(login, info.response), 300),
    };
  } catch (error) {
    throw refused(login, error);
  } finally {
    connection.off('end', onEnd);
  }
}

function sending(
  connection: SMTPConnection,
  { from, to }: Composed,
  content: Readable,
): Promise<SMTPConnection.SentMessageInfo> {
  return new Promise((resolve, reject) => {
    connection.send({ from, to: [...to] }, content, (error, info) => {
      if (error === null) resolve(info);
      else reject(error);
    });
  });
}

function done(start: (callback: (error: Error | null) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    start((error) => {
      if (error === null) resolve();
      else reject(error);
    });
  });
}

function closed(): Error {
  return Object.assign(new Error('the connection has ended'), { code: 'ECONNRESET' });
}

/** What the server said; what the connection died of is passed on. */
function refused(login: SmtpLogin, error: unknown): unknown {
  if (!(error instanceof Error) || !('responseCode' in error)) return underlying(error);
  const { responseCode: status } = error;
  if (typeof status !== 'number') return underlying(error);
  const said = 'response' in error && typeof error.response === 'string' ? error.response : '';
  const text = cutText(hide(login, said).replaceAll(/\p{Cc}+/gu, ' '), 300);
  return new IntegrationError(`${login.name} refused: ${text}`, {
    isRetryable: status >= 400 && status < 500,
    answer: { content: { smtpCode: status, message: text } },
  });
}

/** The library puts a code of its own over that of a socket, and keeps the latter beside it. */
function underlying(error: unknown): unknown {
  if (!(error instanceof Error) || !('originalCode' in error)) return error;
  return Object.assign(new Error(error.message, { cause: error }), { code: error.originalCode });
}

/** A server may repeat what it was told. */
function hide({ credential }: SmtpLogin, text: string): string {
  if (credential?.type !== 'password') return text;
  const { username, password } = credential;
  const secrets = [
    password,
    Buffer.from(password).toString('base64'),
    Buffer.from(`\0${username}\0${password}`).toString('base64'),
  ];
  return secrets.reduce((rest, secret) => rest.replaceAll(secret, '[redacted]'), text);
}
