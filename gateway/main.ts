import type { Config } from '../kernel/config/config.ts';
import type { Logger } from '../kernel/logger.ts';
import { stopped } from '../kernel/shutdown.ts';
import { createMetrics } from '../kernel/telemetry.ts';
import { sendLogs } from '../kernel/send-logs.ts';
import { startTracing } from '../kernel/tracing.ts';
import { openCountStore } from './admit/count-store.ts';
import { createTokenAuthenticate } from './admit/json-web-tokens.ts';
import { type ConfigFile, readGatewayConfig } from './config/config-file.ts';
import { type GatewayConfig, parseGatewayConfig } from './config/config.ts';
import { loadPlugins } from './config/load-plugins.ts';
import { createGateway, type Gateway } from './create-gateway.ts';
import { explainPlan, planQuery } from './plan/explain.ts';
import { mergeMetrics } from './workers/merged-metrics.ts';
import { type Peers, readyTopic } from './workers/peers.ts';
import { createSupergraphReader, type SupergraphSource } from './supergraph/source.ts';

/** The options of `operandi gateway`. */
export interface GatewayCommand {
  /** A file, or an http(s) URL that is polled. */
  readonly supergraph: string;
  readonly port: number;
  /** Address to listen on, where the configuration file names none. */
  readonly host: string;
  /** How it ends, where the configuration file does not say. */
  readonly drain: Config['drain'];
  readonly config?: ConfigFile | undefined;
  /** Goes before what the configuration file says. */
  readonly executor?: string | undefined;
  readonly telemetry: Config['telemetry'];
  /** Counts rates for all gateways together. */
  readonly redisUrl?: string | undefined;
  readonly log: Logger;
  /** Where it runs in several processes: the others. */
  readonly peers?: Peers | undefined;
}

/** Runs a gateway on any supergraph until the signal aborts, then drains it. */
export async function runGateway(
  command: GatewayCommand,
  { signal, print }: { readonly signal: AbortSignal; readonly print: (line: string) => void },
): Promise<void> {
  await using opened = await openGateway(command, signal);
  const { url } = await opened.gateway.listen();
  if (command.peers === undefined) print(`Gateway ready at ${url}`);
  else await command.peers.tell(readyTopic, { url });
  await stopped(signal);
}

/** Reads everything a gateway starts with, and starts none; throws the first fault. */
export async function checkGateway(
  command: Omit<GatewayCommand, 'redisUrl'>,
  signal: AbortSignal,
): Promise<string> {
  await using opened = await openGateway(command, signal);
  using lease = opened.gateway.current.acquire();
  const names = [...lease.graph.subgraphs.values()].map(({ name, url }) => `  ${name} at ${url}`);
  return ['The configuration and the supergraph are good. Subgraphs:', ...names].join('\n');
}

/** The options of `operandi gateway --explain`. */
export interface ExplainCommand {
  readonly supergraph: string;
  readonly query: string;
  /** Says with which headers a registry is asked. */
  readonly configFile: ConfigFile | undefined;
}

/** The plan of a query, for people or as JSON. */
export async function explainQuery(
  { supergraph, query, configFile }: ExplainCommand,
  { signal, isJson }: { readonly signal: AbortSignal; readonly isJson: boolean },
): Promise<string> {
  const config = configFile === undefined ? undefined : await readGatewayConfig(configFile);
  const read = createSupergraphReader(toSource(supergraph, config?.supergraph));
  const plan = planQuery(await read(signal), query);
  return isJson ? JSON.stringify(plan ?? null, undefined, 2) : explainPlan(plan);
}

interface OpenedGateway extends AsyncDisposable {
  readonly gateway: Gateway;
}

async function openGateway(command: GatewayCommand, signal: AbortSignal): Promise<OpenedGateway> {
  const { log, port, redisUrl, peers } = command;
  const config = await readConfigOf(command);
  const { jwt, issuers } = config.authentication;
  const tokenRules = [...(jwt ? [jwt] : []), ...issuers];
  await using stack = new AsyncDisposableStack();
  const tracing = stack.use(
    startTracing({ settings: command.telemetry, service: 'gateway', redisUrl, log }),
  );
  stack.use(sendLogs({ settings: command.telemetry, service: 'gateway', log }) ?? null);
  const counts = redisUrl === undefined ? undefined : openCountStore(redisUrl, log);
  stack.use(counts ?? null);
  const gateway = stack.use(
    await createGateway({
      ...{ config, signal, port, log, tracing, peers },
      supergraph: toSource(command.supergraph, config.supergraph),
      plugins: await loadPlugins(config.plugins),
      ...(counts && { redis: counts.redis }),
      redisUrl,
      ...(tokenRules.length > 0 && { authenticate: await createTokenAuthenticate(tokenRules) }),
      metrics: mergeMetrics(createMetrics({ hasProcessMetrics: true }), peers),
    }),
  );
  const opened = stack.move();
  return { gateway, [Symbol.asyncDispose]: () => opened.disposeAsync() };
}

async function readConfigOf(command: GatewayCommand): Promise<GatewayConfig> {
  const { config, host, drain, executor } = command;
  const base = { server: { host, drainMs: drain.deadlineMs, drainDelayMs: drain.delayMs } };
  const read =
    config === undefined ? parseGatewayConfig(base) : await readGatewayConfig(config, base);
  return executor === undefined
    ? read
    : parseGatewayConfig({ ...read, execution: { ...read.execution, executor } });
}

function toSource(place: string, following?: GatewayConfig['supergraph']): SupergraphSource {
  return /^https?:/.test(place) ? { url: place, ...following } : { file: place, ...following };
}
