import type { Egress } from '../connectors/egress/egress.ts';
import type { Programs } from '../connectors/mcp/stdio/programs.ts';
import type { Config } from '../kernel/config/config.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Keyring } from '../kernel/crypto/keyring.ts';
import type { Database } from '../kernel/database/database.ts';
import type { Doorbell } from '../kernel/doorbell/doorbell.ts';
import type { Logger } from '../kernel/logger.ts';
import type { Tracing } from '../kernel/tracing.ts';
import type { Queue } from '../queue/queue.ts';
import type { Actor } from './access/actor.ts';
import type { Connectors } from './integrations/connectors.ts';
import type { Warehouse } from './analytics/warehouse.ts';
import type { Documents } from './documents/documents.ts';
import type { Invoker } from './integrations/invoker.ts';

/** What a process builds once and every verb may use. */
export interface Services {
  readonly database: Database;
  readonly queue: Queue;
  readonly doorbell: Doorbell;
  readonly keyring: Keyring;
  readonly connectors: Connectors;
  /** How breakers of connections are over all processes, by the keys of those; undefined where nobody can know. */
  readonly standing: Egress['standing'];
  /** Calls integrations and keeps the record of it; made by `createInvoker`. */
  readonly invoker: Invoker;
  /** Reads what authors, callers and peers supply, on threads of its own. */
  readonly documents: Documents;
  readonly clock: Clock;
  readonly log: Logger;
  readonly limits: Config['limits'];
  /** What definitions may start on workers' machines. */
  readonly processes: Config['processes'];
  /** Programs of the operator that integrations and definitions may call. */
  readonly programs: Programs;
  /** What calls that definitions make by themselves may take. */
  readonly calls: Config['calls'];
  /** Undefined where nothing is traced. */
  readonly tracing?: Tracing | undefined;
  /** Undefined where none is set up. */
  readonly warehouse?: Warehouse | undefined;
}

/** What a verb is called with: the services, and who asks in which request. */
export interface VerbContext extends Services {
  readonly actor: Actor;
  readonly requestId: string;
}
