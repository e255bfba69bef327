import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';

import { insertApiKey } from '../../core/access/insert-api-key.ts';
import { permissions } from '../../core/access/permissions.ts';
import type { Permission } from '../../core/access/permissions.ts';
import { servicesOver } from '../../core/open-services.ts';
import { openGateway } from '../../gateway/operandi/open-gateway.ts';
import { readConfig, type Config } from '../../kernel/config/config.ts';
import type { SubgraphName } from '../../kernel/config/subgraphs.ts';
import { newSigningKey, publicKeyOf } from '../../kernel/crypto/assertion-keys.ts';
import type { Database } from '../../kernel/database/database.ts';
import type { Logger } from '../../kernel/logger.ts';
import { createAccessSubgraph } from '../../subgraphs/access/access-subgraph.ts';
import { createAuditSubgraph } from '../../subgraphs/audit/audit-subgraph.ts';
import { createIntegrationsSubgraph } from '../../subgraphs/integrations/integrations-subgraph.ts';
import { createJobsSubgraph } from '../../subgraphs/jobs/jobs-subgraph.ts';
import { endWorker } from '../../worker/end-worker.ts';
import { createPerformCall } from '../../worker/perform-call.ts';
import { createWorker } from '../../worker/worker.ts';
import { createTestDatabase, type TestDatabase } from './database.ts';
import { silentLog } from './log.ts';
import { insertTenant } from './tenant.ts';

/** The platform as it runs apart: a gateway before four subgraphs, each on a port of its own, and a worker. */
export interface RunningProduct extends AsyncDisposable {
  /** The gateway's GraphQL address. */
  readonly url: string;
  readonly subgraphUrls: Readonly<Record<SubgraphName, string>>;
  /** What the gateway signs with. */
  readonly assertionKey: string;
  readonly services: ReturnType<typeof servicesOver>;
  readonly test: TestDatabase;
  /** A peer that integrations and jobs may reach; it answers what a test says. */
  readonly peer: TestPeer;
  newTenant(): Promise<TestTenant>;
  /** A key of the tenant; all permissions if none are named. */
  newKey(tenantId: string, granted?: readonly Permission[]): Promise<TestKey>;
}

export interface TestKey {
  readonly id: string;
  readonly secret: string;
}

export interface TestTenant {
  readonly id: string;
  /** The secret of a key that may do everything. */
  readonly admin: string;
}

export interface TestPeer extends AsyncDisposable {
  /** Without a slash at its end. */
  readonly url: string;
  readonly place: string;
  /** Replaced by tests; answers `{"ok":true}`. */
  answer: RequestListener;
}

const subgraphNames = ['access', 'jobs', 'integrations', 'audit'] as const;

const creators = {
  access: createAccessSubgraph,
  jobs: createJobsSubgraph,
  integrations: createIntegrationsSubgraph,
  audit: createAuditSubgraph,
};

interface ProductWish {
  /** Settings that are not as usual. */
  readonly environment?: Readonly<Record<string, string>>;
  /** What the environment of a test cannot say. */
  readonly config?: Partial<Config>;
  /** Also the places that issuers and jobs may reach. */
  readonly allow?: readonly string[];
  readonly log?: Logger;
  /** The test starts workers of its own. @default false */
  readonly isWithoutWorker?: boolean;
  /** Puts something of the test around the database. */
  readonly around?: (database: Database) => Database;
}

/** Starts it on a database of its own. */
export async function startRunningProduct(wish: ProductWish = {}): Promise<RunningProduct> {
  const { environment = {}, allow = [], log = silentLog, around = (same) => same } = wish;
  await using stack = new AsyncDisposableStack();
  const test = stack.use(await createTestDatabase());
  const peer = stack.use(await startPeer());
  const variables = {
    ...{ OPERANDI_DATA_DIR: '/nonexistent', PORT: '0' },
    OPERANDI_MASTER_KEY: `k1:${randomBytes(32).toString('base64')}`,
    OPERANDI_EGRESS_ALLOW: [peer.place, ...allow].join(','),
    ...environment,
  };
  const services = stack.use(servicesOver(around(test.database), readConfig(variables), { log }));
  const assertionKey = newSigningKey();
  const settings = {
    assertionPublicKeys: publicKeyOf(assertionKey),
    introspection: wish.config?.introspection ?? true,
    drainMs: 500,
  };
  const urls = new Map<SubgraphName, string>();
  for (const name of subgraphNames) {
    const subgraph = stack.use(creators[name](services, settings));
    const { url } = await subgraph.listen({ host: '127.0.0.1', port: 0 });
    urls.set(name, url);
  }
  const subgraphUrls = Object.fromEntries(urls) as Record<SubgraphName, string>;
  const addresses: Readonly<Record<string, string>> = Object.fromEntries(
    [...urls].map(([name, url]) => [`OPERANDI_${name.toUpperCase()}_URL`, url]),
  );
  const read = readConfig({ ...variables, ...addresses });
  const config = { ...read, ...wish.config };
  const controller = new AbortController();
  if (wish.isWithoutWorker !== true) {
    const worker = stack.adopt(
      createWorker({ ...services, config, perform: createPerformCall(services) }),
      (running) => endWorker(running, undefined, config),
    );
    worker.start();
  }
  const { signal } = controller;
  const gateway = stack.use(await openGateway({ config, assertionKey, services, signal }));
  stack.defer(() => controller.abort());
  const { url } = await gateway.listen();

  const newKey = async (
    tenantId: string,
    granted: readonly Permission[] = permissions,
  ): Promise<TestKey> => {
    const { database } = test;
    const draft = { tenantId, name: 'key', permissions: granted, createdBy: 'test' };
    const { apiKey, secret } = await database.withTenant(tenantId, (tx) =>
      insertApiKey(tx, database, { ...draft, expiresAt: null }),
    );
    return { id: apiKey.id, secret };
  };
  const running = stack.move();
  return {
    ...{ url, subgraphUrls, assertionKey, services, test, peer, newKey },
    async newTenant() {
      const id = await insertTenant(test.database);
      return { id, admin: (await newKey(id)).secret };
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

async function startPeer(): Promise<TestPeer> {
  const usual: RequestListener = (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"ok":true}');
  };
  const peer = { answer: usual };
  const server = createServer((request, response) => peer.answer(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const place = `127.0.0.1:${String(port)}`;
  return Object.assign(peer, {
    ...{ place, url: `http://${place}` },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  });
}
