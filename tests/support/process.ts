import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants, readFileSync, readdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { delimiter, join } from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';

const POSTGRES_ROOT = '/usr/lib/postgresql';

/**
 * Runs a program until it gets a line or its input ends. The latter means that the test run was killed: then it removes
 * the program's folder as well, so that neither a server nor its data outlives the run. Its first line tells the pid.
 */
const GUARD = `
signal=$1; folder=$2; shift 2
"$@" >&2 & child=$!
echo "$child"
trap '' INT TERM HUP
read -r order
kill -s "$signal" "$child" 2>/dev/null
wait "$child"
[ -n "$order" ] || rm -rf "$folder"`;

/** A program that runs beside the tests. */
export interface GuardedProcess {
  readonly pid: number;
  /** What it has written so far, for messages of failure. */
  output(): string;
  /** Sends a signal to it. */
  kill(signal: NodeJS.Signals): void;
  /** Ends it in good order and waits until it is gone. */
  stop(): Promise<void>;
}

/** What to run, and how to end it. */
export interface GuardedCommand {
  readonly command: readonly string[];
  /** The signal for an orderly end, without "SIG". */
  readonly stopSignal: 'INT' | 'TERM' | 'QUIT' | 'KILL';
  /** The folder with its data, which its user may remove. */
  readonly folder: string;
  readonly as?: UserIds | undefined;
}

/** Ids of a user of this machine. */
export interface UserIds {
  readonly uid: number;
  readonly gid: number;
}

/** Starts a guarded program. */
export async function startGuarded(options: GuardedCommand): Promise<GuardedProcess> {
  const { command, stopSignal, folder } = options;
  const guard = spawn('sh', ['-c', GUARD, 'guard', stopSignal, folder, ...command], {
    cwd: '/',
    stdio: ['pipe', 'pipe', 'pipe'],
    ...options.as,
  });
  const lines: string[] = [];
  guard.stderr.setEncoding('utf8').on('data', (text: string) => lines.push(text));
  const gone = once(guard, 'exit');
  const pid = await readPid(guard);
  return {
    pid,
    output: () => lines.join('').slice(-4_000),
    kill: (signal) => process.kill(pid, signal),
    async stop() {
      guard.stdin.end('stop\n');
      await gone;
    },
  };
}

async function readPid(guard: ChildProcess): Promise<number> {
  if (guard.stdout === null) throw new Error('the guard has no output');
  for await (const line of createInterface({ input: guard.stdout })) return Number(line);
  throw new Error('the guard ended before its program began');
}

/** Runs a program to its end; throws with its output if it fails. */
export async function run(command: readonly string[], as?: UserIds): Promise<void> {
  const [file = '', ...args] = command;
  const child = spawn(file, args, { cwd: '/', stdio: ['ignore', 'pipe', 'pipe'], ...as });
  let output = '';
  child.stdout.on('data', (data: Buffer) => (output += data.toString()));
  child.stderr.on('data', (data: Buffer) => (output += data.toString()));
  const status: unknown[] = await once(child, 'close');
  if (status[0] !== 0) throw new Error(`${file} failed:\n${output}`);
}

/** Path of an installed program, of the newest PostgreSQL if there are several; undefined if there is none. */
export function findProgram(name: string): string | undefined {
  const folders = [...postgresFolders(), ...(process.env['PATH'] ?? '').split(delimiter)];
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

function postgresFolders(): string[] {
  try {
    const versions = readdirSync(POSTGRES_ROOT).sort((a, b) => Number(b) - Number(a));
    return versions.map((version) => join(POSTGRES_ROOT, version, 'bin'));
  } catch {
    return [];
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Whom PostgreSQL can run as: itself refuses to run as root. Undefined to run as the current user. */
export function unprivilegedUser(): UserIds | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const users = readFileSync('/etc/passwd', 'utf8').split('\n');
  for (const name of ['postgres', 'nobody']) {
    const fields = users.find((line) => line.startsWith(`${name}:`))?.split(':');
    if (fields !== undefined) return { uid: Number(fields[2]), gid: Number(fields[3]) };
  }
  return undefined;
}

/**
 * Below the ports that systems give to whoever asks for any, from 32768 on Linux: a process that starts takes seconds until it
 * listens, and somebody else would have the port by then. Each process of tests counts through its own.
 */
const ports = { first: 12_000, each: 4_000, slices: 5 } as const;
const firstOwn =
  ports.first + (Number(process.env['VITEST_POOL_ID'] ?? 0) % ports.slices) * ports.each;
let portsGiven = Math.floor(Math.random() * ports.each);

/** A port of the loopback address that nobody listens on, and that no other test is given soon. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = firstOwn + (portsGiven % ports.each);
    portsGiven += 1;
    if (await isFree(port)) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
      .on('error', () => resolve(false))
      .listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
