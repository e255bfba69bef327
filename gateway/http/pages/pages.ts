import type { IncomingMessage } from 'node:http';

import type { Metrics } from '../../../kernel/telemetry.ts';
import type { GatewayConfig } from '../../config.ts';
import type { Page } from '../server.ts';
import { createGraphiql, graphiqlPath } from './graphiql.ts';
import { landingPage } from './landing.ts';

/** What pages show. */
export interface PageContext {
  readonly url: URL;
  readonly request: IncomingMessage;
  readonly config: GatewayConfig;
  readonly metrics: Metrics;
  readonly isReady: boolean;
}

/** The gateway's own pages: health for machines, numbers for Prometheus, a greeting and GraphiQL for people. */
export async function servePages(context: PageContext): Promise<Page | undefined> {
  const { url, config, metrics, isReady } = context;
  switch (url.pathname) {
    case '/health':
    case '/health/live':
    case '/health/ready':
      return healthPage(url.pathname, isReady);
    case '/metrics':
      return { status: 200, type: 'text/plain; version=0.0.4', body: await metrics.text() };
    case '/':
    case config.server.path:
      return config.landingPage ? landingPage(context.request, config) : undefined;
    default:
      return config.graphiql && url.pathname.startsWith(graphiqlPath)
        ? graphiqlFor(config.server.path)(url, context.request)
        : undefined;
  }
}

const graphiqls = new Map<string, ReturnType<typeof createGraphiql>>();

/** Made when somebody asks: most gateways never show it. */
function graphiqlFor(endpoint: string): ReturnType<typeof createGraphiql> {
  const known = graphiqls.get(endpoint) ?? createGraphiql(endpoint);
  graphiqls.set(endpoint, known);
  return known;
}

function healthPage(path: string, isReady: boolean): Page {
  if (path !== '/health/ready') return json(200, { status: 'live' });
  return isReady ? json(200, { status: 'ready' }) : json(503, { status: 'draining' });
}

function json(status: number, value: Readonly<Record<string, string>>): Page {
  const headers = { 'cache-control': 'no-store' };
  return { status, type: 'application/json', body: JSON.stringify(value), headers };
}
