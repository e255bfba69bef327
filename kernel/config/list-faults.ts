import type { ZodError } from 'zod';

import { expectedOf } from './env.ts';
import type { ConfigFault } from './fault.ts';

/** What is wrong with variables, each once, in words that the table of variables has for it. */
export function listFaults(error: ZodError | undefined): ConfigFault[] {
  const names = new Set(error?.issues.map((issue) => String(issue.path[0])));
  return [...names].map((name) => ({ name, message: `must be ${expectedOf(name)}` }));
}
