import { readFile } from 'node:fs/promises';

import { createLogger } from '../kernel/logger.ts';
import { createMetrics } from '../kernel/telemetry.ts';
import { startTracing } from '../kernel/tracing.ts';
import { createTokenAuthenticate } from './authentication/json-web-tokens.ts';
import { parseGatewayConfig, readGatewayConfig } from './config.ts';
import { createGateway } from './create-gateway.ts';
import { openCountStore } from './protection/count-store.ts';
import { explainPlan } from './planning/explain.ts';
import { createApolloPlanner } from './planning/apollo-planner.ts';

/** The options of `operandi gateway`. */
export interface GatewayCommand {
  /** A file, or an http(s) URL that is polled. */
  readonly supergraph: string;
  readonly port: number;
  readonly config?: string;
  /** Print the plan of this query instead of serving. */
  readonly explain?: string;
  /** Collector of traces. */
  readonly otlpEndpoint?: string | undefined;
  /** Counts rates for all gateways together. */
  readonly redisUrl?: string | undefined;
  readonly print: (line: string) => void;
}

/** Runs a gateway on any supergraph until the signal aborts, then drains it. */
export async function runGateway(command: GatewayCommand, signal: AbortSignal): Promise<void> {
  if (command.explain !== undefined) {
    const planner = createApolloPlanner(await readFile(command.supergraph, 'utf8'));
    command.print(explainPlan(planner.plan(command.explain)));
    return;
  }
  const config =
    command.config === undefined ? parseGatewayConfig({}) : await readGatewayConfig(command.config);
  const { jwt } = config.authentication;
  const isUrl = /^https?:/.test(command.supergraph);
  const { pollMs, isWatched } = config.supergraph;
  await using tracing = startTracing({ endpoint: command.otlpEndpoint, service: 'gateway' });
  const log = createLogger({ level: 'info', name: 'gateway' });
  using counts = command.redisUrl === undefined ? undefined : openCountStore(command.redisUrl, log);
  await using gateway = await createGateway({
    supergraph: isUrl
      ? { url: command.supergraph, pollMs }
      : { file: command.supergraph, isWatched },
    config,
    signal,
    port: command.port,
    log,
    ...(counts && { redis: counts.redis }),
    ...(jwt && { authenticate: await createTokenAuthenticate(jwt) }),
    metrics: createMetrics({ hasProcessMetrics: true }),
    tracing,
  });
  const { url } = await gateway.listen();
  command.print(`Gateway ready at ${url}`);
  await aborted(signal);
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
      return;
    }
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
