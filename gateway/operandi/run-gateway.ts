import { systemClock } from '../../kernel/clock.ts';
import type { Config } from '../../kernel/config/config.ts';
import { newSigningKey } from '../../kernel/crypto/assertion-keys.ts';
import { openDatabase } from '../../kernel/database/database.ts';
import { createDoorbell } from '../../kernel/doorbell/create-doorbell.ts';
import type { Logger } from '../../kernel/logger.ts';
import { observePool } from '../../kernel/database/observe-pool.ts';
import { createMetrics } from '../../kernel/telemetry.ts';
import { openPeerTls } from '../../kernel/tls/peer-tls.ts';
import { stopped } from '../../kernel/shutdown.ts';
import { tuneLogs } from '../../kernel/tune-logs.ts';
import { sendLogs } from '../../kernel/send-logs.ts';
import { startTracing } from '../../kernel/tracing.ts';
import type { ConfigFile } from '../config/config-file.ts';
import { type Peers, readyTopic } from '../workers/peers.ts';
import { openGateway } from './open-gateway.ts';

/** Runs the platform's gateway as a process of its own until the signal aborts, then drains it. */
export async function runOperandiGateway(
  config: Config,
  log: Logger,
  {
    signal,
    configFile,
    peers,
  }: {
    readonly signal: AbortSignal;
    readonly configFile?: ConfigFile | undefined;
    /** Where it runs in several processes: the others. */
    readonly peers?: Peers | undefined;
  },
): Promise<void> {
  const { telemetry: settings, redisUrl } = config;
  await using tracing = startTracing({ settings, service: 'gateway', redisUrl, log });
  await using _sending = sendLogs({ settings, service: 'gateway', log });
  tuneLogs(log, signal);
  await using database = await openDatabase(config, log, signal);
  // A gateway with somebody else's login would be ready and answer nobody.
  await database.withTenant('', (tx) => tx.$queryRaw`select 1`, { role: 'gateway' });
  await using doorbell = createDoorbell(redisUrl, log);
  const metrics = createMetrics({ hasProcessMetrics: true });
  observePool(metrics, database.pool);
  const services = { database, doorbell, log, clock: systemClock, tracing, metrics };
  using tls = config.tls === undefined ? undefined : openPeerTls(config.tls, { log });
  await using gateway = await openGateway({
    ...{ config, configFile, services, signal, tls, peers },
    assertionKey: config.assertionKey ?? newSigningKey(),
  });
  const { url } = await gateway.listen();
  await peers?.tell(readyTopic, { url });
  log.info({ url }, 'gateway ready');
  await stopped(signal);
  log.info('stopping');
}
