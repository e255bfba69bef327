import { realpath } from 'node:fs/promises';
import { isAbsolute, relative } from 'node:path';
import { AppError } from '../../kernel/errors.ts';
import { newId } from '../../kernel/ids.ts';
import { nobody, type ProcessSettings } from './settings.ts';

/** `run.container` of a definition. */
export interface Container {
  readonly image: string;
  readonly name?: string | undefined;
  readonly command?: string | undefined;
  readonly arguments: readonly string[];
  readonly stdin?: string | undefined;
  readonly environment: Readonly<Record<string, string>>;
  readonly ports: Readonly<Record<string, string>>;
  readonly volumes: Readonly<Record<string, string>>;
  readonly pullPolicy: 'ifNotPresent' | 'always' | 'never';
  readonly lifetime?: { readonly cleanup: 'always' | 'never' | 'eventually' } | undefined;
}

const pulls = { ifNotPresent: 'missing', always: 'always', never: 'never' } as const;

/** Through the `docker` command line, which the other engines offer as well. `name` is the container's, to end it by. */
export async function containerCommand(
  given: Container,
  settings: ProcessSettings,
): Promise<{ readonly arguments: readonly string[]; readonly name: string }> {
  const { image, environment, ports, volumes } = given;
  requireImage(image, settings.images);
  requirePorts(ports, settings.network);
  await requireVolumes(volumes, settings.volumes);
  // A name of our own: that of the definition may be somebody else's.
  const name = `operandi-${given.name === undefined ? '' : `${nameOf(given.name)}-`}${newId()}`;
  const isRemoved = given.lifetime?.cleanup === 'always';
  return {
    name,
    arguments: [
      'run',
      ...(isRemoved ? ['--rm'] : []),
      ...(given.stdin === undefined ? [] : ['--interactive']),
      ...['--name', name, '--pull', pulls[given.pullPolicy]],
      ...limits(settings),
      ...pairs('--env', environment, '='),
      ...pairs('--publish', ports, ':'),
      ...pairs('--volume', volumes, ':'),
      image,
      ...(given.command === undefined ? [] : ['sh', '-c', given.command, 'sh']),
      ...given.arguments,
    ],
  };
}

function limits({ network, memoryMb, tasks, cpuSeconds }: ProcessSettings): readonly string[] {
  return [
    ...['--network', network === 'host' ? 'bridge' : 'none', '--user', `${nobody}:${nobody}`],
    ...[
      '--cap-drop',
      'ALL',
      '--security-opt',
      'no-new-privileges',
      '--read-only',
      '--tmpfs',
      '/tmp',
    ],
    ...['--memory', `${String(memoryMb)}m`, '--pids-limit', String(tasks)],
    ...['--ulimit', `cpu=${String(cpuSeconds)}`],
  ];
}

function pairs(flag: string, values: Readonly<Record<string, string>>, sign: string): string[] {
  return Object.entries(values).flatMap(([left, right]) => [flag, `${left}${sign}${right}`]);
}

const imageName = /^[A-Za-z0-9][A-Za-z0-9._:/@-]{0,254}$/;

function requireImage(image: string, allowed: readonly string[]): void {
  const isListed = allowed.some((each) =>
    each.endsWith('*') ? image.startsWith(each.slice(0, -1)) : image === each,
  );
  if (!imageName.test(image) || !isListed)
    throw refused(`the image ${JSON.stringify(image)} is not in OPERANDI_RUN_IMAGES`);
}

function requirePorts(ports: Container['ports'], network: ProcessSettings['network']): void {
  if (network === 'none' && Object.keys(ports).length > 0)
    throw refused('ports are published only with OPERANDI_RUN_NETWORK=host');
}

/** Where a link leads counts, not where it stands. */
async function requireVolumes(
  volumes: Container['volumes'],
  allowed: readonly string[],
): Promise<void> {
  const roots = await Promise.all(allowed.map((path) => realpath(path).catch(() => path)));
  for (const [path, target] of Object.entries(volumes)) {
    const real = isAbsolute(path) ? await realpath(path).catch(() => undefined) : undefined;
    const isListed = real !== undefined && roots.some((root) => isWithin(root, real));
    if (!isListed || /[:,]/.test(path + target) || !isAbsolute(target) || real !== path)
      throw refused(`the volume ${JSON.stringify(path)} is not a folder of OPERANDI_RUN_VOLUMES`);
  }
}

function isWithin(root: string, path: string): boolean {
  const way = relative(root, path);
  return way === '' || (!way.startsWith('..') && !isAbsolute(way));
}

function nameOf(name: string): string {
  return name.replaceAll(/[^A-Za-z0-9_.-]/g, '-').slice(0, 60);
}

function refused(message: string): AppError {
  return new AppError('FORBIDDEN', message);
}
