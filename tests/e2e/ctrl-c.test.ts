import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { until } from '../support/until.ts';

const launcher = fileURLToPath(new URL('../../cli/operandi.cjs', import.meta.url));

/** Signal 0 is none: it only looks whether there is such a process. */
function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

// A terminal sends Ctrl+C to all processes of the group that it shows.
it.each([['start'], ['dev']])(
  'Ctrl+C ends `operandi %s` in order, and its database after it',
  async (command) => {
    const folder = await mkdtemp(join(tmpdir(), 'operandi-ctrl-c-'));
    const child = spawn(process.execPath, [launcher, command], {
      cwd: folder,
      detached: true,
      env: { PATH: process.env['PATH'], HOME: folder, PORT: '0' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => (output += text));
    const exit = once(child, 'exit');
    await until('it greets', () => output.includes('export OPERANDI_URL='));
    const pidFile = join(folder, '.operandi', 'postgres', 'postmaster.pid');
    const server = Number.parseInt(await readFile(pidFile, 'utf8'), 10);
    expect(isThere(server)).toBe(true);

    process.kill(-(child.pid ?? 0), 'SIGINT');
    expect(await exit).toEqual([0, null]);

    expect(output).toContain('Stopping …');
    expect(output).not.toMatch(/ERROR|FATAL|WARN|database ended/);
    expect(isThere(server)).toBe(false);
    expect(existsSync(pidFile)).toBe(false);
    await rm(folder, { recursive: true, force: true });
  },
);
