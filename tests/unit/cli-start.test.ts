import { execFile } from 'node:child_process';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../../', import.meta.url));
const command = join(root, 'cli', 'operandi.cjs');
const example = join(root, 'examples', 'expense-approval', 'sop.yaml');

/** Writes the address of every module that is loaded to the standard error. */
const tracer = `data:text/javascript,${encodeURIComponent(`
  import { registerHooks } from 'node:module';
  import { writeSync } from 'node:fs';
  registerHooks({ load: (url, context, next) => (writeSync(2, url + '\\n'), next(url, context)) });
`)}`;

async function modulesOf(...words: readonly string[]): Promise<string[]> {
  const main = join(root, 'cli', 'main.ts');
  const { stderr } = await run(process.execPath, ['--import', tracer, main, ...words]);
  const here = pathToFileURL(root).href;
  return stderr.split('\n').map((url) => url.replace(here, ''));
}

/** A Node.js of the machine that is older than what Operandi needs, if it has one. */
async function findOldNode(): Promise<string | undefined> {
  for (const path of ['/usr/bin/node', '/usr/local/bin/node']) {
    if (!existsSync(path)) continue;
    const { stdout } = await run(path, ['--print', 'process.versions.node']);
    if (Number.parseInt(stdout, 10) < 24) return path;
  }
  return undefined;
}

interface Failure {
  readonly code?: number;
  readonly stderr?: string;
}

/** What `execFile` rejects with. */
async function failureOf(ending: Promise<unknown>): Promise<Failure> {
  return ending.then(
    () => ({}),
    (error: unknown) => error as Failure,
  );
}

const oldNode = await findOldNode();

describe('operandi validate', () => {
  it('loads no module of a server, a database or a client', async () => {
    const modules = await modulesOf('validate', example);
    expect(modules).toContain('engine/definition.ts');
    const server =
      /^(gateway|subgraphs|core|queue|worker|connectors|sdk|prisma|kernel\/(database|config|telemetry))\/|^node_modules\/(graphql|@prisma|@apollo|@opentelemetry|pg|ioredis|fastify|undici|pino|zod)\//;
    expect(modules.filter((url) => server.test(url))).toEqual([]);
    expect(modules.filter((url) => url.startsWith('cli/commands/'))).toEqual([
      'cli/commands/validate.ts',
    ]);
  });
});

describe('operandi validate, told how the platform is set', () => {
  const script = `document: {dsl: '1.0.3', namespace: t, name: t, version: '1.0.0'}
do: [{a: {run: {shell: {command: ls}}}}, {b: {set: {x: 1}}}]`;

  async function findingsWith(env: Readonly<Record<string, string>>): Promise<readonly string[]> {
    const folder = await mkdtemp(join(tmpdir(), 'operandi-validate-'));
    const file = join(folder, 'sop.yaml');
    await writeFile(file, script);
    const options = { env: { ...process.env, ...env } };
    const done = await run(process.execPath, [command, 'validate', '--json', file], options).catch(
      (error: unknown) => error as { readonly stdout: string },
    );
    await rm(folder, { recursive: true });
    const { findings } = JSON.parse(done.stdout) as { findings: readonly { id: string }[] };
    return findings.map(({ id }) => id);
  }

  it('takes and refuses what the platform does', async () => {
    expect(await findingsWith({})).toEqual(['unsupported/run']);
    expect(await findingsWith({ OPERANDI_ALLOW_RUN: 'script,shell' })).toEqual([]);
    expect(await findingsWith({ OPERANDI_ALLOW_RUN: 'shell', OPERANDI_MAX_TASKS: '1' })).toEqual([
      'structure/too-many-tasks',
    ]);
  });
});

describe('operandi --help', () => {
  it('loads no command', async () => {
    const modules = await modulesOf('--help');
    expect(modules).toContain('cli/program.ts');
    expect(modules.filter((url) => /^(cli\/commands|engine|kernel\/config)\//.test(url))).toEqual(
      [],
    );
  });

  it('lists every command', async () => {
    const { stdout } = await run(process.execPath, [command, '--help']);
    for (const name of ['start', 'demo', 'validate', 'agents', 'jobs', 'migrate', 'worker']) {
      expect(stdout).toMatch(new RegExp(`^ {2}${name}\\b`, 'm'));
    }
  });
});

describe.skipIf(oldNode === undefined)('operandi under an older Node.js', () => {
  const old = oldNode ?? '';

  it('runs under the one that the project brings, and ends as it does', async () => {
    const { stdout, stderr } = await run(old, [command, 'validate', example]);
    expect(stdout).toBe('The definition is valid.\n');
    expect(stderr).toBe('');
    await expect(run(old, [command, 'validate', join(root, 'package.json')])).rejects.toMatchObject(
      { code: 1 },
    );
  });

  it('says what is needed where there is none', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'operandi-cli-'));
    try {
      await cp(command, join(folder, 'cli', 'operandi.cjs'));
      await cp(join(root, 'package.json'), join(folder, 'package.json'));
      const { code, stderr } = await failureOf(
        run(old, [join(folder, 'cli', 'operandi.cjs'), 'start']),
      );
      expect(code).toBe(1);
      expect(stderr).toMatch(/^operandi: needs Node\.js 24 or newer, and this is .*\n$/);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
