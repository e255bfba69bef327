import { includesAgent } from '../../engine/secrets/allowed-agents.ts';
import type { Transaction } from '../../kernel/database/database.ts';
import type { JsonValue } from '../../kernel/json.ts';
import { record, type Author } from '../audit/record.ts';
import type { Services } from '../context.ts';
import { read } from '../read.ts';
import { openSecret, type SecretKey } from './secret-value.ts';

/** For which job a secret is read, and by whom. */
export interface SecretReader extends SecretKey {
  readonly jobId: string;
  readonly author: Author;
}

/**
 * The value of a secret for a job of its tenant; undefined when there is none, or when it is not for the job's agent,
 * which is on record.
 */
export async function readSecret(
  { database, keyring }: Pick<Services, 'database' | 'keyring'>,
  { jobId, author, ...key }: SecretReader,
): Promise<JsonValue | undefined> {
  const { tenantId, name } = key;
  const found = await read({ database, actor: { tenantId } }, (tx) => find(tx, { ...key, jobId }));
  if (found === undefined) return undefined;
  if (found.isForAgent) return openSecret(keyring, key, found.sealed);
  const data = { denied: ['AGENT'], agent: found.agent };
  await database.asSystem((tx) =>
    record(tx, author, {
      action: 'secret.use',
      target: { kind: 'secret', id: name },
      jobId,
      data,
    }),
  );
  return undefined;
}

interface Found {
  readonly sealed: unknown;
  readonly agent: string;
  readonly isForAgent: boolean;
}

async function find(
  tx: Transaction,
  { tenantId, name, jobId }: SecretKey & { readonly jobId: string },
): Promise<Found | undefined> {
  const secret = await tx.secret.findUnique({ where: { tenantId_name: { tenantId, name } } });
  if (secret === null) return undefined;
  const job = await tx.job.findUnique({
    where: { id: jobId, tenantId },
    select: { agentId: true },
  });
  if (job === null) return undefined;
  const agent = await tx.agent.findUnique({
    where: { tenantId_id: { tenantId, id: job.agentId } },
    select: { namespace: true, name: true },
  });
  if (agent === null) return undefined;
  const isForAgent = includesAgent(secret.agents, agent);
  return { sealed: secret.sealed, agent: `${agent.namespace}.${agent.name}`, isForAgent };
}
