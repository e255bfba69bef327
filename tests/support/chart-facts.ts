import { z } from 'zod';

import type { Part } from '../../kernel/config/secrets.ts';
import { newSigningKey, publicKeyOf } from '../../kernel/crypto/assertion-keys.ts';
import type { Manifest } from './helm.ts';
import type { Pod } from './pods.ts';

/** The part of the platform that a pod runs. */
export function partOf({ container }: Pod): Part {
  const [command = ''] = container.args;
  return z.enum(['gateway', 'subgraph', 'worker', 'warehouse']).parse(command);
}

/** The secrets that its part needs, by what `docs/security.md` says. */
export function ownSecrets(pod: Pod): readonly string[] {
  return {
    gateway: ['DATABASE_URL', 'OPERANDI_ASSERTION_KEY', 'REDIS_URL'],
    subgraph: [
      'DATABASE_URL',
      'OPERANDI_ASSERTION_PUBLIC_KEYS',
      'OPERANDI_MASTER_KEY',
      'REDIS_URL',
    ],
    worker: ['DATABASE_URL', 'OPERANDI_MASTER_KEY', 'REDIS_URL'],
    warehouse: [
      ...['DATABASE_URL', 'OPERANDI_ASSERTION_PUBLIC_KEYS'],
      ...(pod.env['OPERANDI_WAREHOUSE_S3_URL'] === undefined
        ? []
        : ['OPERANDI_WAREHOUSE_S3_CREDENTIAL']),
    ],
  }[z.enum(['gateway', 'subgraph', 'worker', 'warehouse']).parse(partOf(pod))];
}

const assertionKey = newSigningKey();

/** Secrets of a platform that nobody runs. */
const secrets: Readonly<Record<string, string>> = {
  DATABASE_URL: 'postgres://login:secret@database:5432/operandi',
  REDIS_URL: 'redis://redis:6379',
  OPERANDI_ASSERTION_KEY: assertionKey,
  OPERANDI_ASSERTION_PUBLIC_KEYS: publicKeyOf(assertionKey),
  OPERANDI_WAREHOUSE_S3_CREDENTIAL: 'id:secret',
  OPERANDI_MASTER_KEY: `k1:${Buffer.alloc(32, 7).toString('base64')}`,
};

/** Its environment, with secrets in the place of the files that hold them. */
export function filled(pod: Pod): Readonly<Record<string, string>> {
  const given = Object.entries(pod.env).map(([name, value]) => {
    const secret = /^\/run\/secrets\/operandi\/(\w+)$/.exec(value)?.[1];
    return secret === undefined ? [name, value] : [secret, secrets[secret]];
  });
  return Object.fromEntries(given) as Record<string, string>;
}

/** Every query for Prometheus, wherever it stands in the objects. */
export function queriesOf(manifests: readonly Manifest[]): readonly string[] {
  const found: string[] = [];
  JSON.stringify(manifests, (key, value: unknown) => {
    if (key === 'query' && typeof value === 'string' && value.includes('operandi_'))
      found.push(value.replaceAll('{{args.hash}}', 'hash'));
    return value;
  });
  return found;
}

const pods = z.looseObject({ matchLabels: z.record(z.string(), z.string()) });
const peer = z.looseObject({ podSelector: pods.optional() });
const ports = z.array(z.object({ port: z.number() })).default([]);
const policy = z.object({
  spec: z.object({
    podSelector: pods,
    ingress: z.array(z.object({ ports, from: z.array(peer).default([]) })).default([]),
    egress: z.array(z.object({ ports, to: z.array(peer).default([]) })),
  }),
});

/** What policies let through, between processes as `caller>called:port`, and beyond. */
export interface Edges {
  readonly inward: readonly string[];
  readonly outward: readonly string[];
  /** Processes that reach the outside. */
  readonly outside: readonly string[];
  /** What pods of other namespaces reach, as `process:port`. */
  readonly metrics: readonly string[];
}

export function edgesOf(manifests: readonly Manifest[]): Edges {
  const all = manifests
    .filter(({ kind }) => kind === 'NetworkPolicy')
    .map((each) => policy.parse(each).spec);
  const each = all.flatMap(({ podSelector, ingress, egress }) => {
    const own = nameOf(podSelector);
    const isPod = ({ podSelector: named }: z.infer<typeof peer>) => named !== undefined;
    return [
      ...ingress.flatMap((rule) =>
        rule.from.map((from) => {
          const to = `${own}:${portOf(rule)}`;
          return isPod(from)
            ? { kind: 'inward', edge: `${nameOf(from.podSelector)}>${to}` }
            : { kind: 'metrics', edge: to };
        }),
      ),
      ...egress.flatMap((rule) =>
        rule.to.map((to) =>
          isPod(to)
            ? { kind: 'outward', edge: `${own}>${nameOf(to.podSelector)}:${portOf(rule)}` }
            : { kind: 'outside', edge: own },
        ),
      ),
    ];
  });
  const of = (kind: string) => each.filter((one) => one.kind === kind).map(({ edge }) => edge);
  const [inward, outward] = [of('inward'), of('outward')];
  return { inward, outward, outside: of('outside'), metrics: of('metrics') };
}

function nameOf(selector: z.infer<typeof pods> | undefined): string {
  return selector?.matchLabels['app.kubernetes.io/component'] ?? '';
}

function portOf({
  ports: given,
}: {
  readonly ports: readonly { readonly port: number }[];
}): string {
  return given.map(({ port }) => port).join(',');
}
