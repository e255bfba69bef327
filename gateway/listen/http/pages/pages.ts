import type { IncomingMessage } from 'node:http';

import type { GraphQLSchema } from 'graphql';

import { readinessAnswer, type Readiness } from '../../../../kernel/readiness.ts';
import type { Metrics } from '../../../../kernel/telemetry.ts';
import type { GatewayConfig } from '../../../config/config.ts';
import type { Page } from '../server.ts';
import { createGraphiql, graphiqlPath } from './graphiql.ts';
import { firstQueries } from './first-queries.ts';
import { hasGraphiql } from './has-graphiql.ts';
import { landingPage } from './landing.ts';

/** What pages show. */
export interface PageContext {
  readonly url: URL;
  readonly request: IncomingMessage;
  readonly config: GatewayConfig;
  readonly metrics: Metrics;
  readonly readiness: () => Promise<Readiness>;
  /** What clients see now. */
  readonly schema: () => GraphQLSchema;
}

/** The gateway's own pages: health for machines, numbers for Prometheus, a greeting and GraphiQL for people. */
export async function servePages(context: PageContext): Promise<Page | undefined> {
  const { url, request, config, metrics, readiness } = context;
  switch (url.pathname) {
    case '/health':
    case '/health/live':
    case '/health/startup':
      return json(200, { status: 'live' });
    case '/health/ready':
      return ready(await readiness());
    case '/metrics':
      return config.metrics ? numbers(metrics, request) : undefined;
    default:
      return servePeople(context);
  }
}

async function servePeople({
  url,
  request,
  config,
  schema,
}: PageContext): Promise<Page | undefined> {
  const { path } = config.server;
  if (url.pathname === '/' || url.pathname === path) {
    return config.landingPage ? landingPage(request, config) : undefined;
  }
  const isGraphiql = hasGraphiql(config) && url.pathname.startsWith(graphiqlPath);
  return isGraphiql ? graphiqlFor(path, schema())(url, request) : undefined;
}

const graphiqls = new WeakMap<GraphQLSchema, ReturnType<typeof createGraphiql>>();

/** Made when somebody asks: most gateways never show it. */
function graphiqlFor(endpoint: string, schema: GraphQLSchema): ReturnType<typeof createGraphiql> {
  const known = graphiqls.get(schema) ?? createGraphiql(endpoint, firstQueries(schema));
  graphiqls.set(schema, known);
  return known;
}

async function numbers(metrics: Metrics, { headers }: IncomingMessage): Promise<Page> {
  const { type, body } = await metrics.answer(headers.accept);
  return { status: 200, type, body, headers: { 'content-type': type } };
}

function ready(now: Readiness): Page {
  const { code, body } = readinessAnswer(now);
  return json(code, body);
}

function json(status: number, value: object): Page {
  const headers = { 'cache-control': 'no-store' };
  return { status, type: 'application/json', body: JSON.stringify(value), headers };
}
