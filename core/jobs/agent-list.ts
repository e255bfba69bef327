import { z } from 'zod';

const segment = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';
const entry = z
  .string()
  .max(130)
  .regex(
    new RegExp(`^(?:\\*|${segment}\\.(?:\\*|${segment}))$`),
    'must be namespace.name, namespace.* or *',
  );

/** Names of agents, each `namespace.name`, `namespace.*` or `*`. */
export const agentList = z
  .array(entry)
  .max(200)
  .transform((agents) => [...new Set(agents)].toSorted());
