import type { Metrics } from '../../../kernel/telemetry.ts';
import type { GatewayConfig } from '../../config.ts';
import type { Page } from '../server.ts';
import { landingPage } from './landing.ts';

/** What pages show. */
export interface PageContext {
  readonly url: URL;
  readonly config: GatewayConfig;
  readonly metrics: Metrics;
  readonly isReady: boolean;
}

/** The gateway's own pages: health for machines, numbers for Prometheus, a greeting for people. */
export async function servePages({
  url,
  config,
  metrics,
  isReady,
}: PageContext): Promise<Page | undefined> {
  switch (url.pathname) {
    case '/health/live':
      return json(200, { status: 'live' });
    case '/health/ready':
      return isReady ? json(200, { status: 'ready' }) : json(503, { status: 'draining' });
    case '/metrics':
      return { status: 200, type: 'text/plain', body: await metrics.text() };
    case '/':
    case config.server.path:
      return config.landingPage ? landingPage(config.server.path) : undefined;
    default:
      return undefined;
  }
}

function json(status: number, value: Readonly<Record<string, string>>): Page {
  return { status, type: 'application/json', body: JSON.stringify(value) };
}
