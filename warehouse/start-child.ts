import { fork, type ChildProcess } from 'node:child_process';

import { createWarehouseClient } from '../core/analytics/ask-warehouse.ts';
import type { Warehouse } from '../core/analytics/warehouse.ts';
import type { Config } from '../kernel/config/config.ts';
import { AppError } from '../kernel/errors.ts';
import type { Logger } from '../kernel/logger.ts';

/** What the child is told when it starts. */
export interface ChildOrder {
  readonly config: Config;
}

/** What it tells. */
export type ChildReport =
  | { readonly kind: 'listening'; readonly url: string }
  | { readonly kind: 'failed'; readonly message: string };

/** What a warehouse beside the platform needs to know. */
export interface ChildOptions {
  readonly config: Config;
  readonly databaseUrl: string;
  /** What tells the word of this process's gateway. */
  readonly assertionPublicKeys: string;
  readonly log: Logger;
}

/** Time for what a platform does first, milliseconds; who asks does not wait for it. */
const startAfterMs = 30_000;
/** Between the end of one and the start of the next, milliseconds. */
const againAfterMs = 10_000;
const entry = new URL('./main.ts', import.meta.url);

/** A warehouse in a process of its own, which begins a little later or with the first question. */
export function createChild(options: ChildOptions): Warehouse & AsyncDisposable {
  const { log } = options;
  let running: { readonly child: ChildProcess; readonly url: Promise<string> } | undefined;
  let isClosed = false;
  let timer = setTimeout(() => void begin().catch(() => undefined), startAfterMs);
  timer.unref();

  function begin(): Promise<string> {
    clearTimeout(timer);
    if (isClosed)
      return Promise.reject(new AppError('WAREHOUSE_UNAVAILABLE', 'the platform stops'));
    if (running !== undefined) return running.url;
    const child = startProcess(options);
    child.once('exit', () => {
      running = undefined;
      if (isClosed) return;
      timer = setTimeout(() => void begin().catch(() => undefined), againAfterMs);
      timer.unref();
    });
    const url = listeningUrl(child);
    url.catch((error: unknown) => log.warn({ err: error }, 'the warehouse did not start'));
    running = { child, url };
    return url;
  }

  const client = createWarehouseClient(begin);
  return {
    ask: (question, asker) => client.ask(question, asker),
    async [Symbol.asyncDispose]() {
      isClosed = true;
      clearTimeout(timer);
      await client[Symbol.asyncDispose]();
      const child = running?.child;
      if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.disconnect();
      const late = setTimeout(() => child.kill('SIGKILL'), patienceMs);
      await ended;
      clearTimeout(late);
    },
  };
}

/** How long it may take to end, milliseconds: nothing is lost when it is ended before. */
const patienceMs = 5_000;

function startProcess({ config, databaseUrl, assertionPublicKeys }: ChildOptions): ChildProcess {
  const child = fork(entry, [], {
    serialization: 'advanced',
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  child.unref();
  child.channel?.unref();
  const order: ChildOrder = {
    config: {
      ...{ ...config, databaseUrl, assertionPublicKeys },
      // It opens no credential.
      masterKey: '',
      tls: undefined,
      host: '127.0.0.1',
      warehouse: { ...config.warehouse, port: 0 },
    },
  };
  child.on('error', () => undefined);
  child.send(order, () => undefined);
  return child;
}

function listeningUrl(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    child.once('message', (report: ChildReport) => {
      if (report.kind === 'listening') resolve(report.url);
      else reject(new AppError('WAREHOUSE_UNAVAILABLE', report.message));
    });
    child.once('exit', () =>
      reject(new AppError('WAREHOUSE_UNAVAILABLE', 'the warehouse ended; it is started again')),
    );
  });
}
