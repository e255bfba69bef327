import { Command } from 'commander';
import { readConfig } from '../../kernel/config/config.ts';
import { createLogger } from '../../kernel/logger.ts';
import { untilSignal } from '../../kernel/shutdown.ts';

/** `operandi worker`: a worker as a process of its own. */
export function workerCommand(): Command {
  return new Command('worker').action(async () => {
    const { runWorker } = await import('../../worker/run-worker.ts');
    const config = readConfig(process.env, {}, 'worker');
    const log = createLogger({
      level: config.logLevel,
      name: 'worker',
      pretty: !config.isProduction,
    });
    await runWorker(config, log, untilSignal());
  });
}
