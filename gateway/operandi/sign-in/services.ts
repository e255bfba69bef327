import type { SessionLimits } from '../../../core/access/start-session.ts';
import type { Clock } from '../../../kernel/clock.ts';
import type { Database } from '../../../kernel/database/database.ts';
import type { Doorbell } from '../../../kernel/doorbell/doorbell.ts';
import type { Logger } from '../../../kernel/logger.ts';
import type { Clients } from './clients.ts';

/** What signing in needs. */
export interface SignInServices {
  readonly database: Database;
  readonly doorbell: Doorbell;
  readonly clock: Clock;
  readonly log: Logger;
  readonly clients: Clients;
  readonly sessions: SessionLimits;
  /** Counts what an address asks for here; throws RATE_LIMITED. */
  readonly limit: (address: string) => Promise<void>;
  readonly trustedHops: number;
  /** Where browsers reach the gateway; undefined: at the address they ask, if that is this machine. */
  readonly publicUrl: string | undefined;
}
