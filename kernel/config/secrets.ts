import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { parsePublicKeys, parseSigningKey } from '../crypto/assertion-keys.ts';
import { parseMasterKey } from '../crypto/keyring.ts';
import type { Environment } from './env.ts';
import { ConfigError } from './fault.ts';
import type { ConfigFault } from './fault.ts';

/** What must never be shown. */
export interface Secrets {
  /** Key-encryption keys, `id:base64[,older…]`, for `createKeyring`; empty in parts that open no credential. */
  readonly masterKey: string;
  /** What the gateway signs its assertions with; undefined in other parts, and where one process is all. */
  readonly assertionKey: string | undefined;
  /** What subgraphs check them with. */
  readonly assertionPublicKeys: string | undefined;
}

/** Which part of the platform a process is: each is given the secrets it needs and no others. */
export type Part = keyof typeof needs;

const needs = {
  /** All in one process, where gateway and subgraphs need no keys to know each other. */
  platform: ['OPERANDI_MASTER_KEY'],
  gateway: ['OPERANDI_ASSERTION_KEY'],
  subgraph: ['OPERANDI_ASSERTION_PUBLIC_KEYS', 'OPERANDI_MASTER_KEY'],
  worker: ['OPERANDI_MASTER_KEY'],
  /** Commands of whoever runs the platform. */
  operator: [],
} as const;

const parsers = {
  OPERANDI_MASTER_KEY: parseMasterKey,
  OPERANDI_ASSERTION_KEY: parseSigningKey,
  OPERANDI_ASSERTION_PUBLIC_KEYS: parsePublicKeys,
} as const;

const stored = z.object({ masterKey: z.string() });

/** What is wrong with the secrets of the environment: a malformed key, or none where none is generated. */
export function findSecretFaults(
  env: Readonly<Record<string, string | undefined>>,
  isEmbedded: boolean,
  part: Part,
): ConfigFault[] {
  return needs[part].flatMap((name) => {
    const given = env[name];
    if (given === undefined) {
      const message = 'is required when DATABASE_URL is set';
      return isEmbedded ? [] : [{ name, message }];
    }
    const message = faultOf(parsers[name], given);
    return message === undefined ? [] : [{ name, message }];
  });
}

function faultOf(parseKey: (text: string) => unknown, text: string): string | undefined {
  try {
    parseKey(text);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** The secrets of the environment that the part needs; a missing master key is read from the data folder, made there at first. */
export function readSecrets(env: Environment, dataDir: string, part: Part): Secrets {
  const needed: readonly string[] = needs[part];
  const masterKey = needed.includes('OPERANDI_MASTER_KEY')
    ? (env.OPERANDI_MASTER_KEY ?? readKept(dataDir).masterKey)
    : '';
  return {
    masterKey,
    assertionKey: part === 'gateway' ? env.OPERANDI_ASSERTION_KEY : undefined,
    assertionPublicKeys: part === 'subgraph' ? env.OPERANDI_ASSERTION_PUBLIC_KEYS : undefined,
  };
}

function readKept(dataDir: string): z.infer<typeof stored> {
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
  const fresh = { masterKey: `local:${randomBytes(32).toString('base64')}` };
  writeFileSync(draft, JSON.stringify(fresh), { mode: 0o600 });
  try {
    linkSync(draft, path);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  } finally {
    rmSync(draft);
  }
}
