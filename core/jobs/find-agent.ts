import type { Agent } from '../../prisma/_generated/client.ts';
import { AppError } from '../../kernel/errors.ts';
import { permit } from '../access/permit.ts';
import type { VerbContext } from '../context.ts';
import { read } from '../read.ts';
import { loadAgents } from './load-jobs.ts';

/** The agent by its id or its name, or null. */
export async function findAgent(
  context: VerbContext,
  {
    id,
    name,
  }: { readonly id?: string | null | undefined; readonly name?: string | null | undefined },
): Promise<Agent | null> {
  await permit(context, 'JOBS_READ');
  if (typeof id === 'string' && typeof name === 'string')
    throw new AppError('BAD_USER_INPUT', 'give id or name, not both', { path: 'name' });
  if (typeof id === 'string') return (await loadAgents(context, [id])).get(id) ?? null;
  if (typeof name !== 'string')
    throw new AppError('BAD_USER_INPUT', 'give id or name', { path: 'id' });
  const { tenantId } = context.actor;
  return await read(context, (tx) =>
    tx.agent.findUnique({ where: { tenantId_name: { tenantId, name } } }),
  );
}
