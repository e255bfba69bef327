import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Where Debian puts it, which is not in the path of everybody. */
const program = '/usr/sbin/mosquitto';

/** False where there is no broker to try on. */
export const hasBroker = existsSync(program);

export const brokerUser = { username: 'agent', password: 'canary-good-password' };

export interface Broker extends AsyncDisposable {
  readonly endpoint: { readonly host: string; readonly port: number };
}

/** Mosquitto, which lets nobody in but one user. */
export async function openBroker(): Promise<Broker> {
  const folder = await mkdtemp(join(tmpdir(), 'operandi-broker-'));
  const passwords = join(folder, 'passwords');
  const { username, password } = brokerUser;
  const made = spawnSync('/usr/bin/mosquitto_passwd', ['-b', '-c', passwords, username, password]);
  if (made.status !== 0) throw new Error(`mosquitto_passwd: ${made.stderr.toString()}`);
  // The broker gives up the rights of root before it reads them.
  await chmod(folder, 0o755);
  await chmod(passwords, 0o644);
  for (;;) {
    const port = await freePort();
    const settings = [
      `listener ${String(port)} 127.0.0.1`,
      ...['allow_anonymous false', `password_file ${passwords}`, 'persistence false'],
      ...['set_tcp_nodelay true', ''],
    ];
    await writeFile(join(folder, 'settings'), settings.join('\n'));
    const child = spawn(program, ['-c', join(folder, 'settings')], { stdio: 'ignore' });
    if (!(await answers(child, port))) continue;
    return {
      endpoint: { host: '127.0.0.1', port },
      async [Symbol.asyncDispose]() {
        const ended = once(child, 'exit');
        child.kill();
        await ended;
        await rm(folder, { recursive: true, force: true });
      },
    };
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' ? (address?.port ?? 0) : 0;
}

/** False when somebody else took the port in between. */
async function answers(child: ChildProcess, port: number): Promise<boolean> {
  const isRunning = (): boolean => child.exitCode === null;
  while (isRunning()) {
    const socket = connect(port, '127.0.0.1');
    const isThere = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true));
      socket.once('error', () => resolve(false));
    });
    socket.destroy();
    if (isThere) return isRunning();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return false;
}
