import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { noIsolation, processSettings } from '../../tests/support/process-settings.ts';
import { until } from '../../tests/support/until.ts';
import { createProcessRunner } from './process-runner.ts';

const { signal } = new AbortController();
const job = { jobId: 'job', signal };
const shell = (command: string) => ({ shell: { command } });
const unsafe = { ...processSettings, isolation: 'unsafe' } as const;

/** Undefined once the process is gone. */
function signalOf(pid: number): true | undefined {
  try {
    return process.kill(pid, 0);
  } catch {
    return undefined;
  }
}

describe('the processes of a worker', () => {
  it('are refused, with what to do, where they cannot be isolated', async () => {
    const runner = createProcessRunner({ ...processSettings, path: '/nonexistent' });
    const refusal = {
      code: 'FORBIDDEN',
    };
    await expect(runner.run(shell('true'), job)).rejects.toThrow('OPERANDI_RUN_ISOLATION');
    await expect(runner.run({ ...shell('true'), await: false }, job)).rejects.toMatchObject(
      refusal,
    );
  });

  it.skipIf(noIsolation !== undefined)('run where they can', async () => {
    const runner = createProcessRunner(processSettings);
    expect(await runner.run(shell('id -u'), job)).toMatchObject({ code: 0, stdout: '65534\n' });
  });

  it('wait while there are as many as may run at once', async () => {
    const runner = createProcessRunner({ ...unsafe, concurrency: 1 });
    const first = new AbortController();
    const third = new AbortController();
    const running = runner.run(shell('sleep 600'), { jobId: 'a', signal: first.signal });
    const order: string[] = [];
    const waiting = runner.run(shell('echo second'), job).then(() => order.push('second'));
    const given = runner.run(shell('true'), { jobId: 'c', signal: third.signal });
    third.abort(new Error('not wanted'));
    await expect(given).rejects.toThrow('not wanted');
    expect(order).toEqual([]);
    first.abort(new Error('stopped'));
    await expect(running).rejects.toThrow('stopped');
    await waiting;
    expect(await runner.run(shell('echo more'), job)).toMatchObject({ stdout: 'more\n' });
  });

  it('that nobody waits for end when their job leaves', async () => {
    const runner = createProcessRunner(unsafe);
    const folder = await mkdtemp(join(tmpdir(), 'operandi-left-'));
    const given = { ...shell(`echo $$ > ${folder}/pid; sleep 600`), await: false };
    expect(await runner.run(given, job)).toEqual({ code: 0, stdout: '', stderr: '' });
    const pid = await until('it has started', async () => {
      const text = await readFile(`${folder}/pid`, 'utf8').catch(() => '');
      return text.endsWith('\n') && Number(text);
    });
    runner.leave('another');
    expect(signalOf(pid)).toBe(true);
    runner.leave('job');
    await until('it has ended', () => Promise.resolve(signalOf(pid) === undefined));
    await rm(folder, { recursive: true });
  });
});
