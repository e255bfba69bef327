import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Api } from '../noisy/api.ts';
import { commandOf, type Build } from '../builds.ts';
import { freePort } from '../processes.ts';

/** A platform in one process, with the database that comes with it or one that is given. */
export interface OneProcess extends AsyncDisposable {
  readonly api: Api;
  readonly pid: number;
}

/** Starts the whole platform of a build on an empty folder. */
export async function startOneProcess(build: Build, databaseUrl?: string): Promise<OneProcess> {
  await using stack = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'operandi-bench-'));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  const port = String(await freePort());
  const program = commandOf(build);
  const env = {
    PATH: process.env['PATH'] ?? '',
    LOG_LEVEL: 'error',
    OPERANDI_DATA_DIR: join(folder, 'data'),
    ...(databaseUrl === undefined ? {} : settingsWith(databaseUrl)),
  };
  const start = (args: readonly string[]) =>
    spawn(process.execPath, [program, ...args], {
      ...{ cwd: folder, env },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
  const said = databaseUrl === undefined ? '' : await text(start(['migrate']).stdout);
  const child = start(['start', '--port', port]);
  stack.defer(async () => {
    const gone = child.exitCode === null ? once(child, 'exit') : undefined;
    child.kill('SIGTERM');
    await gone;
  });
  const key = keyIn(said) ?? (await firstKey(child.stdout));
  child.stdout.resume();
  await untilReady(port);
  const started = stack.move();
  return {
    api: { url: `http://127.0.0.1:${port}/graphql`, key },
    pid: child.pid ?? 0,
    [Symbol.asyncDispose]: () => started.disposeAsync(),
  };
}

function settingsWith(databaseUrl: string): Readonly<Record<string, string>> {
  return {
    DATABASE_URL: databaseUrl,
    OPERANDI_ASSERTION_SECRET: randomBytes(32).toString('hex'),
    OPERANDI_MASTER_KEY: `k1:${randomBytes(32).toString('base64')}`,
  };
}

/** Builds tell it when they fill the database, with `migrate` or at their start. */
function keyIn(output: string): string | undefined {
  return /\b(opk_\w+)/.exec(output)?.[1];
}

/** The pipe stays open: what is written later has to find a reader. */
function firstKey(output: NodeJS.ReadableStream): Promise<string> {
  return new Promise((resolve, reject) => {
    createInterface({ input: output })
      .on('line', (line) => {
        const key = keyIn(line);
        if (key !== undefined) resolve(key);
      })
      .on('close', () => reject(new Error('the platform ended before it was ready')));
  });
}

async function untilReady(port: string): Promise<void> {
  const deadline = Date.now() + 120_000;
  while (Date.now() < deadline) {
    const answer = await fetch(`http://127.0.0.1:${port}/health/ready`).catch(() => undefined);
    if (answer?.ok === true) return;
    await sleep(50);
  }
  throw new Error('the platform was not ready in two minutes');
}
