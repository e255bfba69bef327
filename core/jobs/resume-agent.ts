import type { Agent } from '../../prisma/_generated/client.ts';
import { NotFoundError } from '../../kernel/errors.ts';
import { resumeAgentJobs } from '../../queue/agent-jobs.ts';
import { inTransaction } from '../../queue/statement.ts';
import { permitFor } from '../access/permit-for.ts';
import { permit } from '../access/permit.ts';
import { record } from '../audit/record.ts';
import type { VerbContext } from '../context.ts';
import { parse, refuse } from '../parse.ts';
import { ringReady } from './channels.ts';
import { addressOf } from './agent-address.ts';
import { idInput } from './names.ts';
import { forgetAgent } from './runnable-agent.ts';

/** Jobs that go on by one transaction. */
const batch = 1_000;

/** Lets an agent that the platform has paused take jobs again; the jobs paused with it go on. */
export async function resumeAgent(context: VerbContext, input: unknown): Promise<Agent> {
  await permit(context, 'JOBS_OPERATE', 'agent.resume');
  const { id } = parse(idInput, input);
  await permitFor(
    context,
    { kind: 'Agent', id },
    { permission: 'JOBS_OPERATE', action: 'agent.resume' },
  );
  const { tenantId } = context.actor;
  const agent = await context.database.withTenant(tenantId, async (tx) => {
    // By the clock of the database, as the deaths that are not to count again.
    const count = await tx.$executeRaw`
      update jobs.agent set paused_at = null, pause_reason = null, resumed_at = now()
      where tenant_id = ${tenantId}::uuid and id = ${id}::uuid and paused_at is not null`;
    const found = await tx.agent.findUnique({ where: { tenantId_id: { tenantId, id } } });
    if (found === null) throw new NotFoundError('Agent', id);
    if (count === 0) refuse('CONFLICT', 'input.id', 'the agent is not paused');
    await record(tx, context, {
      action: 'agent.resume',
      target: { kind: 'agent', id },
      data: { agent: addressOf(found), name: found.name },
    });
    return found;
  });
  forgetAgent(context, addressOf(agent));
  await resumeJobs(context, id);
  ringReady(context);
  return agent;
}

async function resumeJobs({ database, actor }: VerbContext, agentId: string): Promise<void> {
  const { tenantId } = actor;
  const resumeSome = (): Promise<number> =>
    database.withTenant(tenantId, (tx) =>
      resumeAgentJobs(inTransaction(tx), { tenantId, agentId, limit: batch }),
    );
  while ((await resumeSome()) === batch);
}
