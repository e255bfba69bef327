import type { ConfigFile } from '../gateway/config/config-file.ts';
import type { Config } from '../kernel/config/config.ts';
import { openDatabase } from '../kernel/database/database.ts';
import type { Logger } from '../kernel/logger.ts';

/** The whole platform in this process. */
export interface Platform extends AsyncDisposable {
  /** The GraphQL endpoint. */
  readonly url: string;
  /** Where people ask in the browser; undefined if that is switched off. */
  readonly graphiqlUrl: string | undefined;
  /** The first admin key, if this start made it; it is shown nowhere else. */
  readonly firstKey: string | undefined;
  /** Seals what the audit log has so far, so that a reader need not wait for the worker's next turn. */
  sealAudit(): Promise<void>;
}

/** What a platform is started with besides its configuration. */
export interface Surroundings {
  readonly log: Logger;
  readonly signal: AbortSignal;
  /** Settings of the gateway that go before the platform's own. */
  readonly configFile?: ConfigFile | undefined;
}

/** Starts database, subgraphs, worker and gateway; disposing ends them in the reverse order. */
export async function startPlatform(config: Config, surroundings: Surroundings): Promise<Platform> {
  const { log, signal } = surroundings;
  // The embedded database makes itself ready in processes of its own: what works on it is loaded meanwhile.
  const [database, { composePlatform }] = await Promise.all([
    openDatabase(config, log, signal),
    import('./compose-platform.ts'),
  ]);
  return composePlatform(database, config, surroundings);
}
