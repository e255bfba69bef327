import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import type { Platform } from '../../cli/compose-platform.ts';
import { startPlatform } from '../../cli/platform.ts';
import { readConfig } from '../../kernel/config/config.ts';
import { silentLog } from '../support/log.ts';
import { until } from '../support/until.ts';
import { startProcess } from './platform-processes.ts';

const command = fileURLToPath(new URL('../../cli/operandi.cjs', import.meta.url));
const at = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const run = promisify(execFile);

describe('the way of the README', () => {
  const stack = new AsyncDisposableStack();
  let platform: Platform;
  let env: NodeJS.ProcessEnv;

  beforeAll(async () => {
    const folder = await mkdtemp(join(tmpdir(), 'operandi-walk-'));
    stack.defer(() => rm(folder, { recursive: true, force: true }));
    const config = readConfig({ OPERANDI_DATA_DIR: folder, PORT: '0' });
    const { signal } = new AbortController();
    platform = stack.use(await startPlatform(config, { log: silentLog, signal }));
    env = {
      PATH: process.env['PATH'],
      OPERANDI_URL: platform.url,
      OPERANDI_API_KEY: platform.firstKey,
    };
  });
  afterAll(() => stack.disposeAsync());

  const operandi = async (...args: readonly string[]): Promise<string> =>
    (await run(process.execPath, [command, ...args], { env })).stdout.trim();

  async function submit(): Promise<string> {
    const input = `@${at('examples/expense-approval/input.json')}`;
    return operandi('jobs', 'submit', 'expense-approval', '--input', input);
  }

  it('leads over the approval that a watched job waits for to its end', async () => {
    await operandi('agents', 'publish', at('examples/expense-approval/sop.yaml'));
    const id = await submit();
    const watch = spawn(process.execPath, [command, 'jobs', 'watch', id], { env });
    let seen = '';
    watch.stdout.setEncoding('utf8').on('data', (text: string) => (seen += text));
    const exit = once(watch, 'exit');
    const approval = await until(
      'it says how to decide',
      () => /approvals approve (\S+)/.exec(seen)?.[1],
    );
    expect(seen).toMatch(/waits for a decision until \S+: Expense of 480\.5 EUR by Amélie/);
    expect(await operandi('approvals', 'list')).toContain(approval);
    expect(await operandi('approvals', 'approve', approval)).toBe(`${approval} APPROVED`);
    expect((await exit)[0]).toBe(0);
    expect(seen).toContain('workflow.completed');
    expect(await operandi('approvals', 'list')).toBe('No approvals.');
    expect(await operandi('jobs', 'watch', id)).not.toContain('waits for a decision');
    const timing = await operandi('jobs', 'timing', id);
    expect(timing).toMatch(/^SUCCEEDED after .*\n/);
    expect(timing).toMatch(/\+\S+ .* call +\/do\/\d+\/\S+(\n|$)/);
    const path = await operandi('jobs', 'timing', id, '--jq', '.timing.criticalPath.steps[].kind');
    expect(path.split('\n')).toContain('call');
    const lines = await operandi('jobs', 'watch', id, '--output', 'json');
    expect(lines).toBe(await operandi('jobs', 'watch', id, '--json'));
    const types = lines.split('\n').map((line) => (JSON.parse(line) as { type: string }).type);
    const documents = parseAllDocuments(await operandi('jobs', 'watch', id, '--output', 'yaml'));
    expect(documents.map((document) => (document.toJS() as { type: string }).type)).toEqual(types);
    expect(types.at(-1)).toContain('workflow.completed');
    const logs = (await operandi('jobs', 'logs', id)).split('\n');
    expect(logs).toHaveLength(types.length);
    expect(logs.at(-1)).toMatch(/^\S+ {2}workflow\.completed/);
    const ofTask = await operandi('jobs', 'logs', id, '--follow', '--task', '/do/0');
    expect(ofTask.split('\n').every((line) => line.includes('/do/0'))).toBe(true);
    await expect(operandi('approvals', 'reject', approval)).rejects.toThrow(
      'the approval is APPROVED (CONFLICT)',
    );
  });

  it('lets a person say no, with the reason', async () => {
    const id = await submit();
    const list = async (): Promise<string | undefined> =>
      /\S+(?=\s+PENDING)/.exec(await operandi('approvals', 'list'))?.[0];
    const approval = await until('somebody is asked', list);
    await operandi('approvals', 'reject', approval, '--comment', 'not this month');
    await operandi('jobs', 'watch', id);
    expect(JSON.parse(await operandi('jobs', 'show', id))).toMatchObject({
      output: { decision: 'rejected', comment: 'not this month' },
    });
  });
});

describe('the demo that is kept', () => {
  it('stays up to look around until it is told to stop', async () => {
    await using demo = startProcess(['demo', '--keep'], {});
    const key = await until(
      'it says how to go on',
      () => /API_KEY=(\S+)/.exec(demo.output())?.[1],
      120_000,
    );
    const url = /OPERANDI_URL=(\S+)/.exec(demo.output())?.[1];
    const env = { PATH: process.env['PATH'], OPERANDI_URL: url, OPERANDI_API_KEY: key };
    const { stdout } = await run(process.execPath, [command, 'jobs', 'list'], { env });
    expect(stdout).toMatch(/invoice-triage\s+SUCCEEDED/);
    const page = await fetch(/in the browser: (\S+)/.exec(demo.output())?.[1] ?? '');
    expect(page.status).toBe(200);
    expect(await page.text()).toContain('<title>Operandi');
    await demo[Symbol.asyncDispose]();
    expect(await demo.exitCode).toBe(0);
  });
});
