import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';

import { parseGatewayConfig } from '../../gateway/config/config.ts';
import { readConfig } from '../../kernel/config/config.ts';
import { edgesOf, filled, ownSecrets, partOf, queriesOf } from '../support/chart-facts.ts';
import { documentedMetrics } from '../support/documented-metrics.ts';
import { findHelm, parseManifests, type Manifest, type Values } from '../support/helm.ts';
import { podsOf, servicesOf } from '../support/pods.ts';
import { findKindFaults } from '../support/published-kinds.ts';
import { run } from '../support/process.ts';
import { hasPrometheus } from '../support/prometheus.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const helm = findHelm();
if (helm === undefined) process.stderr.write('no Helm for this machine: its chart is left out\n');

const portNames = ['', '_SUBGRAPH', '_WORKER', '_WAREHOUSE'].map((of) =>
  of === '' ? 'PORT' : `OPERANDI${of}_PORT`,
);

function required<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('there is none');
  return value;
}

const queue = (source: string) => ({ autoscaling: { enabled: true, by: 'queue', source } });
const scaled = { autoscaling: { enabled: true } };
const tls = { enabled: true, issuer: { name: 'inner' } };
const monitored = { prometheus: { serviceMonitor: { enabled: true, labels: { team: 'one' } } } };
const outermost: Values = {
  ...{ warehouse: { enabled: true }, otlpEndpoint: 'http://collector:4318', ...monitored },
  ingress: { enabled: true, className: 'public', host: 'api.example', tlsSecret: 'api' },
  image: { digest: `sha256:${'a'.repeat(64)}`, pullSecrets: ['registry'] },
  gateway: {
    publicUrl: 'https://api.example',
    config: { cors: { origins: ['https://a.example'] } },
  },
};

const bucket = { url: 'https://s3.example/operandi/warehouse', region: 'eu-west-1' };
const kept: Values = {
  warehouse: { enabled: true, bucket },
  secrets: { warehouseBucket: { name: 'bucket', key: 'access-key' } },
};

const valueSets: Readonly<Record<string, Values>> = {
  'no values': {},
  'everything outermost': outermost,
  'a warehouse with a bucket': kept,
  'autoscaling by CPU': { gateway: scaled, access: scaled, audit: scaled, worker: scaled },
  'KEDA by Prometheus': { worker: queue('prometheus') },
  'KEDA by PostgreSQL': { worker: queue('postgresql') },
  'external secrets': { externalSecret: { enabled: true, store: { name: 'vault' } } },
  'the Gateway API': { httpRoute: { enabled: true, parentRefs: [{ name: 'public' }] } },
  'TLS between processes': { tls, warehouse: { enabled: true }, ...monitored },
  canaries: {
    ...{ gateway: { rollout: 'canary', ...scaled }, jobs: { rollout: 'canary' } },
    worker: { rollout: 'canary', ...queue('prometheus') },
  },
  'blue and green': { gateway: { rollout: 'blueGreen' }, audit: { rollout: 'blueGreen' } },
  'no Redis, no policies': {
    secrets: { redisUrl: { name: '' } },
    networkPolicy: { enabled: false },
    serviceAccount: { create: false },
  },
};

