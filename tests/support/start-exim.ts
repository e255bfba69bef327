import { existsSync } from 'node:fs';
import { chown, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';

import { freePort, startGuarded, unprivilegedUser, type UserIds } from './process.ts';
import { until } from './until.ts';

/** Where Debian puts it, which is not in the path of everybody. */
const program = '/usr/sbin/exim4';

/** True where there is a mail transfer agent to try on. */
export const hasExim: boolean = existsSync(program);
if (!hasExim) process.stderr.write('no exim4 found: left out is mail to a real server\n');

export const eximUser = { username: 'agent', password: 'canary-exim-password' };

/** Exim in a folder of its own, which takes mail for every domain and puts it into one mailbox. */
export interface Exim extends AsyncDisposable {
  readonly endpoint: { readonly host: string; readonly port: number };
  /** The messages in the mailbox as they lie there, oldest first, once there are as many. */
  delivered(count: number): Promise<readonly Buffer[]>;
  /** What it has logged. */
  log(): Promise<string>;
}

export interface EximOptions {
  /** PEM: with them it offers STARTTLS, and AUTH only then. */
  readonly tls?: { readonly key: string; readonly cert: string };
  /** Largest message that it takes, bytes. @default 50 MiB */
  readonly maxBytes?: number;
}

/** Starts it with no rights; `later@…`, `nobody@…` and subjects with SPAM or BUSY are refused, for now or for good. */
export async function startExim(options: EximOptions = {}): Promise<Exim> {
  await using stack = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'operandi-exim-'));
  // What delivers a message outlives the server by a moment.
  stack.defer(() => rm(folder, { recursive: true, force: true, maxRetries: 50, retryDelay: 20 }));
  const as = unprivilegedUser();
  const port = await freePort();
  await layOut(folder, as, { port, options });
  const command = [program, '-C', join(folder, 'exim.conf'), '-bdf'];
  const server = await startGuarded({ command, stopSignal: 'TERM', folder, as });
  stack.defer(() => server.stop());
  await until('exim answers', () => greets(port), 30_000).catch((cause: unknown) => {
    throw new Error(`exim did not start:\n${server.output()}`, { cause });
  });
  const running = stack.move();
  return {
    endpoint: { host: '127.0.0.1', port },
    delivered: (count) =>
      until(`${String(count)} messages are delivered`, async () => {
        const messages = await messagesIn(join(folder, 'mail', 'new'));
        return messages.length >= count && messages;
      }),
    log: () => readFile(join(folder, 'mainlog'), 'utf8'),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

interface Wish {
  readonly port: number;
  readonly options: EximOptions;
}

async function layOut(folder: string, as: UserIds | undefined, wish: Wish): Promise<void> {
  const files: Record<string, string> = { 'exim.conf': settingsOf(folder, as, wish) };
  const { tls } = wish.options;
  if (tls !== undefined) Object.assign(files, { 'tls.key': tls.key, 'tls.pem': tls.cert });
  for (const name of ['spool', 'mail']) await mkdir(join(folder, name), { mode: 0o700 });
  for (const [name, text] of Object.entries(files))
    await writeFile(join(folder, name), text, { mode: 0o600 });
  if (as === undefined) return;
  for (const name of ['.', 'spool', 'mail', ...Object.keys(files)])
    await chown(join(folder, name), as.uid, as.gid);
}

function settingsOf(folder: string, as: UserIds | undefined, { port, options }: Wish): string {
  const { tls, maxBytes = 50 * 1024 * 1024 } = options;
  const { uid, gid } = as ?? { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
  const encryption =
    tls === undefined
      ? 'tls_advertise_hosts ='
      : `tls_certificate = ${folder}/tls.pem
tls_privatekey = ${folder}/tls.key
auth_advertise_hosts = \${if eq{$tls_in_cipher}{}{}{*}}`;
  return `
primary_hostname = mail.example
local_interfaces = 127.0.0.1
daemon_smtp_ports = ${String(port)}
spool_directory = ${folder}/spool
log_file_path = ${folder}/%slog
pid_file_path = ${folder}/pid
exim_user = ${String(uid)}
exim_group = ${String(gid)}
never_users =
keep_environment =
host_lookup =
rfc1413_query_timeout = 0s
deliver_drop_privilege = true
message_size_limit = ${String(maxBytes)}
acl_smtp_rcpt = rcpt
acl_smtp_data = data
${encryption}

begin acl
rcpt:
  defer local_parts = later
        message = come again
  deny  local_parts = nobody
        message = no such box
  deny  message = who are you
        !authenticated = *
  accept
data:
  defer condition = \${if match{$h_subject:}{BUSY}}
        message = not now
  deny  condition = \${if match{$h_subject:}{SPAM}}
        message = not wanted
  accept

begin routers
everybody:
  driver = accept
  transport = mailbox

begin transports
mailbox:
  driver = appendfile
  directory = ${folder}/mail
  maildir_format
  envelope_to_add
  return_path_add

begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_condition = \${if and{{eq{$auth2}{${eximUser.username}}}{eq{$auth3}{${eximUser.password}}}}}
  server_set_id = $auth2
`;
}

async function greets(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    return await new Promise<boolean>((resolve) => {
      socket.once('data', () => resolve(true));
      socket.once('error', () => resolve(false));
    });
  } finally {
    socket.destroy();
  }
}

/** Names in a maildir begin with the time. */
async function messagesIn(box: string): Promise<readonly Buffer[]> {
  const names = await readdir(box).catch(() => []);
  return await Promise.all(names.toSorted().map((name) => readFile(join(box, name))));
}
