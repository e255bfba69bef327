import { lstat, readlink } from 'node:fs/promises';
import type { ProcessCommand } from './process-command.ts';
import { nobody, type ProcessSettings } from './settings.ts';

/** A command that can be spawned as it is. */
export interface Spawnable {
  readonly file: string;
  readonly arguments: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** Read by the program from its fourth descriptor; not seen in the list of processes. */
  readonly options?: string;
}

const megabyte = 1_048_576;
/** A script's engine reserves much more than it uses. */
const reservedMb = 4_096;
const systemFolders = ['/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32'];
const systemFiles = ['/etc/ld.so.cache', '/etc/alternatives', '/etc/ssl/certs'];
const networkFiles = ['/etc/resolv.conf', '/etc/hosts', '/etc/nsswitch.conf'];

/**
 * The command in namespaces of its own, as nobody, without rights: it sees the system's programs, its script and folders in
 * memory; of other processes only those it starts, which end with it.
 */
export async function sandboxed(
  command: ProcessCommand,
  { network, memoryMb, cpuSeconds, tasks }: ProcessSettings,
): Promise<Spawnable> {
  const size = String(memoryMb * megabyte);
  const files = network === 'host' ? [...systemFiles, ...networkFiles] : systemFiles;
  const options = [
    ...['--unshare-all', '--unshare-user', '--uid', String(nobody), '--gid', String(nobody)],
    ...(network === 'host' ? ['--share-net'] : []),
    ...['--die-with-parent', '--new-session', '--cap-drop', 'ALL', '--clearenv'],
    ...['--ro-bind', '/usr', '/usr'],
    ...(await Promise.all(systemFolders.map(systemFolder))).flat(),
    ...files.flatMap((path) => ['--ro-bind-try', path, path]),
    ...['--proc', '/proc', '--dev', '/dev', '--size', size, '--tmpfs', '/tmp'],
    ...['--size', size, '--tmpfs', '/work', '--chdir', '/work'],
    // After the folders in memory, as what is wanted may be within one of them.
    ...command.files.flatMap(({ from, to }) => ['--ro-bind', from, to]),
    ...['--remount-ro', '/'],
    ...Object.entries({
      PATH: systemPath,
      HOME: '/work',
      LANG: 'C.UTF-8',
      ...command.environment,
    }).flatMap(([name, value]) => ['--setenv', name, value]),
  ];
  const dataMb = command.isScriptEngine ? memoryMb + reservedMb : memoryMb;
  return {
    file: 'bwrap',
    arguments: [
      ...[
        '--args',
        '3',
        '--',
        'prlimit',
        `--cpu=${String(cpuSeconds)}`,
        `--nproc=${String(tasks)}`,
      ],
      ...[`--data=${String(dataMb * megabyte)}`, `--fsize=${size}`, '--nofile=1024', '--core=0'],
      ...['--', command.file, ...command.arguments],
    ],
    environment: {},
    options: options.map((option) => `${option}\0`).join(''),
  };
}

const systemPath = '/usr/local/bin:/usr/bin:/bin';

/** A folder of its own, or a link into `/usr`, as it is on this machine. */
async function systemFolder(path: string): Promise<string[]> {
  const found = await lstat(path).catch(() => undefined);
  if (found?.isSymbolicLink() === true) return ['--symlink', await readlink(path), path];
  return found === undefined ? [] : ['--ro-bind', path, path];
}
