import type { Environment } from './env.ts';
import { toTls } from './tls-variables.ts';

/** Names of the parts that may run as processes of their own, with the ports they take then. */
export const defaultSubgraphPorts = {
  access: 4_001,
  jobs: 4_002,
  integrations: 4_003,
  audit: 4_004,
} as const;

/** Name of a subgraph. */
export type SubgraphName = keyof typeof defaultSubgraphPorts;

/** Where the gateway finds each: what is configured, else this machine. */
export function toSubgraphUrls(env: Environment): Readonly<Record<SubgraphName, string>> {
  const scheme = toTls(env) === undefined ? 'http' : 'https';
  return {
    access: env.OPERANDI_ACCESS_URL ?? localUrl('access', scheme),
    jobs: env.OPERANDI_JOBS_URL ?? localUrl('jobs', scheme),
    integrations: env.OPERANDI_INTEGRATIONS_URL ?? localUrl('integrations', scheme),
    audit: env.OPERANDI_AUDIT_URL ?? localUrl('audit', scheme),
  };
}

function localUrl(name: SubgraphName, scheme: 'http' | 'https'): string {
  return `${scheme}://127.0.0.1:${defaultSubgraphPorts[name]}/graphql`;
}
