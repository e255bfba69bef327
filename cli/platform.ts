import type { Config } from '../kernel/config/config.ts';
import { openDatabase } from '../kernel/database/database.ts';
import type { Platform, Surroundings } from './compose-platform.ts';

/** Starts database, subgraphs, worker and gateway; disposing ends them in the reverse order. */
export async function startPlatform(config: Config, surroundings: Surroundings): Promise<Platform> {
  const { log, signal } = surroundings;
  // The embedded database makes itself ready in processes of its own: what works on it is loaded meanwhile.
  const [database, { composePlatform }] = await Promise.all([
    openDatabase(config, log, signal),
    import('./compose-platform.ts'),
  ]);
  return await composePlatform(database, config, surroundings);
}
