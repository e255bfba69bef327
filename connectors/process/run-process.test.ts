import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runProcess } from './run-process.ts';

const never = new AbortController().signal;
const path = process.env['PATH'] ?? '';

describe('a shell command', () => {
  it('gets arguments, input and environment, and answers code and streams', async () => {
    const result = await runProcess(
      {
        shell: {
          command: 'cat; echo "$1 $NAME"; echo oops >&2; exit 3',
          arguments: ['first'],
          stdin: 'in ',
          environment: { NAME: 'Ada' },
        },
      },
      { signal: never, path },
    );
    expect(result).toEqual({ code: 3, stdout: 'in first Ada\n', stderr: 'oops\n' });
  });

  it('sees no variable of the platform', async () => {
    process.env['CANARY_SECRET'] = 'leak';
    const { stdout } = await runProcess({ shell: { command: 'env' } }, { signal: never, path });
    delete process.env['CANARY_SECRET'];
    expect(stdout).not.toContain('leak');
  });

  it('takes an argument for what it is, not for a command', async () => {
    const { stdout } = await runProcess(
      { shell: { command: 'echo "$1"', arguments: ['$(id); rm -rf /'] } },
      { signal: never, path },
    );
    expect(stdout).toBe('$(id); rm -rf /\n');
  });

  it('is ended with all it started when the job stops', async () => {
    const controller = new AbortController();
    const running = runProcess(
      { shell: { command: 'sleep 600 & sleep 600' } },
      { signal: controller.signal, path },
    );
    controller.abort(new Error('stopped'));
    await expect(running).rejects.toThrow('stopped');
  });

  it('is ended when it writes without end', async () => {
    const running = runProcess(
      { shell: { command: 'yes' } },
      { signal: never, path, maxBytes: 10_000 },
    );
    await expect(running).rejects.toMatchObject({ code: 'PAYLOAD_TOO_LARGE' });
  });

  it('is not waited for when nobody wants its result', async () => {
    const given = { shell: { command: 'sleep 0.2; exit 9' }, await: false };
    expect(await runProcess(given, { signal: never, path })).toMatchObject({ code: 0 });
  });
});

describe('a script', () => {
  it('runs JavaScript as a module with its arguments', async () => {
    const code = "import { argv } from 'node:process'; console.log(`got ${argv[2]} ${'${x}'}`);";
    const result = await runProcess(
      { script: { language: 'js', code, arguments: ['it'] } },
      { signal: never, path },
    );
    expect(result).toMatchObject({ code: 0, stdout: 'got it ${x}\n' });
  });

  it('refuses a language that it does not know', async () => {
    const running = runProcess(
      { script: { language: 'cobol', code: '' } },
      { signal: never, path },
    );
    await expect(running).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
  });
});

describe('a container', () => {
  it('is handed to the docker command with everything the definition says', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'operandi-docker-'));
    const stand = join(folder, 'docker');
    await writeFile(stand, '#!/bin/sh\nfor each in "$@"; do echo "$each"; done\n');
    await chmod(stand, 0o755);
    const { stdout } = await runProcess(
      {
        container: {
          image: 'alpine:3',
          name: 'mine',
          command: 'echo $1',
          arguments: ['a b'],
          environment: { LEVEL: 'high' },
          ports: { '8080': '80' },
          volumes: { '/data': '/mnt' },
          lifetime: { cleanup: 'always' },
          pullPolicy: 'never',
        },
      },
      { signal: never, path: `${folder}${delimiter}${path}` },
    );
    await rm(folder, { recursive: true });
    expect(stdout.split('\n').slice(0, -1)).toEqual([
      ...['run', '--rm', '--name', 'mine', '--pull', 'never', '--env', 'LEVEL=high'],
      ...['--publish', '8080:80', '--volume', '/data:/mnt', 'alpine:3'],
      ...['sh', '-c', 'echo $1', 'sh', 'a b'],
    ]);
  });
});
