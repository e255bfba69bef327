import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { memoryOfTree, treeOf, type TreeMemory } from './memory.ts';
import { processorMsOfTree } from './processor.ts';
import { freePort } from '../processes.ts';
import { commandOf, type Build } from '../builds.ts';
import type { Api } from '../noisy/api.ts';

/** A build that runs in embedded mode on a data folder. */
export interface Running extends AsyncDisposable {
  /** From the start of the process to the first answer that it is ready, milliseconds. */
  readonly readyMs: number;
  /** Processor time until then, of all processes, milliseconds. */
  readonly processorMs: number;
  /** With the first key, if this start made it. */
  readonly api: Api;
  memory(): TreeMemory;
  stop(): Promise<void>;
  /** Kills it and all that it started, at once. */
  kill(): Promise<void>;
}

const readyPatienceMs = 180_000;

export async function startEmbedded(build: Build, dataDir: string): Promise<Running> {
  const port = await freePort();
  const startedAt = performance.now();
  const child = spawn(process.execPath, [commandOf(build), 'start', '--port', String(port)], {
    cwd: build.folder,
    env: { PATH: process.env['PATH'], OPERANDI_DATA_DIR: dataDir, LOG_LEVEL: 'warn' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const killAll = (): Promise<void> => end(child, treeOf(child.pid ?? 0), 'SIGKILL');
  const stopWatching = killedWithUs(killAll);
  child.once('exit', stopWatching);
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
  const url = `http://127.0.0.1:${String(port)}`;
  while (!(await isReady(url))) {
    if (child.exitCode !== null || performance.now() - startedAt > readyPatienceMs) {
      await killAll();
      throw new Error(`${build.name} does not start: ${said}`);
    }
    await delay(10);
  }
  const readyMs = performance.now() - startedAt;
  const processorMs = processorMsOfTree(child.pid ?? 0);
  while (!said.includes('/health/ready')) await delay(10);
  return {
    ...{ readyMs, processorMs },
    api: { url: `${url}/graphql`, key: /\bopk_\w+/.exec(said)?.[0] ?? '' },
    memory: () => memoryOfTree(child.pid ?? 0),
    stop: () => end(child, [child.pid ?? 0], 'SIGINT'),
    kill: killAll,
    // Whoever leaves before it is stopped, as by an error, leaves nothing behind.
    [Symbol.asyncDispose]: killAll,
  };
}

function isReady(url: string): Promise<boolean> {
  return fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(2_000) }).then(
    (response) => response.ok,
    () => false,
  );
}

/** Ends what was started when this process is told to end; answers how to give that up. */
function killedWithUs(killAll: () => Promise<void>): () => void {
  const signals = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;
  const leave = (signal: NodeJS.Signals): void => {
    void killAll().finally(() => {
      process.off(signal, leave);
      process.kill(process.pid, signal);
    });
  };
  for (const signal of signals) process.once(signal, leave);
  return () => {
    for (const signal of signals) process.off(signal, leave);
  };
}

async function end(
  child: ChildProcess,
  pids: readonly number[],
  signal: NodeJS.Signals,
): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  for (const pid of pids) kill(pid, signal);
  await gone;
}

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended by itself meanwhile.
  }
}
