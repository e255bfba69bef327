import { Command } from 'commander';
import { readConfig } from '../../kernel/config/config.ts';
import { createLogger } from '../../kernel/logger.ts';
import { untilSignal } from '../../kernel/shutdown.ts';
import { runWorker } from '../../worker/run-worker.ts';

/** `operandi worker`: a worker as a process of its own. */
export function workerCommand(): Command {
  return new Command('worker')
    .description('Run a worker: claim jobs and run them until told to stop.')
    .action(async () => {
      const config = readConfig(process.env);
      const log = createLogger({
        level: config.logLevel,
        name: 'worker',
        pretty: !config.isProduction,
      });
      await runWorker(config, log, untilSignal());
    });
}
