import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { newSigningKey, publicKeyOf } from '../crypto/assertion-keys.ts';
import { readClientConfig } from './client.ts';
import { readConfig, readSettings } from './config.ts';
import { ConfigError } from './fault.ts';
import type { Part } from './secrets.ts';

const real = {
  DATABASE_URL: 'postgres://operandi:pw@db/operandi',
  OPERANDI_MASTER_KEY: `k1:${Buffer.alloc(32).toString('base64')}`,
};

function faultsOf(env: Record<string, string>, part: Part = 'platform'): string[] {
  try {
    readConfig(env, {}, part);
  } catch (error) {
    if (error instanceof ConfigError) return error.faults.map((fault) => fault.name).sort();
    throw error;
  }
  return [];
}

describe('the configuration', () => {
  let dataDir: string;
  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'operandi-test-'));
  });
  afterEach(() => rmSync(dataDir, { recursive: true }));

  it('is embedded without a database URL and real with one', () => {
    expect(readConfig({ OPERANDI_DATA_DIR: dataDir }).mode).toBe('embedded');
    expect(readConfig(real).mode).toBe('real');
    expect(readConfig({ ...real, DATABASE_URL: '' }, { dataDir }).mode).toBe('embedded');
  });

  it('has a default for everything else', () => {
    expect(readConfig({ OPERANDI_DATA_DIR: dataDir })).toMatchObject({
      port: 4_000,
      host: '127.0.0.1',
      databasePoolSize: 6,
      subgraphUrls: { jobs: 'http://127.0.0.1:4002/graphql' },
      worker: { concurrency: 32, leaseMs: 30_000, pollMs: 400 },
      introspection: true,
      allowPrivateAddresses: [],
    });
  });

  it('takes fewer connections to the embedded database than to a server, unless told', () => {
    expect(readConfig(real).databasePoolSize).toBe(10);
    expect(
      readConfig({ OPERANDI_DATA_DIR: dataDir, DATABASE_POOL_SIZE: '12' }).databasePoolSize,
    ).toBe(12);
  });

  it('lists all faults together, those of secrets included', () => {
    const env = {
      DATABASE_URL: 'mysql://somewhere',
      PORT: '70000',
      LOG_LEVEL: 'loud',
      OPERANDI_LEASE_MS: '10 seconds',
      OPERANDI_EGRESS_ALLOW: 'good.example:80,not a host',
    };
    expect(faultsOf(env)).toEqual([
      'DATABASE_URL',
      'LOG_LEVEL',
      'OPERANDI_EGRESS_ALLOW',
      'OPERANDI_LEASE_MS',
      'OPERANDI_MASTER_KEY',
      'PORT',
    ]);
  });

  it('says what is expected and never shows the value', () => {
    const env = {
      ...real,
      PORT: 'x',
      OPERANDI_MASTER_KEY: 'k1:aHVudGVyMg==',
    };
    expect(() => readConfig(env)).toThrow('PORT: must be a whole number from 0 to 65535');
    expect(() => readConfig(env)).toThrow('master key: key k1 has 7 bytes, not 32');
    expect(() => readConfig(env)).not.toThrow(/hunter2|aHVudGVyMg/);
  });

  it('demands of each part the secrets it needs when there is a database URL', () => {
    const env = { DATABASE_URL: real.DATABASE_URL };
    expect(faultsOf(env)).toEqual(['OPERANDI_MASTER_KEY']);
    expect(faultsOf(env, 'gateway')).toEqual(['OPERANDI_ASSERTION_KEY']);
    expect(faultsOf(env, 'subgraph')).toEqual([
      'OPERANDI_ASSERTION_PUBLIC_KEYS',
      'OPERANDI_MASTER_KEY',
    ]);
    expect(faultsOf(env, 'worker')).toEqual(['OPERANDI_MASTER_KEY']);
    expect(faultsOf(env, 'operator')).toEqual([]);
  });

  it('gives a part no secret that it does not need, though the environment has it', () => {
    const key = newSigningKey();
    const env = {
      ...real,
      OPERANDI_ASSERTION_KEY: key,
      OPERANDI_ASSERTION_PUBLIC_KEYS: publicKeyOf(key),
    };
    expect(readConfig(env, {}, 'gateway')).toMatchObject({
      ...{ masterKey: '', assertionKey: key, assertionPublicKeys: undefined },
    });
    expect(readConfig(env, {}, 'subgraph')).toMatchObject({
      ...{ masterKey: real.OPERANDI_MASTER_KEY, assertionKey: undefined },
    });
    expect(readConfig(env, {}, 'worker')).toMatchObject({
      ...{ assertionKey: undefined, assertionPublicKeys: undefined },
    });
  });

  it('reads a secret from the file that is named instead, and tells both kinds of fault', () => {
    const path = join(dataDir, 'master');
    writeFileSync(path, `${real.OPERANDI_MASTER_KEY}\n`);
    const { OPERANDI_MASTER_KEY: given, ...rest } = real;
    expect(readConfig({ ...rest, OPERANDI_MASTER_KEY_FILE: path }).masterKey).toBe(given);
    expect(faultsOf({ ...real, OPERANDI_MASTER_KEY_FILE: path })).toEqual(['OPERANDI_MASTER_KEY']);
    const url = join(dataDir, 'nowhere');
    expect(faultsOf({ ...real, REDIS_URL_FILE: url })).toEqual(['REDIS_URL_FILE']);
    writeFileSync(path, 'redis://redis:6379');
    expect(readSettings({ REDIS_URL_FILE: path }).redisUrl).toBe('redis://redis:6379');
    writeFileSync(path, 'opk_test_key\n');
    expect(readClientConfig({ OPERANDI_API_KEY_FILE: path }).apiKey).toBe('opk_test_key');
  });

  describe('a provider of secrets', () => {
    const { OPERANDI_MASTER_KEY: given, ...rest } = real;

    /** A program that prints the text and then ends with the code. */
    function provider(text: string, code = 0): string {
      const path = join(dataDir, 'provider.mjs');
      writeFileSync(
        path,
        `process.stdout.write(${JSON.stringify(text)}); process.exitCode = ${code};`,
      );
      return `${process.execPath} ${path}`;
    }

    it('gives the secrets that it prints, to the part that needs them', () => {
      const all = { OPERANDI_MASTER_KEY: given, OPERANDI_ASSERTION_KEY: newSigningKey(), other: 7 };
      const env = { ...rest, OPERANDI_SECRETS_COMMAND: provider(JSON.stringify(all)) };
      expect(readConfig(env, {}, 'worker')).toMatchObject({
        ...{ masterKey: given, assertionKey: undefined },
      });
      expect(readConfig(env, {}, 'gateway')).toMatchObject({
        ...{ masterKey: '', assertionKey: all.OPERANDI_ASSERTION_KEY },
      });
    });

    it('sets nothing but secrets', () => {
      const text = JSON.stringify({ OPERANDI_MASTER_KEY: given, OPERANDI_LOG_LEVEL: 'never' });
      const env = { ...rest, OPERANDI_SECRETS_COMMAND: provider(text) };
      expect(faultsOf(env, 'worker')).toEqual([]);
    });

    it('does not override what the environment says', () => {
      const text = JSON.stringify({ OPERANDI_MASTER_KEY: given });
      const env = { ...real, OPERANDI_SECRETS_COMMAND: provider(text) };
      expect(faultsOf(env, 'worker')).toEqual(['OPERANDI_MASTER_KEY']);
    });

    it.each([
      ['fails', 'hunter2', 1],
      ['prints no JSON', 'hunter2', 0],
      ['prints a list', '["hunter2"]', 0],
      ['gives a secret that is no text', '{"OPERANDI_MASTER_KEY":{"value":"hunter2"}}', 0],
    ])('is a fault when it %s, and what it printed is not shown', (_, text, code) => {
      const env = { ...rest, OPERANDI_SECRETS_COMMAND: provider(text, code) };
      expect(faultsOf(env, 'worker')).toContain('OPERANDI_SECRETS_COMMAND');
      expect(() => readConfig(env, {}, 'worker')).not.toThrow(/hunter2/);
    });

    it('is a fault when there is no such program, and no shell is asked', () => {
      const env = { ...rest, OPERANDI_SECRETS_COMMAND: `${join(dataDir, 'nowhere')}; echo {}` };
      expect(faultsOf(env, 'worker')).toContain('OPERANDI_SECRETS_COMMAND');
    });
  });

  it('reads secrets of sign-in clients for the gateway alone, of which a malformed one is never shown', () => {
    const id = '0198c2d4-0000-7000-8000-000000000001';
    const gateway = { DATABASE_URL: real.DATABASE_URL, OPERANDI_ASSERTION_KEY: newSigningKey() };
    const path = join(dataDir, 'clients');
    writeFileSync(path, `${id.toUpperCase()}=hunter2, ${id.replace(/1$/, '2')}=a=b\n`);
    const env = { ...real, ...gateway, OPERANDI_OIDC_CLIENT_SECRETS_FILE: path };
    expect(readConfig(env, {}, 'gateway').clientSecrets).toEqual({
      [id]: 'hunter2',
      [id.replace(/1$/, '2')]: 'a=b',
    });
    expect(readConfig(env, {}, 'worker').clientSecrets).toEqual({});
    expect(readConfig(gateway, {}, 'gateway').clientSecrets).toEqual({});
    const malformed = { ...gateway, OPERANDI_OIDC_CLIENT_SECRETS: 'pages=hunter2' };
    expect(faultsOf(malformed, 'gateway')).toEqual(['OPERANDI_OIDC_CLIENT_SECRETS']);
    expect(() => readConfig(malformed, {}, 'gateway')).not.toThrow(/hunter2/);
  });

  it('reads the programs of the operator where they are called and judged, and shows nothing of a malformed one', () => {
    const notes = { command: 'node', environment: { TOKEN: 'hunter2' } };
    const env = { ...real, OPERANDI_MCP_SERVERS: JSON.stringify({ notes }) };
    expect(readConfig(env, {}, 'worker').toolServers).toMatchObject({
      notes: { ...notes, arguments: [], network: 'none' },
    });
    const wrong = { notes: { ...notes, environment: { TOKEN: ['hunter2'] } } };
    const malformed = { ...real, OPERANDI_MCP_SERVERS: JSON.stringify(wrong) };
    expect(faultsOf(malformed, 'worker')).toEqual(['OPERANDI_MCP_SERVERS']);
    expect(() => readConfig(malformed, {}, 'worker')).toThrow('notes.environment.TOKEN');
    expect(() => readConfig(malformed, {}, 'worker')).not.toThrow(/hunter2/);
    const gateway = { DATABASE_URL: real.DATABASE_URL, OPERANDI_ASSERTION_KEY: newSigningKey() };
    expect(readConfig({ ...env, ...gateway }, {}, 'gateway').toolServers).toEqual({});
  });

  it('generates the master key once when embedded, readable by its owner only', () => {
    const first = readConfig({}, { dataDir });
    const again = readConfig({ OPERANDI_DATA_DIR: dataDir });
    expect(first.masterKey).toMatch(/^local:/);
    expect(again.masterKey).toBe(first.masterKey);
    expect(statSync(join(dataDir, 'secrets.json')).mode & 0o777).toBe(0o600);
  });

  it('keeps the master key that an earlier version stored beside another secret', () => {
    const kept = { assertionSecret: 'a'.repeat(43), masterKey: real.OPERANDI_MASTER_KEY };
    writeFileSync(join(dataDir, 'secrets.json'), JSON.stringify(kept));
    expect(readConfig({}, { dataDir }).masterKey).toBe(real.OPERANDI_MASTER_KEY);
  });

  it('refuses damaged secrets rather than making new ones', () => {
    const path = join(dataDir, 'secrets.json');
    writeFileSync(path, '{');
    expect(() => readConfig({}, { dataDir })).toThrow('is damaged');
    expect(readFileSync(path, 'utf8')).toBe('{');
  });

  it('passes on a fault of the data folder', () => {
    const file = join(dataDir, 'file');
    writeFileSync(file, '');
    chmodSync(file, 0o400);
    expect(() => readConfig({}, { dataDir: join(file, 'below') })).toThrow(/ENOTDIR|EEXIST/);
  });

  it('is frozen to its depth', () => {
    const config = readConfig(real);
    expect(() => Object.assign(config.worker, { leaseMs: 1 })).toThrow(TypeError);
    expect(() => Object.assign(config, { port: 1 })).toThrow(TypeError);
  });

  it('lets the command line win over the environment', () => {
    expect(readConfig({ ...real, PORT: '1' }, { port: 2 }).port).toBe(2);
  });

  it('hides the schema in production unless told otherwise', () => {
    expect(readConfig({ ...real, NODE_ENV: 'production' }).introspection).toBe(false);
    const told = readConfig({ ...real, NODE_ENV: 'production', OPERANDI_INTROSPECTION: 'true' });
    expect(told).toMatchObject({ isProduction: true, introspection: true });
  });

  it('reads lists of hosts', () => {
    const config = readConfig({ ...real, OPERANDI_EGRESS_ALLOW: ' a.example , [::1]:80,' });
    expect(config.allowPrivateAddresses).toEqual(['a.example', '[::1]:80']);
  });
});
