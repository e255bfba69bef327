import { includesAgent } from '../../engine/secrets/allowed-agents.ts';
import type { JsonValue } from '../../kernel/json.ts';
import type { Services } from '../context.ts';
import { read } from '../read.ts';
import { openSecret, type SecretKey } from './secret-value.ts';

/** For which job a secret is read. */
export interface SecretReader extends SecretKey {
  readonly jobId: string;
}

/** The value of a secret for a job of its tenant; undefined when there is none, or when it is not for the job's agent. */
export async function readSecret(
  { database, keyring }: Pick<Services, 'database' | 'keyring'>,
  { jobId, ...key }: SecretReader,
): Promise<JsonValue | undefined> {
  const { tenantId, name } = key;
  const found = await read({ database, actor: { tenantId } }, async (tx) => {
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
    return agent !== null && includesAgent(secret.agents, agent) ? secret : undefined;
  });
  return found === undefined ? undefined : openSecret(keyring, key, found.sealed);
}
