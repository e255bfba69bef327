import {
  access,
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  realpath,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../kernel/json.ts';
import {
  canReachNode,
  noIsolation,
  processSettings,
} from '../../tests/support/process-settings.ts';
import { until } from '../../tests/support/until.ts';
import { runProcess } from './run-process.ts';
import type { ProcessSettings } from './settings.ts';

const never = new AbortController().signal;

/** Each kind of isolation that this machine has. */
const isolations = (['unsafe', 'bubblewrap'] as const).filter(
  (isolation) => isolation === 'unsafe' || noIsolation === undefined,
);

describe.each(isolations)('a shell command, %s', (isolation) => {
  const settings = { ...processSettings, isolation };

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
      { signal: never, settings },
    );
    expect(result).toEqual({ code: 3, stdout: 'in first Ada\n', stderr: 'oops\n' });
  });

  it('sees no variable of the platform', async () => {
    process.env['CANARY_SECRET'] = 'leak';
    const { stdout } = await runProcess({ shell: { command: 'env' } }, { signal: never, settings });
    delete process.env['CANARY_SECRET'];
    expect(stdout).not.toContain('leak');
  });

  it('takes an argument for what it is, not for a command', async () => {
    const { stdout } = await runProcess(
      { shell: { command: 'echo "$1"', arguments: ['$(id); rm -rf /'] } },
      { signal: never, settings },
    );
    expect(stdout).toBe('$(id); rm -rf /\n');
  });

  it('is ended with all it started when the job stops', async () => {
    const controller = new AbortController();
    const running = runProcess(
      { shell: { command: 'sleep 600 & sleep 600' } },
      { signal: controller.signal, settings },
    );
    controller.abort(new Error('stopped'));
    await expect(running).rejects.toThrow('stopped');
  });

  it('is ended when it writes without end', async () => {
    const running = runProcess(
      { shell: { command: 'yes' } },
      { signal: never, settings, maxBytes: 10_000 },
    );
    await expect(running).rejects.toMatchObject({ code: 'PAYLOAD_TOO_LARGE' });
  });
});

describe.each(isolations)('a script, %s', (isolation) => {
  const settings = { ...processSettings, isolation };

  it.skipIf(isolation === 'bubblewrap' && !canReachNode)(
    'runs JavaScript as a module with its arguments',
    async () => {
      const code = "import { argv } from 'node:process'; console.log(`got ${argv[2]} ${'${x}'}`);";
      const result = await runProcess(
        { script: { language: 'js', code, arguments: ['it'] } },
        { signal: never, settings },
      );
      expect(result).toMatchObject({ code: 0, stdout: 'got it ${x}\n' });
    },
  );

  it('refuses a language that it does not know', async () => {
    const running = runProcess(
      { script: { language: 'cobol', code: '' } },
      { signal: never, settings },
    );
    await expect(running).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
  });
});

describe.skipIf(noIsolation !== undefined)('an isolated process', () => {
  const run = async (command: string, settings = processSettings) =>
    await runProcess({ shell: { command } }, { signal: never, settings });

  it('reads neither the environment of the platform nor its processes', async () => {
    process.env['CANARY_SECRET'] = 'leak-of-the-platform';
    const { stdout, code } = await run(
      'for each in /proc/[0-9]*/environ; do tr "\\0" "\\n" < $each; done; cat /proc/$PPID/environ; ls -d /proc/[0-9]*; true',
    );
    delete process.env['CANARY_SECRET'];
    expect(code).toBe(0);
    expect(stdout).not.toContain('leak-of-the-platform');
    expect(stdout).not.toContain(`/proc/${String(process.pid)}\n`);
  });

  it('is nobody, and writes nowhere but in memory of its own', async () => {
    const mark = join(tmpdir(), `operandi-mark-${String(process.pid)}`);
    const { stdout } = await run(
      `id -u; touch ${mark} && echo own; touch /usr/x 2>/dev/null || echo no; ls ${process.cwd()} 2>/dev/null || echo nothing; cat /etc/shadow 2>/dev/null || echo none`,
    );
    expect(stdout).toBe('65534\nown\nno\nnothing\nnone\n');
    await expect(access(mark)).rejects.toThrow();
  });

  it('reaches no network unless it is allowed', async () => {
    const interfaces = "sed -n 's/:.*//p' /proc/net/dev | tr -d ' '";
    expect((await run(interfaces)).stdout).toBe('lo\n');
    const open = await run(interfaces, { ...processSettings, network: 'host' });
    const all = await readFile('/proc/net/dev', 'utf8');
    expect(open.stdout.split('\n')).toHaveLength(all.split(':').length);
  });

  it('takes with it what has left its group, when it ends and when it is ended', async () => {
    const name = `operandi-orphan-${String(process.pid)}`;
    await run(`setsid sh -c 'exec sleep 987' ${name} & setsid sleep 9876 >/dev/null 2>&1 &`);
    expect(await commandLines()).not.toContain('sleep\u0000987');
    const controller = new AbortController();
    const running = runProcess(
      { shell: { command: 'setsid sleep 98765 & echo started; wait' } },
      { signal: controller.signal, settings: processSettings },
    );
    await until('it sleeps', async () => (await commandLines()).includes('sleep\u000098765'));
    controller.abort(new Error('stopped'));
    await expect(running).rejects.toThrow('stopped');
    await until('it is gone', async () => !(await commandLines()).includes('sleep\u000098765'));
  });

  it('has limits to its processes, memory, files and processor time', async () => {
    const settings = { ...processSettings, tasks: 8, memoryMb: 32, cpuSeconds: 1 };
    const many = await run(
      'for n in 1 2 3 4 5 6 7 8 9 10 11 12; do sleep 5 & done; wait',
      settings,
    );
    expect(many.stderr).toMatch(/fork|Resource/i);
    const file = await run('head -c 50000000 /dev/zero > /tmp/large || echo full', settings);
    expect(file).toSatisfy(({ code, stdout }) => code !== 0 || stdout === 'full\n');
    expect((await run('while :; do :; done', settings)).code).not.toBe(0);
    const memory = await run('awk \'BEGIN { s = "x"; for (;;) s = s s }\'', settings);
    expect(memory.code).not.toBe(0);
  });

  it('shows its variables to nobody who lists the processes of the machine', async () => {
    const running = runProcess(
      { shell: { command: 'sleep 6543', environment: { TOKEN: 'hidden-from-lists' } } },
      {
        signal: AbortSignal.any([
          never,
          controllerFor(async () => {
            await until('it sleeps', async () =>
              (await commandLines()).includes('sleep\u00006543'),
            );
            expect(await commandLines()).not.toContain('hidden-from-lists');
          }),
        ]),
        settings: processSettings,
      },
    );
    await expect(running).rejects.toThrow('seen');
  });
});

