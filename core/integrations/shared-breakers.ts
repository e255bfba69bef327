import { z } from 'zod';

import type {
  BreakerNews,
  BreakerShare,
  BreakerShares,
  Known,
} from '../../connectors/egress/breaker-share.ts';
import { sha256Hex } from '../../kernel/crypto/hash.ts';
import type { Doorbell } from '../../kernel/doorbell/doorbell.ts';
import { newId } from '../../kernel/ids.ts';
import { parseJson } from '../../kernel/json.ts';
import type { connectRedis } from '../../kernel/redis.ts';

type Redis = ReturnType<typeof connectRedis>;

interface Services {
  readonly redis: Redis;
  /** By which processes tell each other. */
  readonly doorbell: Doorbell;
}

const channel = 'breakers';
/** How long it is remembered that calls were paused, once the pause is over and nobody has called, milliseconds. */
const rememberedMs = 300_000;
/** Failures of one tenant that this process tells in a second: those of many systems that fail are not worth more of everybody's time. */
const maxTold = 100;

const milliseconds = z.number().min(0).max(60_000);
const news = z.union([
  z.object({ kind: z.enum(['failed', 'recovered', 'closed']) }),
  z.object({
    kind: z.literal('opened'),
    pauseMs: milliseconds,
    leftMs: milliseconds,
    status: z.int().optional(),
  }),
]);
const message = z.object({ from: z.string(), key: z.string(), news });
const remembered = z.object({ pauseMs: milliseconds, status: z.int().optional() });

type Listener = (told: BreakerNews) => void;

/**
 * What fails is told over the doorbell, and a pause is remembered in Redis for those that come later. While Redis is away each
 * process goes by what it sees itself. Of a system only its status is told, under a hash of its connection's key.
 */
export function openSharedBreakers({ redis, doorbell }: Services): BreakerShares & Disposable {
  const self = newId();
  const listeners = new Map<string, Set<Listener>>();
  const mayTell = createBudget();
  const unlisten = doorbell.listen(channel, (text) => {
    const { success, data } = message.safeParse(parseJson(text));
    if (!success || data.from === self) return;
    for (const onNews of listeners.get(data.key) ?? []) onNews(data.news);
  });
  return {
    join(key, onNews) {
      const name = sha256Hex(key);
      const leave = listen(listeners, name, onNews);
      void look(redis, [name]).then(([known]) => leave.hasHeard() || (known && onNews(known)));
      const tell = (told: BreakerNews): void => {
        if (told.kind === 'failed' && !mayTell(key)) return;
        doorbell.ring(channel, JSON.stringify({ from: self, key: name, news: told }));
      };
      return { ...shareOf(redis, name, tell), [Symbol.dispose]: leave };
    },
    look: (keys) => look(redis, keys.map(sha256Hex)),
    [Symbol.dispose]: unlisten,
  };
}

const stateKey = (name: string) => `operandi:breaker:${name}`;
const probeKey = (name: string) => `operandi:breaker-probe:${name}`;
/** Whoever was late does not end what another has begun. */
const releaseOwn = `if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) end`;
/** What Redis does not keep now is kept by the process itself. */
const ignore = (): undefined => undefined;

function shareOf(
  redis: Redis,
  name: string,
  tell: (told: BreakerNews) => void,
): Omit<BreakerShare, typeof Symbol.dispose> {
  const lease = newId();
  return {
    tell(told) {
      tell(told);
      if (told.kind === 'closed') redis.del(stateKey(name)).catch(ignore);
      if (told.kind !== 'opened') return;
      const { pauseMs, leftMs, status } = told;
      const value = JSON.stringify({ pauseMs, status });
      redis.set(stateKey(name), value, 'PX', Math.ceil(leftMs + rememberedMs)).catch(ignore);
    },
    mayProbe: (ms) =>
      redis.set(probeKey(name), lease, 'PX', ms, 'NX').then(
        (answer) => answer === 'OK',
        () => true,
      ),
    giveUp: () => void redis.eval(releaseOwn, 1, probeKey(name), lease).catch(ignore),
  };
}

async function look(redis: Redis, names: readonly string[]): Promise<readonly Known[]> {
  const lines = redis.pipeline();
  for (const name of names) lines.get(stateKey(name)).pttl(stateKey(name));
  const found = (await lines.exec().catch(ignore)) ?? [];
  return names.map((_name, at) => newsIn(found[2 * at], found[2 * at + 1]));
}

/** As Redis answers a command. */
type Answer = readonly [error: Error | null, value: unknown] | undefined;

function newsIn(stored: Answer, left: Answer): Known {
  if (stored === undefined || left === undefined || stored[0] !== null) return undefined;
  const [value, keptMs] = [stored[1], left[1]];
  if (typeof value !== 'string' || typeof keptMs !== 'number') return null;
  const { success, data } = remembered.safeParse(parseJson(value));
  if (!success) return null;
  return { kind: 'opened', ...data, leftMs: Math.max(0, keptMs - rememberedMs) };
}

/** What was heard is newer than what is looked up meanwhile. */
function listen(
  listeners: Map<string, Set<Listener>>,
  name: string,
  onNews: Listener,
): (() => void) & { readonly hasHeard: () => boolean } {
  let hasHeard = false;
  const listener: Listener = (told) => {
    hasHeard = true;
    onNews(told);
  };
  const all = listeners.get(name) ?? new Set();
  listeners.set(name, all.add(listener));
  const leave = (): void => {
    all.delete(listener);
    if (all.size === 0 && listeners.get(name) === all) listeners.delete(name);
  };
  return Object.assign(leave, { hasHeard: () => hasHeard });
}

/** Counts by tenant, whom keys of connections begin with, anew in each second. */
function createBudget(): (key: string) => boolean {
  const told = new Map<string, number>();
  let second = 0;
  return (key) => {
    const now = Math.floor(performance.now() / 1_000);
    if (now !== second) told.clear();
    second = now;
    const [tenant = ''] = key.split(/[/:]/u, 1);
    const count = (told.get(tenant) ?? 0) + 1;
    told.set(tenant, count);
    return count <= maxTold;
  };
}
