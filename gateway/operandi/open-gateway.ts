import { createAssertionSigner, type SignAssertion } from '../../core/access/assertion.ts';
import { createKeyAuthenticator } from '../../core/access/authenticate-key.ts';
import { createFailureCount } from '../../core/access/lock-out.ts';
import { createIssuerFetch, type IssuerFetch } from '../../core/access/issuer-fetch.ts';
import type { Config } from '../../kernel/config/config.ts';
import { startHealthServer } from '../../kernel/health-server.ts';
import { createReadiness } from '../../kernel/readiness.ts';
import type { Metrics } from '../../kernel/telemetry.ts';
import type { Tracing } from '../../kernel/tracing.ts';
import { type CountStore, openCountStore } from '../admit/count-store.ts';
import type { ConfigFile } from '../config/config-file.ts';
import { type GatewayConfig, parseGatewayConfig } from '../config/config.ts';
import { loadPlugins } from '../config/load-plugins.ts';
import { createGateway, type Gateway, type GatewayOptions } from '../create-gateway.ts';
import { hasGraphiql } from '../listen/http/pages/has-graphiql.ts';
import { mergeMetrics } from '../workers/merged-metrics.ts';
import { createAuthenticate } from './authenticate.ts';
import { createConnect } from './connect/connect.ts';
import { consolePath, createConsole } from './console/console.ts';
import { countFailuresIn } from './failure-count.ts';
import { createDecide } from './decide/decide.ts';
import { createInbound } from './inbound/inbound.ts';
import { createIssuers } from './issuers.ts';
import { createScim } from './scim/scim.ts';
import { createClients } from './sign-in/clients.ts';
import { limitSignIn } from './sign-in/limit-sign-in.ts';
import { createSignIn } from './sign-in/sign-in.ts';
import { readKnownSupergraph, supergraphFile } from './supergraph-file.ts';
import { createUserTokens } from './user-tokens.ts';

type KeyServices = Parameters<typeof createKeyAuthenticator>[0];

/** What the gateway of the platform is made of. */
export interface OperandiGatewayOptions extends Pick<
  GatewayOptions,
  'transports' | 'signal' | 'tls' | 'peers' | 'checks'
> {
  readonly config: Config;
  /** What it signs who calls with, `id:base64`. */
  readonly assertionKey: string;
  /** A configuration file whose fields go before the platform's own. */
  readonly configFile?: ConfigFile | undefined;
  readonly services: KeyServices & {
    readonly metrics: Metrics;
    readonly tracing?: Tracing | undefined;
  };
}

/** A gateway with what its configuration says of its pages. */
export interface OperandiGateway extends Gateway {
  readonly hasGraphiql: boolean;
  /** Path of the console. */
  readonly consolePath: string;
}

// A client may wait for the end of a job for a minute; nothing on the way gives up earlier.
const patienceMs = 75_000;

// Subgraphs stop at 4 Mi characters of values, of which each may take three bytes, and names come on top.
const maxAnswerBytes = 16 * 1024 * 1024;

// A page that somebody develops comes from a port of its own; it needs a key, as a cookie counts on pages of our own only.
const developmentOrigins = ['http', 'https'].flatMap((scheme) =>
  ['localhost', '127.0.0.1', '[::1]'].map((host) => `${scheme}://${host}:*`),
);

