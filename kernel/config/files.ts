import { readFileSync } from 'node:fs';
import type { RawEnvironment } from './raw-environment.ts';
import type { ConfigFault } from './fault.ts';
import { askProvider } from './secret-provider.ts';

/** Settings that hold a secret: each can also come from the file that `<NAME>_FILE` names, or from the provider. */
const secretSettings = [
  'DATABASE_URL',
  'DATABASE_MIGRATION_URL',
  'DATABASE_REPLICA_URL',
  'REDIS_URL',
  'OPERANDI_ASSERTION_KEY',
  'OPERANDI_ASSERTION_PUBLIC_KEYS',
  'OPERANDI_MASTER_KEY',
  'OPERANDI_OIDC_CLIENT_SECRETS',
  'OPERANDI_MCP_SERVERS',
  'OPERANDI_WAREHOUSE_S3_CREDENTIAL',
  'OPERANDI_API_KEY',
  'OPERANDI_USAGE_KEY',
] as const;

/** Written in lower case as often as in upper. */
const proxySettings = ['HTTPS_PROXY', 'HTTP_PROXY', 'NO_PROXY'] as const;

/** The environment with what its files hold, and which of them cannot be read. */
interface Filled {
  readonly env: RawEnvironment;
  readonly faults: readonly ConfigFault[];
}

/**
 * An empty variable is an unset one: that is how compose files and shells pass "nothing". The end of a file's last line
 * belongs to the file and not to the secret.
 */
export function fillSecrets(given: RawEnvironment): Filled {
  const proxies = proxySettings.map(
    (name) => [name, given[name] ?? given[name.toLowerCase()]] as const,
  );
  const env = Object.fromEntries(
    [...Object.entries(given), ...proxies].filter(([, value]) => value !== ''),
  );
  const provided = askProvider(env['OPERANDI_SECRETS_COMMAND'], secretSettings);
  const faults = [...provided.faults];
  const fill = (name: string, source: string, read: () => string) => {
    if (env[name] !== undefined) {
      faults.push({ name, message: `is set, and so is ${source}; only one may be` });
      return;
    }
    try {
      env[name] = read();
    } catch (error) {
      const reason = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';
      faults.push({ name: source, message: `cannot be read: ${reason}` });
    }
  };
  for (const name of secretSettings) {
    const path = env[`${name}_FILE`];
    if (path !== undefined)
      fill(name, `${name}_FILE`, () => readFileSync(path, 'utf8').replace(/\r?\n$/, ''));
  }
  for (const [name, value] of provided.secrets)
    fill(name, `one that OPERANDI_SECRETS_COMMAND gives`, () => value);
  return { env, faults };
}
