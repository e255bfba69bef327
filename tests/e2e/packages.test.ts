import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { lookAtPackage } from '../support/look-at-package.ts';
import { installApart } from '../support/packages-apart.ts';

const run = promisify(execFile);
const root = resolve(import.meta.dirname, '../..');
const { version } = createRequire(import.meta.url)('../../package.json') as { version: string };
const tarballs = ['operandi', 'operandi-sdk', 'operandi-gateway'].map(
  (name) => `./packed/${name}-${version}.tgz`,
);
/** Programs as on a machine with that Node.js. */
const notForHere = 'There is no Node.js 22 for machines of this kind';
const envOf = (node: string) => ({
  ...process.env,
  PATH: [dirname(node), process.env['PATH']].join(delimiter),
});
const env = envOf(process.execPath);

describe('packages installed from their tarballs into an empty folder', () => {
  let folder = '';

  const inFolder = (file: string, ...args: readonly string[]) =>
    run(file, args, { cwd: folder, env, maxBuffer: 16 * 1024 * 1024 });

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'operandi-packages-'));
    // Where root runs the tests, the embedded server runs as somebody else, who has to get in.
    await chmod(folder, 0o755);
    const packed = join(folder, 'packed');
    // As a workflow of GitHub packs them.
    const github = {
      GITHUB_SERVER_URL: 'https://github.com',
      GITHUB_REPOSITORY: 'example/operandi',
    };
    const pack = [join(root, 'scripts/pack-packages.ts'), packed];
    await run(process.execPath, pack, { env: { ...env, ...github } });
    await writeFile(join(folder, 'package.json'), '{ "private": true, "type": "module" }');
    await inFolder('npm', 'i', '--no-audit', '--no-fund', ...tarballs);
  }, 600_000);

  afterAll(() => rm(folder, { recursive: true, force: true }));

  describe.each(['the one of a clone', '22'])('under Node.js, %s', (which) => {
    let node = process.execPath;

    beforeAll(async () => {
      if (which !== '22') return;
      node = join(await installApart('tests/runtimes'), 'node-22/bin/node');
    }, 600_000);

    const withNode = (file: string, ...args: readonly string[]) =>
      run(file, args, { cwd: folder, env: envOf(node), maxBuffer: 16 * 1024 * 1024 });
    const lacksNode = () => !existsSync(node) && process.env['CI'] === undefined;

    it('tell the demo to its end by npx', async ({ skip }) => {
      skip(lacksNode(), notForHere);
      const { stdout } = await withNode('npx', 'operandi', 'demo');
      expect(stdout).toMatch(/All 28 invoices ended as expected/);
      expect(stdout).toContain('npx operandi demo --keep');
      expect(stdout).toContain('node_modules/operandi/examples');
    });

    it('bring commands that need no server', async ({ skip }) => {
      skip(lacksNode(), notForHere);
      const example = 'node_modules/operandi/examples/expense-approval/sop.yaml';
      const { stdout } = await withNode('npx', 'operandi', 'validate', example);
      expect(stdout).toBe('The definition is valid.\n');
      const help = await withNode('npx', 'operandi', '--help');
      expect(help).toMatchObject({ stderr: '', stdout: expect.stringContaining('demo') as string });
    });

    it('complete words at the tab key', async ({ skip }) => {
      skip(lacksNode(), notForHere);
      const { stdout } = await withNode('npx', 'operandi', 'completion', 'bash');
      expect(stdout).toContain('operandi complete --');
      const offered = await withNode('npx', 'operandi', 'complete', '--', 'jobs', 'wa');
      expect(offered.stdout).toMatch(/^watch\t/);
      const other = withNode('npx', 'operandi', 'completion', 'tcsh');
      await expect(other).rejects.toMatchObject({
        stderr: expect.stringMatching(/zsh.*bash.*fish.*powershell/) as string,
      });
    });

    it('are imported by name', async ({ skip }) => {
      skip(lacksNode(), notForHere);
      const script = `
        import { createClient } from '@operandi/sdk';
        import { OperandiGateway } from '@operandi/gateway';
        await new OperandiGateway({ supergraphSdl: '' }).stop();
        console.log(process.versions.node, typeof createClient, typeof OperandiGateway);`;
      await writeFile(join(folder, 'use.mjs'), script);
      const { stdout } = await withNode(node, 'use.mjs');
      expect(stdout).toMatch(which === '22' ? /^22\.\d+\.\d+ function function\n$/ : /^24\./);
    });

    // All else that the newer one runs is tested from the sources, too.
    describe.runIf(which === '22')('the older one', () => {
      it('make a project whose scenarios pass', async ({ skip }) => {
        skip(lacksNode(), notForHere);
        const project = await mkdtemp(join(folder, 'project-'));
        await withNode('npx', 'operandi', 'init', project);
        const { stdout } = await withNode('npx', 'operandi', 'test', project);
        expect(stdout).toMatch(/scenarios?, \d+ passed/);
      });

      it('bring the gateway over a supergraph of one’s own', async ({ skip }) => {
        skip(lacksNode(), notForHere);
        const supergraph = 'node_modules/operandi/examples/federation/supergraph.graphql';
        const words = ['gateway', '--supergraph', supergraph, '--check'];
        const { stdout } = await withNode('npx', 'operandi', ...words);
        expect(stdout).not.toBe('');
      });

      it('write types with GraphQL Code Generator as with the command', async ({ skip }) => {
        skip(lacksNode(), notForHere);
        const example = 'node_modules/operandi/examples/expense-approval/sop.yaml';
        const settings = {
          schema: 'node_modules/operandi/schema/api.graphql',
          generates: {
            'made.d.ts': { plugins: ['operandi/codegen'], config: { files: [example] } },
          },
        };
        await writeFile(join(folder, 'codegen.json'), JSON.stringify(settings));
        const clients = await installApart('tests/clients');
        await withNode(node, join(clients, '.bin/graphql-codegen'), '--config', 'codegen.json');
        await withNode('npx', 'operandi', 'types', example, '--out', 'written.d.ts');
        const [made, written] = await Promise.all(
          ['made.d.ts', 'written.d.ts'].map((name) => readFile(join(folder, name), 'utf8')),
        );
        expect(made?.trim()).toBe(written?.trim());
      });
    });
  });

  it.each(tarballs)('hold what bundlers, Node.js and TypeScript find: %s', async (tarball) => {
    expect(await lookAtPackage(join(folder, tarball))).toEqual([]);
  });

  it.each(['operandi', '@operandi/sdk', '@operandi/gateway'])(
    'hold a README that is for who installs them: %s',
    async (name) => {
      const place = join(folder, 'node_modules', name);
      const text = await readFile(join(place, 'README.md'), 'utf8');
      expect(text).toContain(`# ${name === 'operandi' ? 'Operandi' : name}`);
      expect(text).not.toMatch(/npm (?:ci|start|run)\b(?! codegen)/);
      const links = [...text.matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)].map(([, to = '']) => to);
      expect(links.filter((to) => !existsSync(join(place, to)))).toEqual([]);
    },
  );

  it('hold no TypeScript to run, no source map, no test, and only what they need to run', async () => {
    const { stdout } = await inFolder('tar', '-tzf', tarballs[0] ?? '');
    const files = stdout.trim().split('\n');
    expect(files.filter((name) => /\.test\.|\.map$|\.log$/.test(name))).toEqual([]);
    expect(files.filter((name) => /\.ts$/.test(name) && !name.includes('/examples/'))).toEqual([]);
    const manifest = await readFile(join(folder, 'node_modules/operandi/package.json'), 'utf8');
    expect(JSON.parse(manifest)).not.toHaveProperty('devDependencies');
    expect(JSON.parse(manifest)).not.toHaveProperty('private');
    expect(JSON.parse(manifest)).toMatchObject({
      publishConfig: { provenance: true },
      repository: { type: 'git', url: 'git+https://github.com/example/operandi.git' },
    });
  });

  it('say on an older Node.js what is missing', async () => {
    const older = join(folder, 'older');
    await mkdir(older);
    const launcher = join(folder, 'node_modules/operandi/cli/operandi.cjs');
    const script = `
      Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '22.12.0' } });
      require(${JSON.stringify(launcher)});`;
    const told = run(process.execPath, ['-e', script], { cwd: older, env });
    await expect(told).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringMatching(
        /needs Node\.js 22\.20 or newer, and this is 22\.12\.0/,
      ) as string,
    });
  });
});

