import { environment } from './env.ts';
import { fillFromFiles } from './files.ts';
import { ConfigError } from './fault.ts';
import type { RawEnvironment } from './config.ts';

/** How a command of a person reaches a running platform. */
export interface ClientConfig {
  /** The GraphQL endpoint. */
  readonly url: string;
  readonly apiKey: string;
}

const variables = environment.pick({ OPERANDI_URL: true, OPERANDI_API_KEY: true });

/** Reads what a client command needs; throws a `ConfigError` when there is no key. */
export function readClientConfig(given: RawEnvironment): ClientConfig {
  const { env, faults } = fillFromFiles(given);
  if (faults.length > 0) throw new ConfigError(faults);
  const { OPERANDI_URL: url, OPERANDI_API_KEY: apiKey } = variables.parse(env);
  if (apiKey === undefined) {
    throw new ConfigError([
      { name: 'OPERANDI_API_KEY', message: 'is required: the key of a client' },
    ]);
  }
  return { url, apiKey };
}
