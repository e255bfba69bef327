import { Command } from 'commander';
import { runGateway } from '../../gateway/main.ts';
import { runOperandiGateway } from '../../gateway/operandi/run-gateway.ts';
import { readConfig } from '../../kernel/config/config.ts';
import { createLogger } from '../../kernel/logger.ts';
import { untilSignal } from '../../kernel/shutdown.ts';

interface Options {
  readonly supergraph?: string;
  readonly port?: string;
  readonly config?: string;
  readonly explain?: string;
}

/** `operandi gateway`: the platform's own gateway, or one over any supergraph. */
export function gatewayCommand(): Command {
  return new Command('gateway')
    .description(
      'Run the gateway of the platform, or with --supergraph one over any Federation 2 supergraph.',
    )
    .option('--supergraph <file>', 'supergraph SDL: a file, or a URL that is polled')
    .option('--port <port>', 'port to listen on; also PORT')
    .option('--config <file>', 'configuration, YAML or JSON, see docs/gateway.md')
    .option('--explain <query>', 'print the plan of a query and end')
    .action(async ({ supergraph, port, ...options }: Options) => {
      const signal = untilSignal();
      const config = readConfig({ ...process.env, ...(port !== undefined && { PORT: port }) });
      if (supergraph === undefined) {
        const log = createLogger({
          level: config.logLevel,
          name: 'gateway',
          pretty: !config.isProduction,
        });
        await runOperandiGateway(config, log, { signal, configFile: options.config });
        return;
      }
      await runGateway(
        {
          supergraph,
          port: config.port,
          otlpEndpoint: config.otlpEndpoint,
          redisUrl: config.redisUrl,
          ...options,
          print: (line) => console.log(line),
        },
        signal,
      );
    });
}