describe.skipIf(helm === undefined)('the chart', () => {
  const rendered = new Map<string, Promise<readonly Manifest[]>>();
  const render = (name: string): Promise<readonly Manifest[]> => {
    const known = rendered.get(name) ?? required(helm).render(valueSets[name]);
    rendered.set(name, known);
    return known;
  };

  it('passes the look of Helm itself, and is of the version of the platform', async () => {
    expect(await required(helm).lint()).toContain('0 chart(s) failed');
    const { version } = z
      .object({ version: z.string() })
      .parse(JSON.parse(await readFile(`${root}package.json`, 'utf8')));
    const chart = await readFile(`${root}deploy/helm/operandi/Chart.yaml`, 'utf8');
    expect(chart).toContain(`\nversion: ${version}\n`);
    expect(chart).toContain(`\nappVersion: ${version}\n`);
  });

  it('makes, of all sets of values, only what the published schemas know', async () => {
    const all = await Promise.all(Object.keys(valueSets).map(render));
    expect(await findKindFaults(all.flat())).toEqual([]);
    const kinds = new Set(all.flat().map(({ kind }) => kind));
    for (const kind of ['Rollout', 'AnalysisTemplate', 'ScaledObject', 'TriggerAuthentication'])
      expect([...kinds]).toContain(kind);
    for (const kind of ['HTTPRoute', 'Ingress', 'ServiceMonitor', 'Certificate', 'ExternalSecret'])
      expect([...kinds]).toContain(kind);
    expect([...kinds]).not.toContain('Secret');
  });

  it('is looked at strictly: a wrong type, a strange field and a strange kind are found', async () => {
    const service = (spec: string) =>
      parseManifests(`apiVersion: v1\nkind: Service\nmetadata: { name: a }\nspec: ${spec}`);
    const wrong = await findKindFaults(service('{ ports: [{ port: x }] }'));
    expect(wrong.join()).toContain('port must be integer');
    const strange = await findKindFaults(service('{ ports: [{ port: 1, strange: 1 }] }'));
    expect(strange.join()).toContain('strange');
    const other = service('{}').map((each) => ({ ...each, kind: 'Servce' }));
    expect(await findKindFaults(other)).toEqual(['no published kind: v1 Servce']);
  });

  it('runs every container as nobody in particular on a disk that is not written', async () => {
    const all = await Promise.all(Object.keys(valueSets).map(render));
    for (const { name, spec, container } of all.flatMap(podsOf)) {
      expect(spec['automountServiceAccountToken'], name).toBe(false);
      expect(spec['securityContext'], name).toMatchObject({
        ...{ runAsNonRoot: true, runAsUser: 1000 },
        seccompProfile: { type: 'RuntimeDefault' },
      });
      expect(container['securityContext'], name).toEqual({
        ...{ allowPrivilegeEscalation: false, readOnlyRootFilesystem: true },
        capabilities: { drop: ['ALL'] },
      });
      expect(container['resources'], name).toMatchObject({
        requests: { memory: expect.any(String) as string, cpu: expect.any(String) as string },
        limits: { memory: expect.any(String) as string },
      });
    }
  });

  it('gives each process an environment that it accepts, its own secrets and no others', async () => {
    const sets = ['no values', 'everything outermost', 'a warehouse with a bucket'];
    for (const name of [...sets, 'TLS between processes'])
      for (const pod of podsOf(await render(name))) {
        if (pod.process === 'migrate') continue;
        expect(
          () => readConfig(filled(pod), {}, partOf(pod)),
          `${name}: ${pod.name}`,
        ).not.toThrow();
        expect(pod.secretFiles, pod.name).toEqual(ownSecrets(pod));
      }
    const migrate = podsOf(await render('no values')).find(
      ({ process: each }) => each === 'migrate',
    );
    expect(required(migrate).secretFiles).toEqual(['DATABASE_MIGRATION_URL']);
  });

  it('knows no variable that the platform does not', async () => {
    const page = await readFile(`${root}docs/configuration.md`, 'utf8');
    const known = new Set([...page.matchAll(/^\| `(\w+)`/gm)].map(([, name]) => name));
    const all = await Promise.all(Object.keys(valueSets).map(render));
    const names = all.flatMap(podsOf).flatMap(({ env }) => Object.keys(env));
    const strange = names.filter(
      (name) => !known.has(name) && !known.has(name.replace(/_FILE$/, '')),
    );
    expect(strange).toEqual([]);
  });

  it('takes each login and key from its own place', async () => {
    const places = new Map(
      podsOf(await render('no values')).map(({ process: name, secretItems }) => [
        name,
        secretItems,
      ]),
    );
    expect(places.get('gateway')).toMatchObject({ DATABASE_URL: 'operandi/gateway-url' });
    expect(places.get('jobs')).toMatchObject({ DATABASE_URL: 'operandi/app-url' });
    expect(places.get('worker')).toMatchObject({ DATABASE_URL: 'operandi/worker-url' });
    expect(places.get('migrate')).toEqual({ DATABASE_MIGRATION_URL: 'operandi/migrator-url' });
  });

  it('asks each process that stays where it listens, and waits for its drain', async () => {
    for (const name of ['everything outermost', 'TLS between processes', 'canaries'])
      for (const { process: kind, env, container, spec } of podsOf(await render(name))) {
        if (kind === 'migrate') continue;
        const port = portNames.map((each) => env[each]).find((each) => each !== undefined);
        expect(container.ports[0], kind).toEqual({ name: 'http', containerPort: Number(port) });
        const { startupProbe, livenessProbe, readinessProbe } = container;
        const isSecure = env['OPERANDI_TLS_CERT_FILE'] !== undefined && kind !== 'gateway';
        const at = (path: string) => ({
          httpGet: { path, port: 'http', scheme: isSecure ? 'HTTPS' : 'HTTP' },
        });
        expect([startupProbe, livenessProbe, readinessProbe], kind).toMatchObject([
          at('/health/live'),
          at('/health/live'),
          at('/health/ready'),
        ]);
        const drainMs = Number(env['OPERANDI_DRAIN_DELAY_MS']) + Number(env['OPERANDI_DRAIN_MS']);
        expect(spec.terminationGracePeriodSeconds * 1_000, kind).toBeGreaterThan(drainMs);
        expect(spec['topologySpreadConstraints'], kind).toHaveLength(2);
      }
  });

  it('gives the warehouse its bucket, whose key has a place of its own, and lets it go there', async () => {
    const manifests = await render('a warehouse with a bucket');
    const pods = new Map(podsOf(manifests).map((pod) => [pod.process, pod]));
    const { env, secretItems } = required(pods.get('warehouse'));
    expect(env).toMatchObject({
      OPERANDI_WAREHOUSE_S3_URL: bucket.url,
      OPERANDI_WAREHOUSE_S3_REGION: bucket.region,
    });
    expect(secretItems).toMatchObject({ OPERANDI_WAREHOUSE_S3_CREDENTIAL: 'bucket/access-key' });
    expect(edgesOf(manifests).outside).toContain('warehouse');
    for (const [name, pod] of pods)
      if (name !== 'warehouse')
        expect(pod.secretItems, name).not.toHaveProperty('OPERANDI_WAREHOUSE_S3_CREDENTIAL');
  });

  it('calls services that there are, by their ports', async () => {
    for (const name of ['everything outermost', 'TLS between processes', 'blue and green']) {
      const manifests = await render(name);
      const served = servicesOf(manifests);
      const called = podsOf(manifests).flatMap(({ env }) =>
        Object.entries(env).flatMap(([key, value]) =>
          /^OPERANDI_(ACCESS|JOBS|INTEGRATIONS|AUDIT|WAREHOUSE)_URL$/.test(key)
            ? [new URL(value).host]
            : [],
        ),
      );
      expect(called.length).toBeGreaterThanOrEqual(4);
      for (const host of called) expect([...served], name).toContain(host);
    }
  });

  it('lets each process reach what it needs, and nothing else reach it', async () => {
    const { inward, outward, outside, metrics } = edgesOf(await render('everything outermost'));
    const edges = [
      ...['access:4001', 'jobs:4002', 'integrations:4003', 'audit:4004'].map(
        (to) => `gateway>${to}`,
      ),
      'audit>warehouse:4010',
    ];
    expect(inward.toSorted()).toEqual(edges.toSorted());
    expect(outward.toSorted()).toEqual(edges.toSorted());
    expect(outside.toSorted()).toEqual(['gateway', 'integrations', 'jobs', 'worker']);
    expect(metrics.toSorted()).toEqual([
      ...['access:4001', 'audit:4004', 'gateway:9464', 'integrations:4003', 'jobs:4002'],
      ...['warehouse:4010', 'worker:4010'],
    ]);
  });

  it('configures the gateway by what the gateway knows', async () => {
    const manifests = await render('everything outermost');
    const file = manifests.find(({ kind }) => kind === 'ConfigMap');
    const { data } = z.object({ data: z.record(z.string(), z.string()) }).parse(file);
    expect(parseGatewayConfig(parse(data['gateway.yaml'] ?? '')).cors.origins).toEqual([
      'https://a.example',
    ]);
    const gateway = podsOf(manifests).find(({ process: name }) => name === 'gateway');
    expect(gateway?.container.args).toEqual(['gateway', '--config', '/etc/operandi/gateway.yaml']);
    expect(gateway?.env['OPERANDI_TRUSTED_HOPS']).toBe('1');
  });

  it('pins the image by its digest where there is one', async () => {
    const pods = podsOf(await render('everything outermost'));
    const images = new Map(pods.map(({ process: name, container }) => [name, container.image]));
    expect(images.get('worker')).toBe(`operandi@sha256:${'a'.repeat(64)}`);
    expect(images.get('warehouse')).toBe('operandi-warehouse:0.1.0');
  });

  it('leaves the number of replicas to what scales it, and scales what there is', async () => {
    for (const name of ['autoscaling by CPU', 'KEDA by PostgreSQL', 'canaries']) {
      const manifests = await render(name);
      for (const scaler of manifests.filter(({ kind }) => /Autoscaler|ScaledObject/.test(kind))) {
        const { spec } = z
          .object({ spec: z.object({ scaleTargetRef: z.looseObject({ kind: z.string() }) }) })
          .parse(scaler);
        const { scaleTargetRef: target } = spec;
        const found = manifests.find(
          ({ apiVersion, kind, metadata }) =>
            apiVersion === target['apiVersion'] &&
            kind === target.kind &&
            metadata.name === target['name'],
        );
        expect(required(found)['spec'], name).not.toHaveProperty('replicas');
      }
    }
  });

  it('asks Prometheus only for metrics and labels that there are', async () => {
    const documented = documentedMetrics();
    const queries = [
      ...queriesOf(await render('KEDA by Prometheus')),
      ...queriesOf(await render('canaries')),
    ];
    expect(queries).toHaveLength(2 + 2 + 3 * 2);
    for (const query of queries)
      for (const [, name = '', labels = ''] of query.matchAll(/(operandi_\w+)\{([^}]*)\}/g)) {
        const plain = name.replace(/_(bucket|count|sum)$/, '');
        const known = documented.get(name) ?? documented.get(plain);
        expect(known, name).toBeDefined();
        const asked = [...labels.matchAll(/(\w+)=~?"/g)].map(([, label = '']) => label);
        const own = asked.filter((label) => !['namespace', 'pod'].includes(label));
        expect(known, query).toEqual(expect.arrayContaining(own));
      }
  });

  it.runIf(hasPrometheus)('asks it in its own language', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'operandi-queries-'));
    try {
      const all = await Promise.all(Object.keys(valueSets).map(render));
      const rules = all
        .flatMap(queriesOf)
        .map((expr, index) => ({ record: `query:${String(index)}`, expr }));
      const path = join(folder, 'rules.yaml');
      await writeFile(path, JSON.stringify({ groups: [{ name: 'queries', rules }] }));
      await run(['promtool', 'check', 'rules', path]);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  it.each([
    ['a secret as a value', { secrets: { masterKey: 'k1:abc' } }, "at '/secrets/masterKey'"],
    ['a secret in the environment', { env: { OPERANDI_MASTER_KEY: 'k1:abc' } }, "at '/env'"],
    [
      'a bucket with its key in it',
      { warehouse: { bucket: { url: 'https://id:secret@s3.example/b' } } },
      "at '/warehouse/bucket/url'",
    ],
    ['a name that nobody knows', { gatway: {} }, "additional properties 'gatway' not allowed"],
    [
      'a number as a word',
      { jobs: { replicas: 'two' } },
      "at '/jobs/replicas': got string, want integer",
    ],
    ['an ingress without a host', { ingress: { enabled: true } }, "at '/ingress/host'"],
    ['a worker in blue and green', { worker: { rollout: 'blueGreen' } }, "at '/worker/rollout'"],
    ['a digest that is none', { image: { digest: 'latest' } }, "at '/image/digest'"],
  ])('refuses %s, and says where it is', async (_, values, message) => {
    await expect(required(helm).render(values)).rejects.toThrow(message);
  });
});
