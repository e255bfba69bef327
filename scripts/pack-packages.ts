// Makes the packages operandi, @operandi/sdk and @operandi/gateway: JavaScript, types, data, and a tarball of each.
// node scripts/pack-packages.ts [FOLDER]: where to, dist/ without it. Nothing is published.
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { bundlePlatform, root } from './bundle/bundle-platform.ts';

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly optionalDependencies: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
  readonly [field: string]: unknown;
}

/** What the platform reads or starts with, at the same places as here. */
const platformFiles = [
  ...['LICENSE', 'CHANGELOG.md', 'cli/operandi.cjs', 'cli/bundled.cjs'],
  ...['cli/codegen.cjs', 'cli/codegen.d.cts', 'gateway/config/import-module.cjs'],
  ...['schema', 'examples', 'prisma/migrations'],
  'gateway/operandi/console/_generated/console.bundle',
  'gateway/listen/http/pages/_generated/graphiql.bundle',
];

const folder = resolve(process.argv[2] ?? join(root, 'dist'));
rmSync(folder, { recursive: true, force: true });
await makePlatform(join(folder, 'operandi'));
makeSdk(join(folder, 'sdk'));
makeGateway(join(folder, 'gateway'));
for (const name of ['operandi', 'sdk', 'gateway']) {
  sayRepository(join(folder, name));
  run('npm', ['pack', '--ignore-scripts', '--pack-destination', folder], join(folder, name));
}

async function makePlatform(to: string): Promise<void> {
  const packages = await bundlePlatform({ folder: join(to, 'built'), holdsPackages: false });
  copy(root, to, platformFiles);
  copy(join(root, 'scripts/packages/operandi'), to, ['README.md']);
  const manifest = readManifest(root);
  const { name, version, description, license, type, bin } = manifest;
  const { dependencies, optionalDependencies, peerDependencies, peerDependenciesMeta } = manifest;
  const known = { ...dependencies, ...optionalDependencies, ...peerDependencies };
  const missing = packages.filter((each) => !(each in known));
  if (missing.length > 0) throw new Error(`no dependencies of ours: ${missing.join(', ')}`);
  const published = {
    ...{ name, version, description, license, type, bin },
    // Packages run where a clone would not.
    engines: readManifest(join(root, 'apollo-server'))['engines'],
    exports: {
      './codegen': { types: './cli/codegen.d.cts', default: './cli/codegen.cjs' },
      './package.json': './package.json',
    },
    publishConfig: { access: 'public', provenance: true },
    ...{ dependencies, optionalDependencies, peerDependencies, peerDependenciesMeta },
  };
  writeManifest(to, published);
}

function makeSdk(to: string): void {
  copy(join(root, 'sdk'), to, filesOf('sdk'));
  const tsc = join(root, 'node_modules/typescript-7/bin/tsc');
  const project = join(root, 'sdk/tsconfig.build.json');
  run(process.execPath, [tsc, '-p', project, '--outDir', join(to, 'dist')], root);
}

function makeGateway(to: string): void {
  copy(join(root, 'apollo-server'), to, filesOf('apollo-server'));
  run(process.execPath, ['scripts/build-apollo-server.ts', join(to, 'dist')], root);
}

/** There are no changes before the first release. */
function filesOf(workspace: string): string[] {
  const changes = existsSync(join(root, workspace, 'CHANGELOG.md')) ? ['CHANGELOG.md'] : [];
  return ['package.json', 'README.md', 'LICENSE', ...changes];
}

/** In a workflow of GitHub: npm attests which repository a package comes from, and wants its manifest to say the same. */
function sayRepository(to: string): void {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: name } = process.env;
  if (server === undefined || name === undefined) return;
  const repository = { type: 'git', url: `git+${server}/${name}.git` };
  writeManifest(to, { ...readManifest(to), repository });
}

function copy(from: string, to: string, names: readonly string[]): void {
  for (const name of names) {
    mkdirSync(dirname(join(to, name)), { recursive: true });
    cpSync(join(from, name), join(to, name), {
      recursive: true,
      filter: (path) => !path.endsWith('.test.ts'),
    });
  }
}

function readManifest(from: string): Manifest {
  return JSON.parse(readFileSync(join(from, 'package.json'), 'utf8')) as Manifest;
}

function writeManifest(to: string, manifest: object): void {
  writeFileSync(join(to, 'package.json'), `${JSON.stringify(manifest, undefined, 2)}\n`);
}

function run(file: string, args: readonly string[], cwd: string): void {
  execFileSync(file, args, { cwd, stdio: ['ignore', 'ignore', 'inherit'] });
}
