import type { Services } from '../../core/context.ts';
import { openServices } from '../../core/open-services.ts';
import { readConfig, type Config } from '../../kernel/config/config.ts';
import { defaultSubgraphPorts, type SubgraphName } from '../../kernel/config/subgraphs.ts';
import type { RawEnvironment } from '../../kernel/config/raw-environment.ts';
import { createLogger } from '../../kernel/logger.ts';
import { tuneLogs } from '../../kernel/tune-logs.ts';
import { openPeerTls } from '../../kernel/tls/peer-tls.ts';
import { stopped } from '../../kernel/shutdown.ts';
import type { SubgraphSettings } from './settings.ts';
import type { Subgraph } from './subgraph.ts';

interface Run {
  readonly name: SubgraphName;
  readonly create: (services: Services, settings: SubgraphSettings) => Subgraph;
  readonly env: RawEnvironment;
  readonly signal: AbortSignal;
}

/** Runs one subgraph as a process of its own until the signal aborts; open requests are finished first. */
export async function runSubgraph({ name, create, env, signal }: Run): Promise<void> {
  const config = readConfig(env, {}, 'subgraph');
  const log = createLogger({ level: config.logLevel, name, pretty: !config.isProduction });
  tuneLogs(log, signal);
  await using services = await openServices(config, log, signal);
  using tls = config.tls === undefined ? undefined : openPeerTls(config.tls, { log });
  const settings = settingsOf(config, config.assertionPublicKeys ?? '');
  await using subgraph = create(services, { ...settings, metrics: services.metrics, tls });
  const port = config.subgraphPort ?? defaultSubgraphPorts[name];
  const { url } = await subgraph.listen({ host: config.host, port });
  log.info({ url }, 'listening');
  await stopped(signal);
  log.info('stopping');
}

/** What the configuration says about subgraphs. */
export function settingsOf(config: Config, assertionPublicKeys: string): SubgraphSettings {
  return {
    assertionPublicKeys,
    introspection: config.introspection,
    maxBodyBytes: config.limits.requestBytes,
    drainMs: config.drain.deadlineMs,
    drainDelayMs: config.drain.delayMs,
  };
}
