import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Platform } from '../../cli/compose-platform.ts';
import { startPlatform } from '../../cli/platform.ts';
import { readConfig } from '../../kernel/config/config.ts';
import { createClient } from '../../sdk/src/index.ts';
import { silentLog } from '../support/log.ts';

const command = fileURLToPath(new URL('../../cli/operandi.cjs', import.meta.url));
const run = promisify(execFile);

const sop = {
  document: {
    ...{ dsl: '1.0.3', namespace: 'shop', name: 'order', version: '1.0.0' },
    metadata: { jobLabels: { customer: '${ .customer }' }, concurrency: { limit: 4 } },
  },
  input: { schema: { document: { type: 'object', required: ['customer'] } } },
  do: [{ done: { set: { ok: true } } }],
};

interface Failure {
  readonly stdout: string;
  readonly stderr: string;
}

describe('many jobs at a command line', () => {
  const stack = new AsyncDisposableStack();
  let platform: Platform;
  let folder: string;
  let env: NodeJS.ProcessEnv;

  const operandi = async (...args: readonly string[]): Promise<string> =>
    (await run(process.execPath, [command, ...args], { env })).stdout.trim();

  async function failing(...args: readonly string[]): Promise<Failure> {
    try {
      await run(process.execPath, [command, ...args], { env });
    } catch (error) {
      // What `execFile` rejects with carries both streams.
      return error as Failure;
    }
    throw new Error('it was to fail');
  }

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'operandi-many-'));
    stack.defer(() => rm(folder, { recursive: true, force: true }));
    const config = readConfig({ OPERANDI_DATA_DIR: join(folder, 'data'), PORT: '0' });
    const { signal } = new AbortController();
    platform = stack.use(await startPlatform(config, { log: silentLog, signal }));
    const { url, firstKey } = platform;
    env = { PATH: process.env['PATH'], OPERANDI_URL: url, OPERANDI_API_KEY: firstKey };
    await writeFile(join(folder, 'sop.json'), JSON.stringify(sop));
    await operandi('agents', 'publish', join(folder, 'sop.json'));
  });
  afterAll(() => stack.disposeAsync());

  it('are submitted from a file, waited for, and found by their labels', async () => {
    const file = join(folder, 'orders.ndjson');
    const lines = Array.from({ length: 1_500 }, (_, n) =>
      JSON.stringify({ input: n === 7 ? {} : { customer: n % 10 } }),
    );
    await writeFile(file, `${lines.join('\n')}\n\n`);
    const { stdout, stderr } = await failing(
      ...['jobs', 'submit', 'order', '--file', file, '--label', 'run=first', '--wait'],
    );
    expect(stdout).toMatch(/^batch \S+: 1499 jobs taken, 1 refused\n$/);
    expect(stderr).toContain('job 8: ');
    expect(stderr).toContain('(INPUT_INVALID)');
    const found = await operandi(
      ...['jobs', 'list', '--label', 'customer=7', '--label', 'run=first'],
      ...['--state', 'succeeded', '--since', '1h', '--sort', 'finished', '--first', '2'],
    );
    expect(found).toContain('149 in all');
    expect(found).toContain('customer=7 run=first');
    expect(found).toContain('More: --after ');
    expect(await operandi('jobs', 'list', '--label', 'customer=11')).toBe('No jobs.');
    expect(await operandi('jobs', 'list', '--since', '2h', '--until', '1h')).toBe('No jobs.');
  });

  it('are told what is wrong with an option in words', async () => {
    const { stderr } = await failing('jobs', 'list', '--state', 'FAILD');
    expect(stderr).toContain('--state: there is no FAILD; Did you mean "FAILED"?');
    expect((await failing('jobs', 'list', '--since', 'soon')).stderr).toContain('--since: "soon"');
    expect((await failing('jobs', 'submit')).stderr).toContain('name an agent, or give --file');
    const file = join(folder, 'broken.ndjson');
    await writeFile(file, '{"input": {}}\nno json\n');
    const broken = await failing('jobs', 'submit', 'order', '--file', file);
    expect(broken.stderr).toContain('line 2 is no job');
  });

  it('are answered one by one by the client', async () => {
    await using client = createClient({ url: platform.url, apiKey: platform.firstKey ?? '' });
    const jobs = Array.from({ length: 1_100 }, () => ({ agent: 'order', input: { customer: 1 } }));
    const results = await Array.fromAsync(client.submitBatch(jobs));
    expect(results.map(({ index }) => index)).toEqual(jobs.map((_, index) => index));
    expect(new Set(results.map(({ batchId }) => batchId)).size).toBe(1);
  });
});
