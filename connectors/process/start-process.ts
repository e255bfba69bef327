import { type ChildProcess, spawn } from 'node:child_process';
import { chown } from 'node:fs/promises';
import type { ProcessCommand } from './process-command.ts';
import { sandboxed, type Spawnable } from './sandbox.ts';
import { nobody, type ProcessSettings } from './settings.ts';

/** A process that runs, with streams that are not read yet. */
export interface Started {
  readonly child: ChildProcess;
  /** Ends it and all that it has started, at once. */
  readonly end: () => void;
}

/** Where a process is and what it may do. */
export interface Around {
  readonly folder: string;
  readonly settings: ProcessSettings;
}

/** Starts a command apart from this process, as the settings say. Its standard input stays open. */
export async function startProcess(command: ProcessCommand, around: Around): Promise<Started> {
  const { folder, settings } = around;
  const isSandboxed = settings.isolation === 'bubblewrap' && command.containerName === undefined;
  const user = isSandboxed ? otherUser() : undefined;
  if (user !== undefined) await chown(folder, user.uid, user.gid);
  const spawnable = isSandboxed ? await sandboxed(command, settings) : asItIs(command, around);
  const child = start(spawnable, { ...around, user });
  return { child, end: () => endAll(child, command, settings) };
}

interface User {
  readonly uid: number;
  readonly gid: number;
}

/** Nobody, where this process may become another; else it stays who it is, which the namespaces hide. */
function otherUser(): User | undefined {
  return process.getuid?.() === 0 ? { uid: nobody, gid: nobody } : undefined;
}

function asItIs(command: ProcessCommand, { folder, settings }: Around): Spawnable {
  const { file, arguments: args, environment } = command;
  const base = { PATH: settings.path, HOME: folder, LANG: 'C.UTF-8' };
  return { file, arguments: args, environment: { ...base, ...environment } };
}

interface Start extends Around {
  readonly user: User | undefined;
}

function start(spawnable: Spawnable, { folder, settings, user }: Start): ChildProcess {
  const { file, arguments: args, environment, options } = spawnable;
  const child = spawn(file, args, {
    ...user,
    cwd: folder,
    env: { PATH: settings.path, ...environment },
    stdio: ['pipe', 'pipe', 'pipe', ...(options === undefined ? [] : (['pipe'] as const))],
    // A group of its own, so that what it starts ends with it.
    detached: true,
  });
  child.stdin.on('error', () => undefined);
  const told = child.stdio[3];
  if (told !== null && told !== undefined && 'end' in told) {
    told.on('error', () => undefined);
    told.end(options ?? '');
  }
  return child;
}

function endAll(child: ChildProcess, command: ProcessCommand, { path }: ProcessSettings): void {
  if (child.pid !== undefined) killGroup(child.pid);
  // A container is a child of its engine: ending the command line does not end it.
  if (command.containerName === undefined || child.exitCode !== null) return;
  const ender = spawn(command.file, ['kill', command.containerName], {
    env: { PATH: path },
    stdio: 'ignore',
  });
  ender.on('error', () => undefined);
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It is gone already.
  }
}
