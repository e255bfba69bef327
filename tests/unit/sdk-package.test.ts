import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const run = promisify(execFile);
const root = resolve(import.meta.dirname, '../..');
const tsc = join(root, 'node_modules/typescript/bin/tsc');
const dependencies = [
  'react',
  'csstype',
  'graphql',
  'graphql-ws',
  'ws',
  '@graphql-typed-document-node',
  '@types',
];

describe('packed sdk', () => {
  let folder = '';

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sdk-package-'));
    await packInto(folder);
  }, 120_000);

  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  it('is imported by name from where it is installed', async () => {
    const script = `
      import { createClient, errorCodes, JobStoryDocument } from '@operandi/sdk';
      await using client = createClient({ url: 'http://127.0.0.1:9/graphql', apiKey: 'k' });
      const answer = await client.request(JobStoryDocument, { id: '1' }).catch((error) => error);
      console.log(JSON.stringify([answer.name, errorCodes.length > 20]));
    `;
    const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', script], {
      cwd: folder,
    });
    expect(JSON.parse(stdout)).toEqual(['ConnectionError', true]);
  });

  it('has entries that are imported by their names, and ask for React only where they need it', async () => {
    const script = `
      const names = ['', '/webhooks', '/testing', '/verify', '/package.json'];
      for (const name of names)
        await import('@operandi/sdk' + name, name.endsWith('json') ? { with: { type: 'json' } } : {});
      const { createTestPlatform } = await import('@operandi/sdk/testing');
      await using platform = createTestPlatform({ agents: { double: ({ input }) => input * 2 } });
      console.log((await platform.client.run('double', 4)).output);
      const { useJob } = await import('@operandi/sdk/react');
      console.log(typeof useJob);
    `;
    const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', script], {
      cwd: folder,
    });
    expect(stdout).toBe('8\nfunction\n');
  });

  it('brings types that accept the snippets of its document', async () => {
    const text = await readFile(join(root, 'docs/sdk.md'), 'utf8');
    const snippets = [...text.matchAll(/```(tsx?)\n(.*?)```/gs)];
    expect(snippets.length).toBeGreaterThan(5);
    const files = snippets.map(([, kind = '', code = '']) => ({ kind, code }));
    const names = await Promise.all(
      files.map(async ({ kind, code }, index) => {
        const name = `snippet-${String(index)}.${kind}`;
        await writeFile(join(folder, name), `${code}\nexport {};\n`);
        return name;
      }),
    );
    await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
    const flags =
      '--noEmit --strict --skipLibCheck --jsx react-jsx --module nodenext --target es2024 --lib es2024,dom,dom.iterable,esnext.disposable --types node';
    const checking = run(process.execPath, [tsc, ...flags.split(' '), ...names], { cwd: folder });
    await expect(checking).resolves.toMatchObject({ stdout: '' });
  }, 120_000);

  it('brings types that accept right calls and refuse wrong ones', async () => {
    await writeFile(
      join(folder, 'use.mts'),
      `import { createClient, type Job } from '@operandi/sdk';
       const client = createClient({ url: 'u', apiKey: 'k' });
       export const job: Job = await client.submit('agent', {}, { priority: 'HIGH' });
       // @ts-expect-error priorities are a closed set
       await client.submit('agent', {}, { priority: 'SOON' });`,
    );
    const flags =
      '--noEmit --strict --module nodenext --target es2024 --lib es2024,esnext.disposable --types node';
    const args = [tsc, ...flags.split(' '), 'use.mts'];
    await expect(run(process.execPath, args, { cwd: folder })).resolves.toMatchObject({
      stdout: '',
    });
  }, 60_000);
});

/** Builds, packs and unpacks the package the way an installation lays it out. */
async function packInto(folder: string): Promise<void> {
  const source = join(folder, 'source');
  const modules = join(folder, 'node_modules');
  await mkdir(join(modules, '@operandi'), { recursive: true });
  await mkdir(source);
  for (const file of ['package.json', 'README.md'])
    await copyFile(join(root, 'sdk', file), join(source, file));
  const build = [
    tsc,
    '-p',
    join(root, 'sdk/tsconfig.build.json'),
    '--outDir',
    join(source, 'dist'),
  ];
  await run(process.execPath, build);
  await run('npm', ['pack', '--ignore-scripts', '--pack-destination', folder], { cwd: source });
  await run('tar', ['-xzf', 'operandi-sdk-0.1.0.tgz'], { cwd: folder });
  await run('mv', [join(folder, 'package'), join(modules, '@operandi/sdk')]);
  for (const name of dependencies)
    await symlink(join(root, 'node_modules', name), join(modules, name));
}
