import { z } from 'zod';

import type { Manifest } from './helm.ts';

const environment = z.array(z.strictObject({ name: z.string(), value: z.string() }));
const probe = z.looseObject({ httpGet: z.looseObject({ path: z.string() }) }).optional();
const container = z.looseObject({
  image: z.string(),
  args: z.array(z.string()),
  env: environment,
  ports: z.array(z.looseObject({ name: z.string(), containerPort: z.number() })).default([]),
  startupProbe: probe,
  livenessProbe: probe,
  readinessProbe: probe,
});
const volume = z.looseObject({
  name: z.string(),
  projected: z
    .looseObject({
      sources: z.array(
        z.strictObject({
          secret: z.strictObject({
            name: z.string(),
            items: z.array(z.strictObject({ key: z.string(), path: z.string() })),
          }),
        }),
      ),
    })
    .optional(),
});
const template = z.object({
  metadata: z.looseObject({
    labels: z.record(z.string(), z.string()),
    annotations: z.record(z.string(), z.string()).default({}),
  }),
  spec: z.looseObject({
    terminationGracePeriodSeconds: z.number().default(30),
    containers: z.tuple([container]),
    volumes: z.array(volume),
  }),
});
const holder = z.object({ spec: z.looseObject({ template }) });

/** A pod of the platform with its only container. */
export interface Pod {
  readonly name: string;
  /** Which process it is. */
  readonly process: string;
  readonly annotations: Readonly<Record<string, string>>;
  readonly spec: z.infer<typeof template>['spec'];
  readonly container: z.infer<typeof container>;
  readonly env: Readonly<Record<string, string>>;
  /** Names of the secrets that it has as files. */
  readonly secretFiles: readonly string[];
  /** Where each is taken from, as `secret/key`. */
  readonly secretItems: Readonly<Record<string, string>>;
}

/** Pods of all that holds any. */
export function podsOf(manifests: readonly Manifest[]): readonly Pod[] {
  return manifests
    .filter(({ kind }) => ['Deployment', 'Rollout', 'StatefulSet', 'Job'].includes(kind))
    .map(podOf);
}

function podOf(manifest: Manifest): Pod {
  const { metadata, spec } = holder.parse(manifest).spec.template;
  const [only] = spec.containers;
  const items = spec.volumes.flatMap(({ projected }) =>
    (projected?.sources ?? []).flatMap(({ secret }) =>
      secret.items.map(({ key, path }) => [path, `${secret.name}/${key}`] as const),
    ),
  );
  return {
    name: `${manifest.kind} ${manifest.metadata.name}`,
    process: metadata.labels['app.kubernetes.io/component'] ?? '',
    annotations: metadata.annotations,
    spec,
    container: only,
    env: Object.fromEntries(only.env.map(({ name, value }) => [name, value])),
    secretFiles: items.map(([name]) => name).toSorted(),
    secretItems: Object.fromEntries(items),
  };
}

const service = z.object({
  spec: z.looseObject({ ports: z.array(z.looseObject({ port: z.number() })) }),
});

/** What other processes may call, as `host:port`. */
export function servicesOf(manifests: readonly Manifest[]): ReadonlySet<string> {
  return new Set(
    manifests
      .filter(({ kind }) => kind === 'Service')
      .flatMap((each) =>
        service.parse(each).spec.ports.map(({ port }) => `${each.metadata.name}:${String(port)}`),
      ),
  );
}
