import { z } from 'zod';

import type { CallContext } from '../connector.ts';
import type { CacheRule } from '../egress/cache/rule.ts';

const longestSeconds = 31_536_000;

/** The part `cache` of a configuration: by default what peers allow by their headers is kept, `false` keeps nothing. */
export const cacheSchema = z
  .union([
    z.literal(false),
    z.strictObject({
      /** Guesses how long an answer is good from when it was last changed, where the peer does not say it. */
      heuristic: z.boolean().default(false),
      /** How long an answer is good where the peer says nothing of that. */
      seconds: z.int().min(1).max(longestSeconds).optional(),
      /** No answer is used for longer without asking, whatever the peer says. */
      maxSeconds: z.int().min(1).max(longestSeconds).optional(),
    }),
  ])
  .prefault({});

export type CacheSettings = z.infer<typeof cacheSchema>;

/** Whose answers the calls of an operation share. */
export function cacheOf(
  settings: CacheSettings,
  operation: string,
  { tenantId, integrationId, credentialVersion, revision }: CallContext,
): CacheRule | 'BYPASS' {
  if (settings === false || revision === undefined) return 'BYPASS';
  return {
    owner: tenantId,
    scope: `${tenantId}/${integrationId}/${String(credentialVersion)}/${revision}`,
    group: operation,
    isHeuristic: settings.heuristic,
    seconds: settings.seconds,
    maxSeconds: settings.maxSeconds,
  };
}
