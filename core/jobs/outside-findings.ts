import type { Finding } from '../../engine/dsl/finding.ts';
import type {
  AgentFact,
  IntegrationFact,
  NamedFact,
  SecretFact,
} from '../../engine/outside/check-outside.ts';
import type { OutsideNames } from '../../engine/outside/outline.ts';
import type { Transaction } from '../../kernel/database/database.ts';
import type { JsonObject } from '../../kernel/json.ts';
import type { VerbContext } from '../context.ts';
import { listOperations } from '../integrations/list-operations.ts';
import { read } from '../read.ts';
import { findGroups, findPrincipals } from './find-approver-fault.ts';

/**
 * What a definition refers to and its tenant does not have, as the tenant wants it judged. Says nothing to a caller who may
 * neither publish nor see what the tenant has.
 */
export async function outsideFindings(
  context: VerbContext,
  source: string,
  names: OutsideNames,
): Promise<readonly Finding[]> {
  const { actor, documents } = context;
  const isAllowed = (['AGENTS_PUBLISH', 'INTEGRATIONS_READ'] as const).some((one) =>
    actor.permissions.includes(one),
  );
  const { integrations, agents, secrets, approvers } = names;
  const isAlone = [integrations, agents, secrets, approvers].every((list) => list.length === 0);
  if (!isAllowed || isAlone) return [];
  const { tenantId } = actor;
  const { facts, missing } = await read(context, async (tx) => {
    const { missingReferences } = await tx.tenant.findUniqueOrThrow({
      where: { id: tenantId },
      select: { missingReferences: true },
    });
    return {
      missing: missingReferences === 'ERROR' ? ('error' as const) : ('warning' as const),
      facts: {
        integrations: await integrationFacts(tx, context, integrations),
        secrets: await secretFacts(tx, tenantId, secrets),
        agents: await agentFacts(tx, tenantId, names),
        approvers: await approverFacts(tx, tenantId, approvers),
      },
    };
  });
  return await documents.checkOutside({ source, facts, missing }, { tenantId });
}

async function integrationFacts(
  tx: Transaction,
  context: VerbContext,
  names: readonly string[],
): Promise<IntegrationFact[]> {
  if (names.length === 0) return [];
  const { tenantId } = context.actor;
  const rows = await tx.integration.findMany({
    where: { tenantId, name: { in: [...names] }, deletedAt: null },
  });
  return names.map((name) => {
    const row = rows.find((each) => each.name === name);
    if (row === undefined) return { name, exists: false };
    if (!context.connectors.has(row.kind)) return { name, exists: true };
    const operations: Record<string, JsonObject> = {};
    for (const each of listOperations(context, row)) operations[each.name] = each.arguments;
    return { name, exists: true, operations };
  });
}

async function secretFacts(
  tx: Transaction,
  tenantId: string,
  names: readonly string[],
): Promise<SecretFact[]> {
  if (names.length === 0) return [];
  const rows = await tx.secret.findMany({
    where: { tenantId, name: { in: [...names] } },
    select: { name: true, agents: true },
  });
  const known = new Map(rows.map(({ name, agents }) => [name, agents]));
  return names.map((name) => {
    const agents = known.get(name);
    return agents === undefined ? { name, exists: false } : { name, exists: true, agents };
  });
}

async function approverFacts(
  tx: Transaction,
  tenantId: string,
  ids: readonly string[],
): Promise<NamedFact[]> {
  const live = await findPrincipals(tx, tenantId, ids);
  const groups = await findGroups(tx, tenantId, ids);
  return ids.map((name) => {
    const isLive = (live.get(name)?.live.length ?? 0) > 0;
    return { name, exists: isLive || groups.has(name) };
  });
}

/** Only the versions that are asked for: an agent can have thousands. */
async function agentFacts(
  tx: Transaction,
  tenantId: string,
  { agents, versions: wanted }: OutsideNames,
): Promise<AgentFact[]> {
  if (agents.length === 0) return [];
  const numbers = wanted.filter((version) => /^[1-9]\d{0,8}$/.test(version)).map(Number);
  const rows = await tx.agent.findMany({
    where: {
      tenantId,
      currentVersion: { gt: 0 },
      namespace: { in: agents.map(({ namespace }) => namespace) },
      name: { in: agents.map(({ name }) => name) },
    },
    include: {
      versions: {
        where: { OR: [{ documentVersion: { in: [...wanted] } }, { version: { in: numbers } }] },
        select: { version: true, documentVersion: true },
      },
    },
  });
  return agents.map((agent) => {
    const name = `${agent.namespace}/${agent.name}`;
    const row = rows.find((each) => `${each.namespace}/${each.name}` === name);
    if (row === undefined) return { name, exists: false, isArchived: false, versions: [] };
    const versions = row.versions.flatMap(({ version, documentVersion }) => [
      String(version),
      ...(documentVersion === null ? [] : [documentVersion]),
    ]);
    return { name, exists: true, isArchived: row.archivedAt !== null, versions };
  });
}
