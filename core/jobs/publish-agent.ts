import { z } from 'zod';

import { withDoubles } from '../../engine/schema-numbers.ts';
import type { Publishable } from '../../engine/outside/outline.ts';
import { runLimits } from '../../engine/placement.ts';
import type { Finding } from '../../engine/dsl/finding.ts';
import { sha256Hex } from '../../kernel/crypto/hash.ts';
import { Prisma } from '../../prisma/_generated/client.ts';
import type { Agent, AgentVersion } from '../../prisma/_generated/client.ts';
import type { Transaction } from '../../kernel/database/database.ts';
import { newId } from '../../kernel/ids.ts';
import type { JsonValue } from '../../kernel/json.ts';
import { principalOf } from '../access/actor.ts';
import { readLabels, type Labels } from '../access/labels.ts';
import { permitLabels } from '../access/permit-for.ts';
import { permit } from '../access/permit.ts';
import { beyondReach } from '../access/reach.ts';
import { requireRoom } from '../access/quota.ts';
import { record } from '../audit/record.ts';
import type { VerbContext } from '../context.ts';
import { parse } from '../parse.ts';
import { read } from '../read.ts';
import { addressOf } from './agent-address.ts';
import { judgeDefinition, refusedDefinition } from './load-definition.ts';
import { replaceSchedules } from './replace-schedules.ts';
import { setRunLimits } from './set-run-limits.ts';
import { forgetAgent } from './runnable-agent.ts';

const publishInput = z.strictObject({ definition: z.string().min(1) });

export interface Publication {
  readonly agent: Agent;
  readonly version: AgentVersion;
  readonly findings: readonly Finding[];
}

/** Publishes a definition as the next version of its agent; the same text again is the version that it is, for whose schedule the caller answers from then on. */
export async function publishAgent(context: VerbContext, input: unknown): Promise<Publication> {
  await permit(context, 'AGENTS_PUBLISH', 'agent.publish');
  const { definition: source } = parse(publishInput, input);
  const judged = await judgeDefinition(context, { source, isToBePublished: true });
  const { findings, publishable } = judged;
  if (publishable === undefined) throw refusedDefinition(findings);
  const { document, schedule } = publishable;
  const labels = readLabels(document.metadata?.['labels']);
  await permitLabelling(context, document, labels);
  const { tenantId } = context.actor;
  const published = await beyondReach(context).database.withTenant(tenantId, async (tx) => {
    const agent = await lockAgent(tx, context, document);
    const current = await tx.agentVersion.findFirst({
      where: { tenantId, agentId: agent.id, version: agent.currentVersion },
    });
    const hash = sha256Hex(source);
    const activate = async (agentVersionId: string) => {
      await replaceSchedules(tx, {
        ...{ tenantId, agentId: agent.id, agentVersionId, now: context.clock.now() },
        submitter: principalOf(context.actor),
        schedule,
      });
      await setRunLimits(tx, { tenantId, agentId: agent.id }, runLimits(document.metadata));
    };
    if (current?.hash === hash && agent.archivedAt === null) {
      await activate(current.id);
      return { agent, version: current, findings };
    }
    const version = await tx.agentVersion.create({
      data: {
        tenantId,
        id: newId(),
        agentId: agent.id,
        version: agent.currentVersion + 1,
        documentVersion: document.version,
        definition: source,
        hash,
        ...schemasOf(publishable),
        createdBy: context.actor.name,
      },
    });
    const changed = await tx.agent.update({
      where: { tenantId_id: { tenantId, id: agent.id } },
      data: { currentVersion: version.version, archivedAt: null, labels },
    });
    await activate(version.id);
    await record(tx, context, {
      action: 'agent.publish',
      target: { kind: 'agent', id: agent.id },
      data: { agent: addressOf(agent), name: agent.name, version: version.version, hash },
    });
    return { agent: changed, version, findings };
  });
  forgetAgent(context, addressOf(document));
  return published;
}

/** The agent has its labels by its current version: who may publish it has to be allowed to before and after. */
async function permitLabelling(
  context: VerbContext,
  { namespace, name }: Publishable['document'],
  labels: Labels,
): Promise<void> {
  const { tenantId, conditions } = context.actor;
  if (conditions === undefined) return;
  const known = await read(beyondReach(context), (tx) =>
    tx.agent.findUnique({ where: { tenantId_namespace_name: { tenantId, namespace, name } } }),
  );
  const needed = ['AGENTS_PUBLISH', 'JOBS_READ'] as const;
  const action = 'agent.publish';
  await permitLabels(context, labels, { needed, action });
  if (known !== null && known.currentVersion > 0)
    await permitLabels(context, readLabels(known.labels), { needed, action });
}

/** The agent's row, locked so that versions of one agent are numbered one after the other. */
async function lockAgent(
  tx: Transaction,
  context: VerbContext,
  { namespace, name }: Publishable['document'],
): Promise<Agent> {
  const { tenantId } = context.actor;
  if ((await tx.agent.count({ where: { tenantId, namespace, name } })) === 0)
    await requireRoom(tx, context, 'agents');
  await tx.agent.createMany({
    data: [{ tenantId, id: newId(), namespace, name, currentVersion: 0 }],
    skipDuplicates: true,
  });
  await tx.$executeRaw`select 1 from jobs.agent where tenant_id = ${tenantId}::uuid and namespace = ${namespace} and name = ${name} for update`;
  return await tx.agent.findUniqueOrThrow({
    where: { tenantId_namespace_name: { tenantId, namespace, name } },
  });
}

function schemasOf({ inputSchema, outputSchema }: Publishable) {
  return {
    inputSchema: toColumn(inputSchema),
    outputSchema: toColumn(outputSchema),
  };
}

// For readers only, so doubles will do. Prisma's type for JSON is mutable in name only; it does not write to it.
function toColumn(schema: JsonValue | undefined) {
  return schema === undefined ? Prisma.DbNull : (withDoubles(schema) as Prisma.InputJsonValue);
}
