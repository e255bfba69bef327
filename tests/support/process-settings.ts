import { spawnSync } from 'node:child_process';

import { nobody, type ProcessSettings } from '../../connectors/process/settings.ts';

/** Processes as the platform runs them when nothing else is said. */
export const processSettings: ProcessSettings = {
  path: process.env['PATH'] ?? '',
  isolation: 'bubblewrap',
  network: 'none',
  images: [],
  volumes: [],
  concurrency: 4,
  memoryMb: 256,
  cpuSeconds: 60,
  tasks: 64,
};

const user = process.getuid?.() === 0 ? { uid: nobody, gid: nobody } : {};

/** Why this machine cannot isolate processes; undefined where it can. */
export const noIsolation: string | undefined = (() => {
  const probe = ['--unshare-all', '--unshare-user', '--ro-bind', '/', '/', '--', 'prlimit', 'true'];
  const { status, stderr, error } = spawnSync('bwrap', probe, {
    ...user,
    cwd: '/',
    encoding: 'utf8',
  });
  const reason = status === 0 ? undefined : (error?.message ?? stderr);
  if (reason !== undefined) process.stderr.write(`without isolated processes: ${reason}\n`);
  return reason;
})();

/** False where the Node of this checkout is in a folder that only its owner may enter: nobody cannot start it. */
export const canReachNode: boolean = ((): boolean => {
  if (process.getuid?.() !== 0) return true;
  const { status } = spawnSync('test', ['-x', process.execPath], { ...user, cwd: '/' });
  return status === 0;
})();
