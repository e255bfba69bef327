import { execFile } from 'node:child_process';
import {
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../../', import.meta.url));
const sourceFolders = [
  ...[
    'kernel',
    'engine',
    'queue',
    'connectors',
    'core',
    'subgraphs',
    'gateway',
    'worker',
    'warehouse',
    'cli',
  ],
  ...['prisma', 'sdk'],
];
const example = join(root, 'examples', 'expense-approval', 'sop.yaml');
const runner = JSON.stringify(join(root, 'cli', 'bundled.cjs'));
/** Ends with 77 when the command is not run from a bundle. */
const starter = `require(${runner}).runBundled(__dirname) || process.exit(77);`;

/** What a command printed, and how it ended; `undefined` when it was not run from a bundle. */
async function runBundled(folder: string, ...words: readonly string[]) {
  return run(process.execPath, [join(folder, 'start.cjs'), ...words]).then(
    ({ stdout, stderr }) => ({ stdout, stderr, code: 0 }),
    (error: unknown) => {
      const { stdout, stderr, code } = error as { stdout: string; stderr: string; code: number };
      return code === 77 ? undefined : { stdout, stderr, code };
    },
  );
}

async function runFromSource(...words: readonly string[]) {
  return run(process.execPath, [join(root, 'cli', 'main.ts'), ...words]).then(
    ({ stdout, stderr }) => ({ stdout, stderr, code: 0 }),
    (error: unknown) => error as { stdout: string; stderr: string; code: number },
  );
}

describe('the bundled platform', () => {
  let folder = '';

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'operandi-bundle-'));
    const beside = ['package.json', 'package-lock.json', 'node_modules', 'examples', 'schema'];
    for (const name of [...beside, ...sourceFolders])
      await symlink(join(root, name), join(folder, name));
    const script = join(root, 'scripts', 'bundle-platform.ts');
    await run(process.execPath, [script, join(folder, 'built')]);
    await writeFile(join(folder, 'start.cjs'), starter);
    await writeFile(join(folder, 'broken.yaml'), 'document: {dsl: 1.0.3}\ndo: [a: {sett: 1}]\n');
    await writeFile(
      join(folder, 'rich.yaml'),
      [
        'document:',
        '  {dsl: 1.0.3, namespace: a, name: b, version: 1.0.0, metadata: {responses: {text: "{{ x | nope }}"}}}',
        'input: {schema: {document: {type: strange}}}',
        'schedule: {cron: "61 * * * *"}',
        'do: [a: {set: {b: "${ .c | test(\\"[\\") }"}}]',
      ].join('\n'),
    );
  }, 120_000);

  afterAll(() => rm(folder, { recursive: true, force: true }));

  it.each(['broken.yaml', 'rich.yaml'])('finds in %s what the source finds', async (name) => {
    const file = join(folder, name);
    const bundled = await runBundled(folder, 'validate', file);
    expect(bundled).toMatchObject({ code: 1 });
    expect(bundled?.stdout).toBe((await runFromSource('validate', file)).stdout);
  });

  it('runs from kept code the second time as the first', async () => {
    const first = await runBundled(folder, 'validate', example);
    expect(first).toEqual({ stdout: 'The definition is valid.\n', stderr: '', code: 0 });
    expect(await runBundled(folder, 'validate', example)).toEqual(first);
  });

  it.each([[['--help']], [['help', 'jobs']], [['jobs', 'submit', '--help']], [['agents', 'list']]])(
    'prints for %j what the source prints',
    async (words) => {
      const { stdout, stderr, code } = await runFromSource(...words);
      expect(await runBundled(folder, ...words)).toEqual({ stdout, stderr, code });
    },
  );

  it('runs the whole platform with its threads and the database that it brings', async () => {
    const told = await runBundled(folder, 'demo');
    expect(told).toMatchObject({ code: 0, stderr: '' });
    expect(told?.stdout).toMatch(/All 28 invoices ended as expected/);
  });

  it('loads plugins of the gateway', async () => {
    const plugin = 'await 1; export default { name: 5 };';
    await writeFile(join(folder, 'plugin.mjs'), plugin);
    await writeFile(join(folder, 'gateway.json'), '{ "plugins": ["plugin.mjs"] }');
    const supergraph = join(root, 'examples', 'federation', 'supergraph.graphql');
    const words = ['--supergraph', supergraph, '--config', join(folder, 'gateway.json')];
    const told = await runBundled(folder, 'gateway', ...words);
    expect(told?.stderr).toMatch(/^operandi: The plugin .*plugin\.mjs has no default export with/);
  });

  it('starts threads and processes from the bundle, not from the sources', async () => {
    const files = (await readdir(join(folder, 'built'))).filter((name) => name.endsWith('.cjs'));
    const texts = await Promise.all(
      files.map((name) => readFile(join(folder, 'built', name), 'utf8')),
    );
    const entries = files.filter((name) => name.startsWith('entry-'));
    expect(entries).toContain('entry-worker-threads-engine-thread.cjs');
    expect(entries).toContain('entry-worker-quarantine-main.cjs');
    for (const name of entries)
      expect(texts.some((text) => new RegExp(`new URL\\(.\\./${name}`).test(text))).toBe(true);
    expect(texts.filter((text) => /new URL\(.\.\/[^"']*\.ts/.test(text))).toEqual([]);
  });
});

describe('a bundle', () => {
  let folder = '';
  const bundled = createRequire(import.meta.url)('../../cli/bundled.cjs') as {
    readonly runBundled: (root: string) => boolean;
  };

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'operandi-bundle-'));
    await mkdir(join(folder, 'built'));
    await writeFile(join(folder, 'built', 'main.cjs'), 'globalThis.greeted = true;');
  });

  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('is not used once one of its sources is another', async () => {
    const time = new Date(1_000_000);
    await writeFile(join(folder, 'a.ts'), 'one');
    await utimes(join(folder, 'a.ts'), time, time);
    const source = { path: 'a.ts', size: 3, mtimeMs: time.getTime() };
    await mkdir(join(folder, 'built', 'sources'));
    await writeFile(join(folder, 'built', 'sources', 'main.json'), JSON.stringify([source]));
    expect(bundled.runBundled(folder)).toBe(true);
    expect(globalThis).toHaveProperty('greeted', true);
    await writeFile(join(folder, 'a.ts'), 'two');
    expect(bundled.runBundled(folder)).toBe(false);
    await rm(join(folder, 'a.ts'));
    expect(bundled.runBundled(folder)).toBe(false);
  });

  it('is used without a list of sources where there are none, as in a package', async () => {
    expect(bundled.runBundled(folder)).toBe(true);
    await mkdir(join(folder, 'cli'));
    await writeFile(join(folder, 'cli', 'main.ts'), '');
    expect(bundled.runBundled(folder)).toBe(false);
  });
});
