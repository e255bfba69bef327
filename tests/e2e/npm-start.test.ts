import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { freePort } from '../support/process.ts';
import { until } from '../support/until.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

describe('npm start', () => {
  let dataDir: string;
  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'operandi-start-'));
  });
  afterEach(() => rm(dataDir, { recursive: true, force: true }));

  async function start(...args: readonly string[]) {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const child = spawn('npm', ['start', '--silent', '--', ...args], {
      cwd: root,
      env: {
        PATH: `${dirname(process.execPath)}${delimiter}${process.env['PATH'] ?? ''}`,
        HOME: dataDir,
        OPERANDI_DATA_DIR: join(dataDir, 'data'),
        PORT: String(port),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => (output += text));
    const exit = once(child, 'exit');
    await until('it greets', () => output.includes('/health/ready') || child.exitCode !== null);
    return { child, exit, url, output: () => output };
  }

  const isFree = (): boolean => !existsSync(join(dataDir, 'data', 'database.lock'));

  it.each(['SIGTERM', 'SIGKILL'] as const)(
    'leaves no platform behind when npm gets %s',
    async (signal) => {
      const { child, exit, url } = await start();
      expect((await fetch(`${url}/health/live`)).status).toBe(200);
      child.kill(signal);
      await exit;
      await until('the data folder is free', isFree);
      await expect(fetch(`${url}/health/live`)).rejects.toThrow('fetch failed');
    },
  );

  it('says first what to open, and answers pages of this machine as long as nothing else is said', async () => {
    const { child, exit, url, output } = await start();
    expect(
      output()
        .split('\n')
        .find((line) => line.includes('http')),
    ).toBe(`Console        ${url}/console`);
    expect(await originFor(url, 'http://localhost:5173')).toBe('http://localhost:5173');
    expect(await originFor(url, 'http://example.com')).toBeNull();
    child.kill();
    await exit;
    await until('the data folder is free', isFree);
  });

  it('takes the settings of the gateway from a file', async () => {
    const file = join(dataDir, 'gateway.yaml');
    await writeFile(file, 'graphiql: false\ncors: { origins: ["http://example.com"] }\n');
    const { child, exit, url, output } = await start('--config', file);
    expect(output()).not.toContain('graphiql');
    expect(await originFor(url, 'http://example.com')).toBe('http://example.com');
    expect(await originFor(url, 'http://localhost:5173')).toBeNull();
    child.kill();
    await exit;
    await until('the data folder is free', isFree);
  });

  it('ends as the platform ends, with its exit code', async () => {
    const { exit, child, output } = await start('--config', join(dataDir, 'none.yaml'));
    expect((await exit)[0]).toBe(1);
    expect(output()).toContain('none.yaml cannot be read');
    expect(child.exitCode).toBe(1);
  });
});

async function originFor(url: string, origin: string): Promise<string | null> {
  const { headers } = await fetch(`${url}/health/live`, { headers: { origin } });
  return headers.get('access-control-allow-origin');
}
