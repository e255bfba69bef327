import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Api } from '../noisy/api.ts';
import type { Build } from '../builds.ts';
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
  const child = spawn(
    process.execPath,
    [join(build.folder, 'cli/main.ts'), 'start', '--port', port],
    {
      cwd: folder,
      env: {
        PATH: process.env['PATH'] ?? '',
        LOG_LEVEL: 'error',
        OPERANDI_DATA_DIR: join(folder, 'data'),
        ...(databaseUrl === undefined ? {} : settingsWith(databaseUrl)),
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  stack.defer(async () => {
    const gone = child.exitCode === null ? once(child, 'exit') : undefined;
    child.kill('SIGTERM');
    await gone;
  });
  const key = await firstKey(child.stdout);
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

/** The pipe stays open: what is written later has to find a reader. */
function firstKey(output: NodeJS.ReadableStream): Promise<string> {
  return new Promise((resolve, reject) => {
    createInterface({ input: output })
      .on('line', (line) => {
        const key = /\b(opk_\w+)/.exec(line)?.[1];
        if (key !== undefined) resolve(key);
      })
      .on('close', () => reject(new Error('the platform ended before it was ready')));
  });
}
