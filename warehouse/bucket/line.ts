import { Agent, request, type Dispatcher } from 'undici';

import { signAws } from '../../connectors/parts/aws-signature.ts';
import { encodeKey } from '../../connectors/s3/key.ts';
import type { WarehouseBucket } from '../../kernel/config/warehouse-bucket.ts';
import { AppError } from '../../kernel/errors.ts';
import { exponentialBackoff } from '../../kernel/retry/backoff.ts';
import { retry } from '../../kernel/retry/retry.ts';

/** A request to the bucket. */
interface Asked {
  readonly method: 'GET' | 'PUT' | 'DELETE';
  readonly key: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
}

export type Answer = Dispatcher.ResponseData;

/** A way to one bucket. */
export interface Line extends AsyncDisposable {
  /** Before every key. */
  readonly prefix: string;
  /** Answers with one of the statuses that are no fault; a storage that is in trouble is asked again. */
  ask(asked: Asked, known: readonly number[]): Promise<Answer>;
}

const attempts = 4;
const backoff = exponentialBackoff({ firstMs: 400, maxMs: 5_000 });
const limits = { headersTimeout: 30_000, bodyTimeout: 60_000, connectTimeout: 10_000 } as const;
const parts = /^(?<bucket>https?:\/\/[^/]+\/[^/]+\/)(?<prefix>.*)$/u;

/** Speaks to the one address that the configuration names, and follows no redirect. */
export function openLine({ url, region, credential }: WarehouseBucket): Line {
  const found = parts.exec(url.endsWith('/') ? url : `${url}/`)?.groups;
  const { bucket, prefix } = found ?? {};
  if (bucket === undefined || prefix === undefined)
    throw new AppError('BAD_USER_INPUT', 'OPERANDI_WAREHOUSE_S3_URL names no bucket');
  const dispatcher = new Agent(limits);
  const keys = { ...credential, region, service: 's3' };

  async function once({ method, key, query = {}, headers = {}, body }: Asked): Promise<Answer> {
    const sorted = Object.entries(query).toSorted();
    const search = new URLSearchParams(sorted).toString().replaceAll('+', '%20');
    const address = new URL(`${bucket ?? ''}${encodeKey(key)}${search && `?${search}`}`);
    const signed = await signAws({ method, url: address, headers, body }, keys, new Date());
    const all = { ...headers, ...signed };
    return await request(address, { method, dispatcher, headers: all, body: body ?? null });
  }

  return {
    prefix,
    ask: (asked, known) =>
      retry(
        async () => {
          const answer = await once(asked).catch((cause: unknown) => unreachable(cause));
          if (known.includes(answer.statusCode)) return answer;
          throw await faultOf(asked, answer);
        },
        { attempts, backoff, isRetryable: (error) => error instanceof PassingFault },
      ),
    [Symbol.asyncDispose]: () => dispatcher.destroy(),
  };
}

/** A storage that is in trouble, or away. */
class PassingFault extends AppError {}

function unreachable(cause: unknown): never {
  const message = 'the bucket of the warehouse does not answer';
  throw new PassingFault('WAREHOUSE_UNAVAILABLE', message, { cause });
}

async function faultOf({ method }: Asked, { statusCode: status, body }: Answer): Promise<AppError> {
  const code = /<Code>(\w+)<\/Code>/u.exec(await body.text().catch(() => ''))?.[1] ?? '';
  const Fault = status === 409 || status === 429 || status >= 500 ? PassingFault : AppError;
  return new Fault(
    'WAREHOUSE_UNAVAILABLE',
    `the bucket of the warehouse answered ${method} with ${String(status)} ${code}`,
  );
}