describe('the notes of changes', () => {
  it('give all packages the next version, and become their changes', async () => {
    await installApart('scripts/release');
    await using stack = new AsyncDisposableStack();
    const folder = await mkdtemp(join(tmpdir(), 'operandi-release-'));
    stack.defer(() => rm(folder, { recursive: true, force: true }));
    const places = ['', 'sdk', 'apollo-server'];
    for (const place of places)
      await cp(join(root, place, 'package.json'), join(folder, place, 'package.json'));
    await cp(join(root, 'package-lock.json'), join(folder, 'package-lock.json'));
    await cp(join(root, '.changeset/config.json'), join(folder, '.changeset/config.json'));
    const note = '---\n"@operandi/sdk": major\n---\n\nThe client sings.\n';
    await writeFile(join(folder, '.changeset/song.md'), note);
    await run('git', ['init', '--quiet', '--initial-branch', 'main'], { cwd: folder });

    await run(process.execPath, [join(root, 'scripts/release-version.ts'), folder], { env });

    const next = `${String(Number.parseInt(version, 10) + 1)}.0.0`;
    for (const place of places) {
      const manifest = await readFile(join(folder, place, 'package.json'), 'utf8');
      expect(JSON.parse(manifest)).toMatchObject({ version: next });
    }
    const lock = await readFile(join(folder, 'package-lock.json'), 'utf8');
    expect(JSON.parse(lock)).toMatchObject({
      version: next,
      packages: { '': { version: next }, sdk: { version: next } },
    });
    expect(await readFile(join(folder, 'sdk/CHANGELOG.md'), 'utf8')).toContain('The client sings.');
  });
});
