import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { parseMasterKey } from '../crypto/keyring.ts';
import type { Environment } from './env.ts';
import { ConfigError } from './fault.ts';
import type { ConfigFault } from './fault.ts';

/** What must never be shown. */
export interface Secrets {
  /** Key of the signed assertions between gateway and subgraphs, at least 32 characters. */
  readonly assertionSecret: string;
  /** Key-encryption keys, `id:base64[,older…]`, for `createKeyring`. */
  readonly masterKey: string;
  /** Of confidential clients with which people sign in, by id of the identity provider. */
  readonly clientSecrets: Readonly<Record<string, string>>;
}

type KeptSecrets = Pick<Secrets, 'assertionSecret' | 'masterKey'>;

const stored = z.object({ assertionSecret: z.string().min(32), masterKey: z.string() });

/** What is wrong with the secrets of the environment: a malformed key, or none where none is generated. */
export function findSecretFaults(
  env: Readonly<Record<string, string | undefined>>,
  isEmbedded: boolean,
): ConfigFault[] {
  const faults: ConfigFault[] = [];
  for (const name of ['OPERANDI_ASSERTION_SECRET', 'OPERANDI_MASTER_KEY'] as const) {
    if (env[name] === undefined && !isEmbedded) {
      faults.push({ name, message: 'is required when DATABASE_URL is set' });
    }
  }
  const fault = masterKeyFault(env['OPERANDI_MASTER_KEY']);
  if (fault !== undefined) faults.push({ name: 'OPERANDI_MASTER_KEY', message: fault });
  const clients = env['OPERANDI_OIDC_CLIENT_SECRETS']?.split(',') ?? [];
  if (!clients.every((pair) => clientSecret.test(pair.trim())))
    faults.push({
      name: 'OPERANDI_OIDC_CLIENT_SECRETS',
      message: 'must be id=secret, several separated by commas',
    });
  return faults;
}

function masterKeyFault(masterKey: string | undefined): string | undefined {
  if (masterKey === undefined) return undefined;
  try {
    parseMasterKey(masterKey);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** The secrets of the environment; those missing are read from the data folder, made there at first. */
export function readSecrets(env: Environment, dataDir: string): Secrets {
  const { OPERANDI_ASSERTION_SECRET: assertionSecret, OPERANDI_MASTER_KEY: masterKey } = env;
  const clientSecrets = readClientSecrets(env.OPERANDI_OIDC_CLIENT_SECRETS);
  if (assertionSecret !== undefined && masterKey !== undefined)
    return { assertionSecret, masterKey, clientSecrets };
  const kept = readKept(dataDir);
  return {
    clientSecrets,
    assertionSecret: assertionSecret ?? kept.assertionSecret,
    masterKey: masterKey ?? kept.masterKey,
  };
}

const clientSecret = /^([0-9a-f-]{36})=(\S+)$/i;

function readClientSecrets(text: string | undefined): Secrets['clientSecrets'] {
  const pairs = (text ?? '').split(',').flatMap((pair) => {
    const [, id, secret] = clientSecret.exec(pair.trim()) ?? [];
    return id === undefined || secret === undefined ? [] : [[id.toLowerCase(), secret] as const];
  });
  return Object.fromEntries(pairs);
}

function readKept(dataDir: string): KeptSecrets {
  const path = join(dataDir, 'secrets.json');
  makeOnce(dataDir, path);
  try {
    return stored.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    throw new ConfigError([
      {
        name: 'OPERANDI_DATA_DIR',
        message: `${path} is damaged; restore it, as stored credentials need its key`,
      },
    ]);
  }
}

/** By linking a finished file: two processes that start at once end up with the same secrets. */
function makeOnce(dataDir: string, path: string): void {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const draft = `${path}.${randomBytes(8).toString('hex')}`;
  const fresh: KeptSecrets = {
    assertionSecret: randomBytes(32).toString('base64url'),
    masterKey: `local:${randomBytes(32).toString('base64')}`,
  };
  writeFileSync(draft, JSON.stringify(fresh), { mode: 0o600 });
  try {
    linkSync(draft, path);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  } finally {
    rmSync(draft);
  }
}
