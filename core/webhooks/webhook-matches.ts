import { includesAgent } from '../../engine/secrets/allowed-agents.ts';

/** What an endpoint wants to be told. */
export interface WebhookFilter {
  /** Types of events; with `*` behind, all that begin so. */
  readonly events: readonly string[];
  /** Agents of the jobs: `namespace.name`, `namespace.*` or `*`. */
  readonly agents: readonly string[];
}

interface Happening {
  readonly type: string;
  readonly agent: { readonly namespace: string; readonly name: string };
}

export function isFor({ events, agents }: WebhookFilter, { type, agent }: Happening): boolean {
  return events.some((wanted) => isOfType(wanted, type)) && includesAgent(agents, agent);
}

function isOfType(wanted: string, type: string): boolean {
  return wanted.endsWith('*') ? type.startsWith(wanted.slice(0, -1)) : type === wanted;
}
