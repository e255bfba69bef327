import { z } from 'zod';

import { createEgress } from '../../connectors/egress/egress.ts';
import { defaultLimits } from '../../connectors/egress/policy.ts';
import { openSharedAnswers } from '../../core/integrations/shared-answers.ts';
import { createKeyring } from '../../kernel/crypto/keyring.ts';
import { createDoorbell } from '../../kernel/doorbell/create-doorbell.ts';
import { connectRedis } from '../../kernel/redis.ts';
import { silentLog } from './log.ts';

/*
 * A process of its own that keeps answers together with others, run by `fork` with a Redis URL, a master key and an allowed host: it
 * does what it is told by messages, and tells what came of it.
 */

const [redisUrl = '', masterKey = '', allow = ''] = process.argv.slice(2);
/** A busy machine is not a Redis that is away. */
const use = { role: 'test', answerMs: 60_000, meanwhile: 'alone' };
const doorbell = createDoorbell(redisUrl, silentLog);
const redis = connectRedis(redisUrl, use, silentLog);
const shared = openSharedAnswers({ redis, doorbell, keyring: createKeyring(masterKey) });
const cache = { maxBytes: 10_000_000, maxEntryBytes: 100_000, shared, waitMs: 60_000 };
const egress = createEgress({ allow: [allow], cache, random: () => 0 });

const order = z.object({
  id: z.int(),
  method: z.string(),
  url: z.string(),
  scope: z.string(),
  count: z.int(),
  headers: z.record(z.string(), z.string()),
});

async function obey(given: unknown): Promise<void> {
  const { id, count, scope, ...request } = order.parse(given);
  const rule = { owner: 'tenant', scope, group: 'read', isHeuristic: false, maxSeconds: undefined };
  const policy = { key: 'tenant/bank', name: 'bank', limits: defaultLimits };
  const asked = Array.from({ length: count }, () =>
    egress.request(policy, { ...request, cache: rule }, AbortSignal.timeout(60_000)),
  );
  const answers = await Promise.all(asked);
  const told = answers.map(({ body, cache: outcome }) => [body.toString(), outcome]);
  process.send?.({ id, told });
}

process.on('message', (given) => {
  obey(given).catch((error: unknown) => process.send?.({ id: -1, told: String(error) }));
});
doorbell.listen('echo', (message) => process.send?.({ id: 0, told: message }));
process.on('disconnect', () => process.exit());
const hello = setInterval(() => {
  if (!doorbell.isHealthy || redis.status !== 'ready') return;
  clearInterval(hello);
  process.send?.({ id: 0, told: 'ready' });
}, 10);
