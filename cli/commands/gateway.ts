import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { Command } from 'commander';
import type { ConfigFile } from '../../gateway/config/config-file.ts';
import type { GatewayCommand } from '../../gateway/main.ts';
import type { Peers } from '../../gateway/workers/peers.ts';
import { readConfig, readSettings } from '../../kernel/config/config.ts';
import { createLogger, type Logger, type LogLevel } from '../../kernel/logger.ts';
import { untilSignal } from '../../kernel/shutdown.ts';
import { printJson } from '../json-output.ts';
import { gatewayUsageCommand } from './gateway-usage.ts';

interface Options {
  readonly supergraph?: string;
  readonly port?: string;
  readonly config?: string;
  readonly executor?: string;
  readonly workers?: string;
  readonly explain?: string;
  readonly json?: true;
  readonly check?: true;
  readonly configSchema?: true;
}

/** `operandi gateway`: the platform's own gateway, or one over any supergraph. */
export function gatewayCommand(): Command {
  return new Command('gateway')
    .option('--supergraph <file>', 'supergraph SDL: a file, or a URL that is polled')
    .option('--port <port>', 'port to listen on, 0 for any free one; also PORT')
    .option('--config <file>', 'configuration, YAML or JSON, see docs/gateway.md')
    .option('--workers <count>', 'processes that share the port: a number, or auto for one a core')
    .option('--executor <name>', 'who runs operations: operandi, apollo, or compare for both')
    .option('--check', 'read configuration and supergraph, say what is wrong, and end')
    .option('--explain <query>', 'print the plan of a query, or of @FILE, and end')
    .option('--json', 'print the plan as JSON')
    .option('--config-schema', 'print the JSON Schema of the configuration, and end')
    .addCommand(gatewayUsageCommand())
    .action(run);
}

async function run(options: Options, command: Command): Promise<void> {
  const signal = untilSignal();
  const isServing = !options.configSchema && !options.check && options.explain === undefined;
  if (options.workers === undefined || !isServing) return runHere(options, { signal, command });
  const { openPeers } = await import('../../gateway/workers/peers.ts');
  const peers = openPeers();
  if (peers === undefined) return holdWorkers(options, { signal, command });
  const stop = AbortSignal.any([signal, peers.stopping]);
  try {
    await runHere(options, { signal: stop, command, peers });
  } finally {
    peers.leave();
  }
}

interface Surroundings {
  readonly signal: AbortSignal;
  readonly command: Command;
  readonly peers?: Peers | undefined;
}

async function holdWorkers(options: Options, { signal, command }: Surroundings): Promise<void> {
  const count = options.workers === 'auto' ? availableParallelism() : Number(options.workers);
  if (!Number.isInteger(count) || count < 1 || count > mostWorkers)
    command.error(`error: --workers is a number from 1 to ${mostWorkers}, or auto`);
  const { runWorkers } = await import('../../gateway/workers/run-workers.ts');
  const settings = readSettings(environmentOf(options));
  const { port, host } = settings;
  const log = createLog(settings);
  await runWorkers({ count, port, host, log, signal, print: (line) => console.log(line) });
}

const mostWorkers = 128;

async function runHere(options: Options, surroundings: Surroundings): Promise<void> {
  const { supergraph, explain } = options;
  const { command } = surroundings;
  if (options.configSchema) {
    const { gatewayConfigJsonSchema } = await import('../../gateway/config/config.ts');
    printJson(gatewayConfigJsonSchema());
  } else if (supergraph === undefined) {
    if (explain !== undefined || options.check || options.executor !== undefined)
      command.error('error: --explain, --check and --executor need --supergraph');
    await runPlatformGateway(options, surroundings);
  } else {
    await runForeignGateway(supergraph, options, surroundings);
  }
}

async function runForeignGateway(
  supergraph: string,
  options: Options,
  { signal, peers }: Surroundings,
): Promise<void> {
  const { checkGateway, explainQuery, runGateway } = await import('../../gateway/main.ts');
  const { explain } = options;
  if (explain !== undefined) {
    const query = explain.startsWith('@') ? await readFile(explain.slice(1), 'utf8') : explain;
    console.log(
      await explainQuery(
        { supergraph, query, configFile: configFileOf(options) },
        { signal, isJson: options.json === true },
      ),
    );
  } else {
    const gateway = readCommand(supergraph, options);
    if (options.check) console.log(await checkGateway(gateway, signal));
    else await runGateway({ ...gateway, peers }, { signal, print: (line) => console.log(line) });
  }
}

/** Of the environment only what concerns a gateway alone: no secrets, no data folder. */
function readCommand(supergraph: string, options: Options): GatewayCommand {
  const settings = readSettings(environmentOf(options));
  const { port, host, drain, telemetry, redisUrl } = settings;
  const log = createLog(settings);
  return {
    supergraph,
    port,
    host,
    drain,
    telemetry,
    redisUrl,
    log,
    config: configFileOf(options),
    executor: options.executor,
  };
}

async function runPlatformGateway(
  options: Options,
  { signal, peers }: Surroundings,
): Promise<void> {
  const { runOperandiGateway } = await import('../../gateway/operandi/run-gateway.ts');
  const config = readConfig(environmentOf(options), {}, 'gateway');
  const configFile = configFileOf(options);
  await runOperandiGateway(config, createLog(config), { signal, configFile, peers });
}

function environmentOf({ port }: Options): NodeJS.ProcessEnv {
  return { ...process.env, ...(port !== undefined && { PORT: port }) };
}

function configFileOf({ config }: Options): ConfigFile | undefined {
  return config === undefined ? undefined : { path: config, env: process.env };
}

function createLog(settings: {
  readonly logLevel: LogLevel;
  readonly isProduction: boolean;
}): Logger {
  const { logLevel: level, isProduction } = settings;
  return createLogger({ level, name: 'gateway', pretty: !isProduction && process.stderr.isTTY });
}
