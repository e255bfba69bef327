import { z } from 'zod';

import type { Prisma } from '../../prisma/_generated/client.ts';
import { jobStates } from './names.ts';

/** Which jobs a list or a stream shows. */
export const jobFilter = z.strictObject({
  agent: z.string().max(200).nullish(),
  states: z.array(z.enum(jobStates)).max(jobStates.length).nullish(),
  parentId: z.uuid().nullish(),
});

export type JobFilter = z.infer<typeof jobFilter>;

/** The filter as conditions; `agentId` is what its agent's name was found to be. */
export function conditionsOf(
  { states, parentId }: JobFilter,
  agentId: string | undefined,
): Prisma.JobWhereInput {
  return {
    ...(states ? { state: { in: states } } : {}),
    ...(parentId ? { parentId } : {}),
    ...(agentId === undefined ? {} : { agentId }),
  };
}
