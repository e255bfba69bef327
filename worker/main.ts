import process from 'node:process';
import { readConfig } from '../kernel/config/config.ts';
import { createLogger } from '../kernel/logger.ts';
import { runUntilStopped } from '../kernel/shutdown.ts';
import { runWorker } from './run-worker.ts';

await runUntilStopped(async (signal) => {
  const config = readConfig(process.env, {}, 'worker');
  const log = createLogger({
    level: config.logLevel,
    name: 'worker',
    pretty: !config.isProduction,
  });
  await runWorker(config, log, signal);
});
