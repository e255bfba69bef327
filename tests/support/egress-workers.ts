import type { BreakerShares } from '../../connectors/egress/breaker-share.ts';
import type { BreakerState } from '../../connectors/egress/circuit.ts';
import { createEgress, type Egress, type EgressOptions } from '../../connectors/egress/egress.ts';
import type { ConnectionPolicy } from '../../connectors/egress/policy.ts';
import { openSharedBreakers } from '../../core/integrations/shared-breakers.ts';
import { createDoorbell } from '../../kernel/doorbell/create-doorbell.ts';
import type { Doorbell } from '../../kernel/doorbell/doorbell.ts';
import { connectRedis } from '../../kernel/redis.ts';
import { silentLog } from './log.ts';
import { until } from './until.ts';

/** The way out as a process of its own has it. */
export interface EgressWorker {
  readonly doorbell: Doorbell;
  readonly egress: Egress;
  /** Answers to whether it may probe. */
  readonly asked: readonly boolean[];
  /** The echoes that it has heard. */
  readonly heard: ReadonlySet<string>;
}

interface Opening {
  readonly url: string;
  readonly closing: AsyncDisposableStack;
  readonly options: EgressOptions;
}

const echo = 'echo';
/** A busy machine is not a Redis that is away. */
const use = { role: 'test', answerMs: 60_000, meanwhile: 'alone' };

/** So many that hear each other over the Redis server. */
export async function openEgressWorkers(
  count: number,
  opening: Opening,
): Promise<readonly EgressWorker[]> {
  const workers = Array.from({ length: count }, () => openWorker(opening));
  await until('all hear each other', () => {
    for (const worker of workers) worker.doorbell.ring(echo, 'ready');
    return workers.every(({ heard, doorbell }) => doorbell.isHealthy && heard.has('ready'));
  });
  return workers;
}

function openWorker({ url, closing, options }: Opening): EgressWorker {
  const doorbell = closing.use(createDoorbell(url, silentLog));
  const redis = connectRedis(url, use, silentLog);
  closing.defer(() => redis.disconnect());
  const opened = closing.use(openSharedBreakers({ redis, doorbell }));
  const asked: boolean[] = [];
  const shares: BreakerShares = {
    ...opened,
    join(key, onNews) {
      const share = opened.join(key, onNews);
      const mayProbe = async (ms: number) => {
        const answer = await share.mayProbe(ms);
        asked.push(answer);
        return answer;
      };
      return { ...share, mayProbe };
    },
  };
  const egress = closing.use(createEgress({ ...options, shares }));
  const heard = new Set<string>();
  doorbell.listen(echo, (token) => heard.add(token));
  return { doorbell, egress, asked, heard };
}

let tokens = 0;

/** All have heard what this one has told. */
export async function caughtUp(
  workers: readonly EgressWorker[],
  { doorbell }: EgressWorker,
): Promise<void> {
  const token = `token-${String((tokens += 1))}`;
  doorbell.ring(echo, token);
  await until('all have caught up', () => workers.every(({ heard }) => heard.has(token)));
}

/** The states in which the breaker of the connection is; each worker keeps it from now on. */
export function statesOf(
  workers: readonly EgressWorker[],
  policy: ConnectionPolicy,
): ReadonlySet<BreakerState> {
  return new Set(workers.map(({ egress }) => egress.health(policy).breaker));
}
