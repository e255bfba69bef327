import { z } from 'zod';

import type {
  Fetched,
  Place,
  Right,
  Seen,
  SharedAnswers,
} from '../../connectors/egress/cache/shared-answers.ts';
import { decrypt, encrypt } from '../../kernel/crypto/cipher.ts';
import { sha256Hex } from '../../kernel/crypto/hash.ts';
import type { Keyring } from '../../kernel/crypto/keyring.ts';
import type { Doorbell } from '../../kernel/doorbell/doorbell.ts';
import { newId } from '../../kernel/ids.ts';
import { parseJson } from '../../kernel/json.ts';
import type { connectRedis } from '../../kernel/redis.ts';

interface Services {
  readonly redis: ReturnType<typeof connectRedis>;
  /** By which processes tell each other what is to be forgotten. */
  readonly doorbell: Doorbell;
  readonly keyring: Pick<Keyring, 'keyFor'>;
}

const channel = 'answers';
/** A right to fetch lasts no longer, so that nobody waits for one who was lost, milliseconds. */
const rightMs = 5_000;
/** How long it is known that nothing can be kept, and that nothing came, milliseconds. */
const passedMs = { passed: 10_000, failed: 1_000 } as const;
/** As long as the slowest answer that is still kept, milliseconds. */
const forgottenMs = 600_000;
/** Questions under way; beyond them Redis is not asked. */
const maxAsked = 1_000;
/** Stands for what cannot be kept; no sealed text is as short. */
const passedMark = '-';

// In one step: what was forgotten since the right was given is not kept, and nobody else's right is given back.
const settleScript = `
if ARGV[1] ~= '' and (redis.call('get', KEYS[3]) or '') == ARGV[3] then
  redis.call('set', KEYS[1], ARGV[1], 'PX', ARGV[2])
end
if redis.call('get', KEYS[2]) == ARGV[4] then redis.call('del', KEYS[2]) end`;

const message = z.object({
  from: z.string(),
  owner: z.string(),
  addresses: z.array(z.string()).max(100),
});
/** What Redis does not keep now is fetched again. */
const ignore = (): undefined => undefined;

/**
 * Answers that all processes share, sealed by a key of the platform's and under hashes of what was asked. While Redis is away each
 * process has its own alone.
 */
export function openSharedAnswers({
  redis,
  doorbell,
  keyring,
}: Services): SharedAnswers & Disposable {
  const self = newId();
  const listeners: ((owner: string, addresses: readonly string[]) => void)[] = [];
  const sealing = keyring.keyFor('kept answers');
  let asked = 0;
  const unlisten = doorbell.listen(channel, (text) => {
    const { success, data } = message.safeParse(parsed(text));
    if (!success || data.from === self) return;
    for (const listener of listeners) listener(data.owner, data.addresses);
  });
  return {
    async look(place) {
      if (asked >= maxAsked) throw new Error('too much is asked of Redis');
      asked += 1;
      try {
        return await look(redis, place, (text) => opened(sealing, place, text));
      } finally {
        asked -= 1;
      }
    },
    settle(place, { token, state }, fetched) {
      const [text, keptMs] = textOf(sealing, place, fetched);
      const keys = keysOf(place);
      redis.eval(settleScript, keys.length, ...keys, text, keptMs, state, token).catch(ignore);
    },
    forget(owner, addresses) {
      const lines = redis.pipeline();
      for (const address of addresses) {
        const [entry, , state] = keysOf({ address, key: address });
        lines.set(state, newId(), 'PX', forgottenMs).del(entry);
      }
      lines.exec().catch(ignore);
      doorbell.ring(channel, JSON.stringify({ from: self, owner, addresses }));
    },
    onForget: (listener) => void listeners.push(listener),
    [Symbol.dispose]: unlisten,
  };
}

async function look(
  redis: Services['redis'],
  place: Place,
  open: (text: string) => Buffer | undefined,
): Promise<Seen> {
  const [entry, right, state] = keysOf(place);
  const token = newId();
  const lines = redis.pipeline().get(entry).set(right, token, 'PX', rightMs, 'NX').get(state);
  const answers = (await lines.exec()) ?? [];
  const [text, given, known] = answers.map(([error, value]) => {
    if (error !== null) throw error;
    return value;
  });
  const isPassed = text === passedMark;
  const own: Right | undefined =
    given === 'OK' ? { token, state: typeof known === 'string' ? known : '' } : undefined;
  return { bytes: typeof text === 'string' ? open(text) : undefined, right: own, isPassed };
}

/** In one slot of a cluster. */
function keysOf({ address, key }: Place): readonly [entry: string, right: string, state: string] {
  const [tag, name] = [sha256Hex(address), sha256Hex(key)];
  const prefix = `operandi:answers:{${tag}}`;
  return [`${prefix}:${name}`, `${prefix}:${name}:right`, `${prefix}:state`];
}

function textOf(
  sealing: Uint8Array,
  { key }: Place,
  fetched: Fetched,
): readonly [text: string, keptMs: number] {
  switch (fetched.kind) {
    case 'kept':
      return [encrypt(sealing, fetched.bytes, key), fetched.ttlMs];
    case 'passed':
    case 'failed':
      return [passedMark, passedMs[fetched.kind]];
    case 'unneeded':
      return ['', 0];
  }
}

/** What was sealed by an older key, for another question, or by nobody is not there. */
function opened(sealing: Uint8Array, { key }: Place, text: string): Buffer | undefined {
  try {
    return decrypt(sealing, text, key);
  } catch {
    return undefined;
  }
}

function parsed(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}
