import { z } from 'zod';

import type { AgentVersion } from '../../kernel/database/_generated/client.ts';
import { permit } from '../access/permit.ts';
import type { VerbContext } from '../context.ts';
import { numberWindow, paginate } from '../pagination.ts';
import type { Connection, PageArguments, Sort } from '../pagination.ts';
import { read } from '../read.ts';

const sort: Sort<AgentVersion> = {
  name: 'agent_version.version',
  position: z.tuple([z.string().regex(/^\d{1,9}$/)]),
  positionOf: ({ version }) => [String(version)],
};

/** Versions of an agent, newest first. */
export async function listAgentVersions(
  context: VerbContext,
  { agentId, ...page }: PageArguments & { readonly agentId: string },
): Promise<Connection<AgentVersion>> {
  await permit(context, 'JOBS_READ');
  const { tenantId } = context.actor;
  return await paginate({ page, sort, tenantId }, (window) => {
    const { where, ...rest } = numberWindow(window, 'version', 'desc');
    return read(context, (tx) =>
      tx.agentVersion.findMany({ ...rest, where: { ...where, tenantId, agentId } }),
    );
  });
}