/** Aborts when the look is over. */
function controllerFor(look: () => Promise<void>): AbortSignal {
  const controller = new AbortController();
  void look().then(
    () => controller.abort(new Error('seen')),
    (error: unknown) => controller.abort(error),
  );
  return controller.signal;
}

/** Command lines of all processes of this machine, arguments parted by NUL. */
async function commandLines(): Promise<string> {
  const names = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const lines = names.map((name) => readFile(`/proc/${name}/cmdline`, 'utf8').catch(() => ''));
  return (await Promise.all(lines)).join('\n');
}

describe('a container', () => {
  const given = { image: 'registry.example/tools/jq:1', lifetime: { cleanup: 'always' } };
  let folder: string;
  let settings: ProcessSettings;
  beforeAll(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), 'operandi-docker-')));
    const stand = join(folder, 'docker');
    await writeFile(stand, '#!/bin/sh\nfor each in "$@"; do echo "$each"; done\n');
    await chmod(stand, 0o755);
    await mkdir(join(folder, 'data'));
    await symlink('/etc', join(folder, 'data', 'link'));
    const path = `${folder}${delimiter}${processSettings.path}`;
    settings = {
      ...processSettings,
      path,
      images: ['registry.example/tools/*', 'alpine:3'],
      volumes: [join(folder, 'data')],
    };
  });
  afterAll(() => rm(folder, { recursive: true }));
  const run = async (container: JsonObject, more: Partial<ProcessSettings> = {}) =>
    await runProcess({ container }, { signal: never, settings: { ...settings, ...more } });

  it('is handed to the docker command with its limits and what the definition says', async () => {
    const volume = join(folder, 'data');
    const { stdout } = await run(
      {
        ...given,
        name: 'mine',
        command: 'echo $1',
        arguments: ['a b'],
        environment: { LEVEL: 'high' },
        ports: { '8080': '80' },
        volumes: { [volume]: '/mnt' },
        pullPolicy: 'never',
      },
      { network: 'host' },
    );
    expect(
      stdout
        .replace(/operandi-mine-\S+/, 'operandi-mine-ID')
        .split('\n')
        .slice(0, -1),
    ).toEqual([
      ...['run', '--rm', '--name', 'operandi-mine-ID', '--pull', 'never'],
      ...['--network', 'bridge', '--user', '65534:65534', '--cap-drop', 'ALL'],
      ...['--security-opt', 'no-new-privileges', '--read-only', '--tmpfs', '/tmp'],
      ...['--memory', '256m', '--pids-limit', '64', '--ulimit', 'cpu=60'],
      ...['--env', 'LEVEL=high', '--publish', '8080:80', '--volume', `${volume}:/mnt`],
      ...['registry.example/tools/jq:1', 'sh', '-c', 'echo $1', 'sh', 'a b'],
    ]);
  });

  it('has no network unless it is allowed', async () => {
    expect((await run({ image: 'alpine:3' })).stdout).toContain('--network\nnone\n');
    await expect(run({ image: 'alpine:3', ports: { '80': '80' } })).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
  });

  it.each([
    '--privileged',
    '-v=/:/host',
    'alpine:4',
    'registry.example/other/jq',
    'alpine:3 --privileged',
    '',
  ])('is not made of the image %j', async (image) => {
    await expect(run({ ...given, image })).rejects.toThrow(/image/);
  });

  it.each([
    ['/etc', '/mnt'],
    ['FOLDER', '/mnt'],
    ['FOLDER/data/../../', '/mnt'],
    ['FOLDER/data/link', '/mnt'],
    ['FOLDER/data', '/mnt:rw,shared'],
    ['FOLDER/data', 'mnt'],
    ['data', '/mnt'],
  ])('does not mount %s at %s', async (from, to) => {
    const volumes = { [from.replace('FOLDER', folder)]: to };
    await expect(run({ ...given, volumes })).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });
});
