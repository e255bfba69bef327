import { randomBytes } from 'node:crypto';

import { createEgress } from '../../connectors/egress/egress.ts';
import { noPrograms } from '../../connectors/mcp/stdio/programs.ts';
import { openConnectors } from '../../core/integrations/open-connectors.ts';
import type { Actor } from '../../core/access/actor.ts';
import { permissions } from '../../core/access/permissions.ts';
import type { Permission } from '../../core/access/permissions.ts';
import type { Services, VerbContext } from '../../core/context.ts';
import { openDocuments } from '../../core/documents/documents.ts';
import { createInvoker } from '../../core/integrations/invoker.ts';
import { systemClock } from '../../kernel/clock.ts';
import type { Clock } from '../../kernel/clock.ts';
import { readConfig, type Config } from '../../kernel/config/config.ts';
import { createKeyring } from '../../kernel/crypto/keyring.ts';
import type { Database } from '../../kernel/database/database.ts';
import { createDoorbell } from '../../kernel/doorbell/create-doorbell.ts';
import { newId } from '../../kernel/ids.ts';
import type { JsonObject } from '../../kernel/json.ts';
import type { Logger } from '../../kernel/logger.ts';
import { createQueue } from '../../queue/create-queue.ts';
import { silentLog } from './log.ts';
import { insertTenant } from './tenant.ts';

export interface TestServices extends Services, AsyncDisposable {}

interface TestServiceOptions {
  readonly clock?: Clock;
  readonly log?: Logger;
  /** `host:port` of loopback servers that integrations may reach. */
  readonly allow?: readonly string[];
  readonly documents?: Partial<Config['documents']>;
}

/** Everything verbs work with, over a test's database. */
export function openTestServices(
  database: Database,
  {
    clock = systemClock,
    log = silentLog,
    allow = [],
    documents: documentSettings,
  }: TestServiceOptions = {},
): TestServices {
  const stack = new AsyncDisposableStack();
  const doorbell = stack.use(createDoorbell(undefined, log));
  const queue = stack.use(createQueue({ pool: database.pool, doorbell }));
  const egress = stack.use(createEgress({ allow }));
  const connectors = openConnectors(egress);
  const config = readConfig({ OPERANDI_DATA_DIR: '/nonexistent' });
  const documents = stack.use(openDocuments({ ...config.documents, ...documentSettings }));
  const keyring = createKeyring(`test:${randomBytes(32).toString('base64')}`);
  return {
    database,
    doorbell,
    queue,
    connectors,
    standing: egress.standing,
    keyring,
    invoker: createInvoker({ database, keyring, connectors }),
    documents,
    clock,
    log,
    limits: config.limits,
    processes: config.processes,
    programs: noPrograms(),
    calls: config.calls,
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

/** A caller of the tenant with the given permissions, else with all. */
export function contextFor(
  services: Services,
  tenantId: string,
  granted: readonly Permission[] = permissions,
): VerbContext {
  const actor: Actor = { kind: 'user', id: newId(), tenantId, name: 'Ada', permissions: granted };
  return { ...services, actor, requestId: `request-${newId()}` };
}

/** A caller in a new tenant. */
export async function contextOfNewTenant(
  services: Services,
  granted?: readonly Permission[],
): Promise<VerbContext> {
  return contextFor(services, await insertTenant(services.database), granted);
}

export interface RecordedAct {
  readonly action: string;
  readonly actorId: string;
  readonly targetKind: string;
  readonly targetId: string;
  readonly requestId: string | null;
  readonly data: JsonObject;
}

/** What the audit log holds of a tenant, oldest first, read around all rights. */
export async function auditLogOf(
  { pool }: Pick<Database, 'pool'>,
  tenantId: string,
): Promise<readonly RecordedAct[]> {
  const { rows } = await pool.query<RecordedAct>(
    `select action, actor_id as "actorId", target_kind as "targetKind", target_id as "targetId",
            request_id as "requestId", data
     from audit.event where tenant_id = $1 order by tx, position`,
    [tenantId],
  );
  return rows;
}
