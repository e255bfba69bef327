import { environment } from './env.ts';
import { ConfigError } from './fault.ts';
import { fillSecrets } from './files.ts';
import { listFaults } from './list-faults.ts';
import type { RawEnvironment } from './raw-environment.ts';
import { findSecretFaults, readSecrets, type Part, type Secrets } from './secrets.ts';
import type { Settings } from './settings.ts';
import { toSettings } from './to-settings.ts';
import { findTlsFaults } from './tls-variables.ts';

/** The configuration of a process: settings and secrets, deeply frozen. */
export interface Config extends Settings, Secrets {}

/** Settings that a command line may decide over the environment. */
export type ConfigOverrides = Partial<Omit<Settings, 'mode'>>;

/** Reads what can be configured without the secrets, for a process that needs none and keeps no data. */
export function readSettings(given: RawEnvironment): Omit<Settings, 'mode'> {
  const { env, faults } = fillSecrets(given);
  const parsed = environment.safeParse(env);
  const all = [...listFaults(parsed.error), ...faults, ...findTlsFaults(env)];
  if (!parsed.success || all.length > 0) throw new ConfigError(all);
  return freeze(
    toSettings(parsed.data, parsed.data.DATABASE_URL === undefined ? 'embedded' : 'real'),
  );
}

/** Reads the whole configuration of a part; throws one `ConfigError` that lists all its faults. */
export function readConfig(
  raw: RawEnvironment,
  overrides: ConfigOverrides = {},
  part: Part = 'platform',
): Config {
  const { env: given, faults: unread } = fillSecrets(raw);
  const isEmbedded = (overrides.databaseUrl ?? given['DATABASE_URL']) === undefined;
  const mode = isEmbedded ? 'embedded' : 'real';
  const parsed = environment.safeParse(given);
  const faults = [
    ...listFaults(parsed.error),
    ...unread,
    ...findSecretFaults(given, isEmbedded, part),
    ...findTlsFaults(given),
  ];
  if (!parsed.success || faults.length > 0) throw new ConfigError(faults);

  const settings = { ...toSettings(parsed.data, mode), ...overrides };
  const secrets = readSecrets(parsed.data, settings.dataDir, part);
  return freeze({ ...settings, mode, ...secrets });
}

/** Freezes the value and all it holds. */
function freeze<T extends object>(value: T): Readonly<T> {
  for (const item of Object.values(value)) {
    if (typeof item === 'object' && item !== null) freeze(item);
  }
  return Object.freeze(value);
}