/** The gateway over Operandi's own subgraphs: API keys, signed actors, resumable subscriptions. */
export async function openGateway({
  config,
  assertionKey,
  configFile,
  services,
  transports,
  signal,
  tls,
  peers,
  checks: more,
}: OperandiGatewayOptions): Promise<OperandiGateway> {
  await using stack = new AsyncDisposableStack();
  const { redisUrl } = config;
  const counts = redisUrl === undefined ? undefined : openCountStore(redisUrl, services.log);
  stack.use(counts ?? null);
  const keys = stack.use(createKeyAuthenticator(services, counts && countFailuresIn(counts.redis)));
  const ask = stack.use(createIssuerFetch(config.allowPrivateAddresses));
  const issuers = createIssuers(ask, services.clock);
  const tokens = stack.use(createUserTokens({ ...services, issuers }));
  const own = await gatewayConfig(config, configFile);
  const sign = createAssertionSigner(assertionKey);
  const metrics = mergeMetrics(services.metrics, peers);
  const checks = { ...more, database: services.database.check };
  if (config.metricsPort !== undefined) {
    const readiness = createReadiness(checks, signal);
    const { host, metricsPort: port } = config;
    stack.use(await startHealthServer({ host, port, metrics, readiness }));
  }
  const gateway = stack.use(
    await createGateway({
      supergraph: { file: supergraphFile, isWatched: false },
      config: own,
      plugins: await loadPlugins(own.plugins),
      port: config.port,
      authenticate: createAuthenticate({ keys, tokens }, sign),
      page: pagesOf({ config, services, counts, ask, sign, path: own.server.path }),
      log: services.log,
      metrics,
      tracing: services.tracing,
      ...{ checks, signal, tls, peers },
      known: await readKnownSupergraph(),
      ...(transports && { transports }),
      ...(counts && { redis: counts.redis }),
      redisUrl,
    }),
  );
  const opened = stack.move();
  return {
    ...gateway,
    hasGraphiql: hasGraphiql(own),
    consolePath,
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

type ServePage = NonNullable<GatewayOptions['page']>;

interface PageParts {
  readonly config: Config;
  readonly services: KeyServices;
  readonly counts: CountStore | undefined;
  readonly ask: IssuerFetch;
  readonly sign: SignAssertion;
  /** Of the GraphQL endpoint. */
  readonly path: string;
}

/** What is served beside the API: webhooks inward, consent, decisions, provisioning, signing in and the console. */
function pagesOf({ config, services, counts, ask, sign, path }: PageParts): ServePage {
  const { sessions, publicUrl } = config.signIn;
  const { trustedHops } = config.door;
  const count = counts ? countFailuresIn(counts.redis) : createFailureCount(services.clock);
  const clients = createClients(ask, config.clientSecrets);
  const limit = limitSignIn(counts?.redis);
  return firstOf(
    createInbound({ ...services, sign, trustedHops, count }),
    createConnect({ ...services, sign, publicUrl, limit, trustedHops }),
    createDecide({ ...services, sign, limit, trustedHops }),
    createScim({ log: services.log, publicUrl, trustedHops }),
    createSignIn({ ...services, sessions, publicUrl, clients, limit, trustedHops }),
    createConsole(path),
  );
}

/** Asks each until one knows the path. */
function firstOf(...pages: readonly ServePage[]): ServePage {
  return async (url, request, gate) => {
    for (const page of pages) {
      const found = await page(url, request, gate);
      if (found !== undefined) return found;
    }
    return undefined;
  };
}

async function gatewayConfig(config: Config, file: ConfigFile | undefined): Promise<GatewayConfig> {
  const { door } = config;
  const own = {
    server: {
      host: config.host,
      maxBodyBytes: config.limits.requestBytes,
      drainMs: config.drain.deadlineMs,
      drainDelayMs: config.drain.delayMs,
      isAccessLogged: config.mode === 'real',
      // The audit log names requests by these: nobody outside chooses them.
      isNamingRequests: true,
      trustedHops: door.trustedHops,
      maxConnections: door.connections,
      maxConnectionsPerAddress: door.connectionsPerAddress,
    },
    cors: { origins: config.isProduction ? [] : developmentOrigins },
    limits: { maxCost: door.cost },
    rateLimit: {
      requestsPerKey: door.requestsPerKey,
      requestsPerTenant: door.requestsPerTenant,
      costPerKey: door.costPerKey,
    },
    // In production nobody from outside looks in; numbers have a port of their own.
    landingPage: !config.isProduction,
    graphiql: !config.isProduction,
    metrics: !config.isProduction,
    introspection: config.introspection,
    suggestions: config.introspection,
    subgraph: { timeoutMs: patienceMs, maxResponseBytes: maxAnswerBytes },
    subgraphs: urlsOf(config),
    subscriptions: {
      resume: { argument: 'after', field: 'cursor' },
      maxPerKey: door.subscriptionsPerKey,
      maxPerTenant: door.subscriptionsPerTenant,
      maxSockets: door.connections,
      maxSocketsPerAddress: door.connectionsPerAddress,
      maxSocketsPerKey: door.subscriptionsPerKey,
    },
  };
  if (file === undefined) return parseGatewayConfig(own);
  const { readGatewayConfig } = await import('../config/config-file.ts');
  return readGatewayConfig(file, own);
}

function urlsOf({ subgraphUrls }: Config): Readonly<Record<string, { readonly url: string }>> {
  return Object.fromEntries(Object.entries(subgraphUrls).map(([name, url]) => [name, { url }]));
}
