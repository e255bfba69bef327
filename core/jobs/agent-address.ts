import type { Agent } from '../../prisma/_generated/client.ts';
import type { Transaction } from '../../kernel/database/database.ts';
import { AppError } from '../../kernel/errors.ts';

/** Who an agent is in its tenant. */
export interface AgentAddress {
  /** Undefined where the name alone was said. */
  readonly namespace: string | undefined;
  readonly name: string;
}

/** Reads `namespace/name`, or a name alone. */
export function parseAddress(address: string): AgentAddress {
  const slash = address.indexOf('/');
  return slash < 0
    ? { namespace: undefined, name: address }
    : { namespace: address.slice(0, slash), name: address.slice(slash + 1) };
}

/** As it is written in full. */
export function addressOf({ namespace, name }: Pick<Agent, 'namespace' | 'name'>): string {
  return `${namespace}/${name}`;
}

/** Names of a message at most. */
const maxListed = 10;

/**
 * The agent of an address, or null. A name alone will do while one agent has it, archived ones aside; else `CONFLICT` says
 * which there are.
 */
export async function findByAddress(
  tx: Transaction,
  tenantId: string,
  { address: { namespace, name }, path }: { readonly address: AgentAddress; readonly path: string },
): Promise<Agent | null> {
  if (namespace !== undefined)
    return tx.agent.findUnique({
      where: { tenantId_namespace_name: { tenantId, namespace, name } },
    });
  const named = await tx.agent.findMany({
    where: { tenantId, name },
    orderBy: { namespace: 'asc' },
  });
  const live = named.filter(({ archivedAt }) => archivedAt === null);
  const [first = null, ...others] = live.length > 0 ? live : named;
  if (first === null || others.length === 0) return first;
  const listed = [first, ...others].slice(0, maxListed).map(addressOf).join(', ');
  throw new AppError(
    'CONFLICT',
    `${String(others.length + 1)} agents are called ${JSON.stringify(name)}: say which of ${listed}`,
    { path },
  );
}
