import { Command } from 'commander';
import { readConfig } from '../../kernel/config/config.ts';
import { createLogger } from '../../kernel/logger.ts';
import { stopped, untilSignal } from '../../kernel/shutdown.ts';

/** `operandi start`: everything in one process. */
export function startCommand(): Command {
  return new Command('start')
    .description('Run the whole platform in one process; it keeps its data in .operandi/.')
    .option('--port <port>', 'port of the GraphQL endpoint; also PORT')
    .action(async ({ port }: { readonly port?: string }) => {
      const { startPlatform } = await import('../platform.ts');
      const config = readConfig({ ...process.env, ...(port !== undefined && { PORT: port }) });
      const log = createLogger({
        level: config.logLevel,
        name: 'operandi',
        pretty: !config.isProduction,
      });
      const signal = untilSignal();
      await using platform = await startPlatform(config, { log, signal });
      console.log(`GraphQL        ${platform.url}`);
      console.log(`Subscriptions  ${platform.url.replace(/^http/, 'ws')}`);
      console.log(`Health         ${new URL('/health/ready', platform.url).href}`);
      if (platform.firstKey !== undefined) {
        console.log(`\nFirst admin key, shown only now: ${platform.firstKey}`);
      }
      await stopped(signal);
      console.log('Stopping …');
    });
}
