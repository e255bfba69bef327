import { randomBytes } from 'node:crypto';
import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { parsePublicKeys, parseSigningKey } from '../crypto/assertion-keys.ts';
import { parseMasterKey } from '../crypto/keyring.ts';
import { dataFolderFault, makeFolder } from '../data-folder.ts';
import type { Environment } from './env.ts';
import { ConfigError, type ConfigFault } from './fault.ts';
import { parseToolServers, type ToolServers } from './tool-servers.ts';
import { parseBucketCredential, type BucketCredential } from './warehouse-bucket.ts';

/** What must never be shown. */
export interface Secrets {
  /** Key-encryption keys, `id:base64[,older…]`, for `createKeyring`; empty in parts that open no credential. */
  readonly masterKey: string;
  /** What the gateway signs its assertions with; undefined in other parts, and where one process is all. */
  readonly assertionKey: string | undefined;
  /** What subgraphs check them with. */
  readonly assertionPublicKeys: string | undefined;
  /** Of confidential clients with which people sign in, by id of the identity provider; none but at the gateway. */
  readonly clientSecrets: Readonly<Record<string, string>>;
  /** Programs that may be called over standard streams; their environments hold secrets. None but where calls are made or definitions judged. */
  readonly toolServers: ToolServers;
  /** Of the bucket of the warehouse; undefined in other parts, and where it has none. */
  readonly bucketCredential: BucketCredential | undefined;
}

/** Which part of the platform a process is: each is given the secrets it needs and no others. */
export type Part = keyof typeof needs;

const needs = {
  /** All in one process, where gateway and subgraphs need no keys to know each other. */
  platform: ['OPERANDI_MASTER_KEY'],
  gateway: ['OPERANDI_ASSERTION_KEY'],
  subgraph: ['OPERANDI_ASSERTION_PUBLIC_KEYS', 'OPERANDI_MASTER_KEY'],
  worker: ['OPERANDI_MASTER_KEY'],
  /** Opens no credential, and takes who asks from the gateway's word. */
  warehouse: ['OPERANDI_ASSERTION_PUBLIC_KEYS'],
  /** Commands of whoever runs the platform. */
  operator: [],
  /** Looks at everything that it is given. */
  doctor: [],
} as const;

type Optional =
  | 'OPERANDI_OIDC_CLIENT_SECRETS'
  | 'OPERANDI_MASTER_KEY'
  | 'OPERANDI_MCP_SERVERS'
  | 'OPERANDI_WAREHOUSE_S3_CREDENTIAL';

/** What a part reads where it is given, and does without where not. */
const options: Partial<Record<Part, readonly Optional[]>> = {
  platform: [
    'OPERANDI_OIDC_CLIENT_SECRETS',
    'OPERANDI_MCP_SERVERS',
    'OPERANDI_WAREHOUSE_S3_CREDENTIAL',
  ],
  warehouse: ['OPERANDI_WAREHOUSE_S3_CREDENTIAL'],
  gateway: ['OPERANDI_OIDC_CLIENT_SECRETS'],
  subgraph: ['OPERANDI_MCP_SERVERS'],
  worker: ['OPERANDI_MCP_SERVERS'],
  doctor: ['OPERANDI_MASTER_KEY', 'OPERANDI_MCP_SERVERS'],
};

const parsers = {
  OPERANDI_MASTER_KEY: parseMasterKey,
  OPERANDI_ASSERTION_KEY: parseSigningKey,
  OPERANDI_ASSERTION_PUBLIC_KEYS: parsePublicKeys,
  OPERANDI_OIDC_CLIENT_SECRETS: parseClientSecrets,
  OPERANDI_MCP_SERVERS: parseToolServers,
  OPERANDI_WAREHOUSE_S3_CREDENTIAL: parseBucketCredential,
} as const;

const stored = z.object({ masterKey: z.string() });

/** What is wrong with the secrets of the environment: a malformed key, or none where none is generated. */
export function findSecretFaults(
  env: Readonly<Record<string, string | undefined>>,
  isEmbedded: boolean,
  part: Part,
): ConfigFault[] {
  const missing = needs[part]
    .filter((name) => env[name] === undefined && !isEmbedded)
    .map((name) => ({ name, message: 'is required when DATABASE_URL is set' }));
  const malformed = [...needs[part], ...(options[part] ?? [])].flatMap((name) => {
    const given = env[name];
    const message = given === undefined ? undefined : faultOf(parsers[name], given);
    return message === undefined ? [] : [{ name, message }];
  });
  return [...missing, ...malformed];
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
  const given = (name: Optional): string | undefined =>
    options[part]?.includes(name) === true ? env[name] : undefined;
  const bucket = given('OPERANDI_WAREHOUSE_S3_CREDENTIAL');
  return {
    masterKey: needed.includes('OPERANDI_MASTER_KEY')
      ? (env.OPERANDI_MASTER_KEY ?? readKept(dataDir).masterKey)
      : (given('OPERANDI_MASTER_KEY') ?? ''),
    assertionKey: part === 'gateway' ? env.OPERANDI_ASSERTION_KEY : undefined,
    assertionPublicKeys: needed.includes('OPERANDI_ASSERTION_PUBLIC_KEYS')
      ? env.OPERANDI_ASSERTION_PUBLIC_KEYS
      : undefined,
    clientSecrets: parseClientSecrets(given('OPERANDI_OIDC_CLIENT_SECRETS') ?? ''),
    toolServers: parseToolServers(given('OPERANDI_MCP_SERVERS') ?? '{}'),
    bucketCredential: bucket === undefined ? undefined : parseBucketCredential(bucket),
  };
}

const clientSecret = /^([0-9a-f-]{36})=(\S+)$/i;

/** Reads `id=secret[,others…]`; the message of its error never shows one. */
function parseClientSecrets(text: string): Secrets['clientSecrets'] {
  const pairs = text
    .split(',')
    .map((pair) => pair.trim())
    .filter((pair) => pair !== '')
    .map((pair) => {
      const [, id, secret] = clientSecret.exec(pair) ?? [];
      if (id === undefined || secret === undefined)
        throw new TypeError('must be id=secret, several separated by commas');
      return [id.toLowerCase(), secret] as const;
    });
  return Object.fromEntries(pairs);
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
  const draft = `${path}.${randomBytes(8).toString('hex')}`;
  const fresh = { masterKey: `local:${randomBytes(32).toString('base64')}` };
  try {
    makeFolder(dataDir);
    writeFileSync(draft, JSON.stringify(fresh), { mode: 0o600 });
  } catch (cause) {
    throw dataFolderFault(dataDir, cause);
  }
  try {
    linkSync(draft, path);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  } finally {
    rmSync(draft);
  }
}
