import type { Agent } from '../../prisma/_generated/client.ts';
import { AppError } from '../../kernel/errors.ts';
import { permit } from '../access/permit.ts';
import type { VerbContext } from '../context.ts';
import { read } from '../read.ts';
import { findByAddress, parseAddress } from './agent-address.ts';
import { loadAgents } from './load-jobs.ts';

/** The agent by its id or its name, or null; the name may say its namespace, as may an argument of its own. */
export async function findAgent(
  context: VerbContext,
  {
    id,
    name,
    namespace,
  }: {
    readonly id?: string | null | undefined;
    readonly name?: string | null | undefined;
    readonly namespace?: string | null | undefined;
  },
): Promise<Agent | null> {
  await permit(context, 'JOBS_READ');
  if (typeof id === 'string' && typeof name === 'string')
    throw new AppError('BAD_USER_INPUT', 'give id or name, not both', { path: 'name' });
  if (typeof id === 'string') return (await loadAgents(context, [id])).get(id) ?? null;
  if (typeof name !== 'string')
    throw new AppError('BAD_USER_INPUT', 'give id or name', { path: 'id' });
  const address = typeof namespace === 'string' ? { namespace, name } : parseAddress(name);
  return await read(context, (tx) =>
    findByAddress(tx, context.actor.tenantId, { address, path: 'name' }),
  );
}
