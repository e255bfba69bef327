import { environment } from './env.ts';
import { listFaults } from './list-faults.ts';
import { fillSecrets } from './files.ts';
import { ConfigError } from './fault.ts';
import type { RawEnvironment } from './raw-environment.ts';

/** How a command of a person reaches a running platform. */
export interface ClientConfig {
  /** The GraphQL endpoint. */
  readonly url: string;
  /** What proves who asks: an API key, or the session of who signed in. */
  readonly apiKey: string;
}

const variables = environment.pick({ OPERANDI_URL: true, OPERANDI_API_KEY: true });

/** The endpoint that a client command talks to. */
export function readClientUrl(env: RawEnvironment): string {
  return read(filled(env)).OPERANDI_URL;
}

/** Reads what a client command needs; without a key it is who signed in at the endpoint. Throws a `ConfigError` when there is nobody. */
export function readClientConfig(
  env: RawEnvironment,
  signedIn: (url: string | undefined) => ClientConfig | undefined = () => undefined,
): ClientConfig {
  const given = filled(env);
  const { OPERANDI_URL: url, OPERANDI_API_KEY: apiKey } = read(given);
  if (apiKey !== undefined) return { url, apiKey };
  const known = signedIn(given['OPERANDI_URL']) ?? signedIn(url);
  if (known !== undefined) return known;
  throw new ConfigError([
    {
      name: 'OPERANDI_API_KEY',
      message: 'is required: the key of a client; or sign in with operandi login',
    },
  ]);
}

const usageVariables = environment.pick({ OPERANDI_USAGE_KEY: true });

/** The key with which a gateway tells its usage; undefined where none is set. */
export function readUsageKey(env: RawEnvironment): string | undefined {
  return usageVariables.parse(filled(env)).OPERANDI_USAGE_KEY;
}

function read(given: RawEnvironment) {
  const parsed = variables.safeParse(given);
  if (!parsed.success) throw new ConfigError(listFaults(parsed.error));
  return parsed.data;
}

function filled(given: RawEnvironment): RawEnvironment {
  const { env, faults } = fillSecrets(given);
  if (faults.length > 0) throw new ConfigError(faults);
  return env;
}
