import type { Agent } from '../../prisma/_generated/client.ts';
import { NotFoundError } from '../../kernel/errors.ts';
import { permitFor } from '../access/permit-for.ts';
import { permit } from '../access/permit.ts';
import { record } from '../audit/record.ts';
import type { VerbContext } from '../context.ts';
import { parse, refuse } from '../parse.ts';
import { addressOf } from './agent-address.ts';
import { idInput } from './names.ts';
import { forgetAgent } from './runnable-agent.ts';

/** Stops an agent from taking jobs, the schedule of its document included, and those of their own at their next tick; jobs it has go on. */
export async function archiveAgent(context: VerbContext, input: unknown): Promise<Agent> {
  await permit(context, 'AGENTS_PUBLISH', 'agent.archive');
  const { id } = parse(idInput, input);
  await permitFor(
    context,
    { kind: 'Agent', id },
    { permission: 'AGENTS_PUBLISH', action: 'agent.archive' },
  );
  const { tenantId } = context.actor;
  const agent = await context.database.withTenant(tenantId, async (tx) => {
    const found = await tx.agent.findUnique({ where: { tenantId_id: { tenantId, id } } });
    if (found === null) throw new NotFoundError('Agent', id);
    const { count } = await tx.agent.updateMany({
      where: { tenantId, id, archivedAt: null },
      data: { archivedAt: context.clock.now() },
    });
    if (count === 0) refuse('CONFLICT', 'input.id', 'the agent is already archived');
    await tx.schedule.deleteMany({ where: { tenantId, agentId: id, name: null } });
    await record(tx, context, {
      action: 'agent.archive',
      target: { kind: 'agent', id },
      data: { agent: addressOf(found), name: found.name },
    });
    return await tx.agent.findUniqueOrThrow({ where: { tenantId_id: { tenantId, id } } });
  });
  forgetAgent(context, addressOf(agent));
  return agent;
}
