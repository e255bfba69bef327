import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { describe, expect, it } from 'vitest';

const module = JSON.stringify(new URL('shutdown.ts', import.meta.url).href);

const lastNet = JSON.stringify(new URL('last-net.ts', import.meta.url).href);

type Act = (kill: (signal: NodeJS.Signals) => void, line: string) => void;

/** Runs a script that may use the module; answers its exit code, signal and output after `act`. */
async function runScript(
  body: string,
  act: Act | { readonly first: string } = () => undefined,
): Promise<{ code: unknown; output: string }> {
  const first = typeof act === 'function' ? '' : act.first;
  const head = `import { runUntilStopped, stopped, untilSignal } from ${module};
import { atWork } from ${lastNet};`;
  const source = `${head}\n${first};\n${body}`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', source], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stderr.on('data', (data: Buffer) => (output += data.toString()));
  const exit = once(child, 'exit');
  for await (const line of createInterface({ input: child.stdout })) {
    output += `${line}\n`;
    if (typeof act === 'function') act((signal) => child.kill(signal), line);
  }
  const status: unknown[] = await exit;
  return { code: status[0], output };
}

const serve = `
await runUntilStopped(async (signal) => {
  const timer = setInterval(() => {}, 1000);
  console.log('ready');
  await stopped(signal);
  console.log('stopping: ' + signal.reason.message);
  AFTER
  clearInterval(timer);
});`;

describe('a process', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)('ends in good order at %s', async (signal) => {
    const { code, output } = await runScript(serve.replace('AFTER', ''), (kill, line) => {
      if (line === 'ready') kill(signal);
    });
    expect(output).toBe(`ready\nstopping: received ${signal}\n`);
    expect(code).toBe(0);
  });

  it('ends at once at a second signal', async () => {
    const hangs = serve.replace('AFTER', 'await new Promise(() => {});');
    const { code } = await runScript(hangs, (kill) => kill('SIGINT'));
    expect(code).toBe(130);
  });

  it('prints a fault with its stack and ends with 1', async () => {
    const { code, output } = await runScript(
      `await runUntilStopped(async () => { throw new Error('broken'); });`,
    );
    expect(code).toBe(1);
    expect(output).toMatch(/Error: broken\n +at /);
  });

  it('prints what is no error at all', async () => {
    const { code, output } = await runScript(
      `await runUntilStopped(async () => { throw 'odd'; });`,
    );
    expect({ code, output }).toEqual({ code: 1, output: 'odd\n' });
  });

  it('prints faults of configuration without a stack', async () => {
    const { output } = await runScript(
      `await runUntilStopped(async () => { throw Object.assign(new Error('PORT: bad'), { name: 'ConfigError' }); });`,
    );
    expect(output).toBe('PORT: bad\n');
  });

  it('takes the stop request that comes back out for the wished end', async () => {
    const { code, output } = await runScript(
      `await runUntilStopped(async (signal) => {
        const timer = setInterval(() => {}, 1000);
        console.log('ready');
        await stopped(signal);
        clearInterval(timer);
        await stopped(signal);
        signal.throwIfAborted();
      });`,
      (kill) => kill('SIGTERM'),
    );
    expect({ code, output }).toEqual({ code: 0, output: 'ready\n' });
  });

  it.each([
    ['thrown', `setTimeout(() => { throw new Error('stray'); })`],
    ['rejected', `void Promise.reject(new Error('stray'))`],
  ])(
    'logs an error that is %s where nobody catches it, ends in order and fails',
    async (_, act) => {
      const { code, output } = await runScript(serve.replace('AFTER', `console.log('closed');`), {
        first: act,
      });
      expect(code).toBe(1);
      expect(output).toContain('"level":"fatal"');
      expect(output).toMatch(/Error: stray/);
      expect(output).toContain('closed');
    },
  );

  it('tells what it worked at when such an error came', async () => {
    const { output } = await runScript(
      serve.replace('AFTER', `console.log('culprit ' + signal.reason.culprit);`),
      { first: `atWork.run('job 7', () => setTimeout(() => { throw new Error('stray'); }))` },
    );
    expect(output).toContain('culprit job 7');
  });
});
