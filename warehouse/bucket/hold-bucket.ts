import { hostname } from 'node:os';

import { AppError } from '../../kernel/errors.ts';
import { newId } from '../../kernel/ids.ts';
import { sleep } from '../../kernel/retry/sleep.ts';
import type { HeldFolder } from '../files/hold-folder.ts';
import type { S3 } from './s3.ts';

const key = '_holder.json';

/** Milliseconds. */
interface Pace {
  readonly touchMs: number;
  /** How long a holder may be silent before it counts as gone. */
  readonly silentMs: number;
}

const usual: Pace = { touchMs: 5_000, silentMs: 30_000 };

/** The bucket is this process's alone until it is disposed; throws while another lives. */
export async function holdBucket(
  s3: S3,
  signal: AbortSignal,
  { touchMs, silentMs }: Pace = usual,
): Promise<HeldFolder> {
  const id = newId();
  const says = (count: number): string => JSON.stringify({ id, host: hostname(), count });
  let etag = await take(s3, says(0), { signal, silentMs });
  const ended = new AbortController();
  const isMine = async (): Promise<boolean> => (await s3.get(key))?.text.includes(id) === true;

  /** One touch after the other, as two at once would take each other for a stranger's. */
  async function touch(): Promise<void> {
    for (let count = 1; !ended.signal.aborted; count += 1) {
      await sleep(touchMs, ended.signal);
      const next = await s3.put(key, says(count), { etag }).catch(() => undefined);
      const now = next ?? (await s3.get(key).catch(() => undefined));
      if (typeof now === 'string') etag = now;
      else if (now?.text.includes(id)) ({ etag } = now);
    }
  }
  const touching = touch().catch(() => undefined);
  return {
    async check() {
      if (!(await isMine()))
        throw new AppError('CONFLICT', 'another warehouse has taken the bucket over');
    },
    async [Symbol.asyncDispose]() {
      ended.abort();
      await touching;
      if (await isMine().catch(() => false)) await s3.remove(key).catch(() => undefined);
    },
  };
}

/** Its ETag. Whoever is there and says nothing new for a while is gone, by no clock but ours. */
async function take(
  s3: S3,
  text: string,
  { signal, silentMs }: { readonly signal: AbortSignal; readonly silentMs: number },
): Promise<string> {
  const seen = await s3.get(key);
  if (seen !== undefined) await sleep(silentMs, signal);
  const etag = await s3.put(key, text, seen === undefined ? 'ABSENT' : { etag: seen.etag });
  if (etag === undefined)
    throw new AppError(
      'CONFLICT',
      'another warehouse works on the bucket; end it or choose another prefix',
    );
  return etag;
}
