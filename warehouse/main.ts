import { once } from 'node:events';
import { constants, setPriority } from 'node:os';

import { createLogger } from '../kernel/logger.ts';
import { untilSignal } from '../kernel/shutdown.ts';
import { runWarehouse } from './run-warehouse.ts';
import type { ChildOrder, ChildReport } from './start-child.ts';

/** The child process of `startChild`: it is told its configuration, and ends with its parent. */
async function main(): Promise<void> {
  // The platform beside it goes first.
  setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
  const gone = new AbortController();
  process.on('disconnect', () => gone.abort());
  // The parent sends nothing else.
  const [order] = (await once(process, 'message')) as readonly unknown[];
  const { config } = order as ChildOrder;
  const log = createLogger({
    level: config.logLevel,
    name: 'warehouse',
    pretty: !config.isProduction,
  });
  const tell = (report: ChildReport): void => void process.send?.(report);
  try {
    const signal = AbortSignal.any([untilSignal(), gone.signal]);
    await runWarehouse({
      config,
      log,
      signal,
      onListening: (url) => tell({ kind: 'listening', url }),
    });
  } catch (error) {
    if (!gone.signal.aborted)
      tell({ kind: 'failed', message: error instanceof Error ? error.message : String(error) });
  }
  process.exit();
}

void main();
