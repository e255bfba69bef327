import { readFile } from 'node:fs/promises';

import {
  createLocalJWKSet,
  createRemoteJWKSet,
  customFetch,
  type FetchImplementation,
  type JWTVerifyGetKey,
} from 'jose';
import { z } from 'zod';

import { type Clock, systemClock } from '../../kernel/clock.ts';
import { AppError } from '../../kernel/errors.ts';
import { parseJson } from '../../kernel/json.ts';

/** Where the keys of a token issuer are. */
export interface KeyRules {
  readonly jwksUrl?: string | undefined;
  readonly jwksFile?: string | undefined;
  /** How long keys count after they were last read, while the issuer cannot be reached. */
  readonly jwksOutageSeconds: number;
  /** How the issuer is asked. @default the fetch of the runtime */
  readonly ask?: (url: string, options: FetchOptions) => Promise<Response>;
}

type FetchOptions = Parameters<FetchImplementation>[1];

/** An unknown key id makes the set be fetched again, but no more often than this. */
const cooldownMs = 30_000;
/** Keys older than this are fetched again, beside the requests that use them. */
const freshMs = 600_000;
/** An issuer that did not answer is left alone for so long. */
const pauseMs = 5_000;

const keySet = z.object({ keys: z.array(z.looseObject({ kty: z.string() })) });

/** Opens the keys; throws AppError UNAVAILABLE when asked for one while none can be read. */
export async function openIssuerKeys(
  rules: KeyRules,
  clock: Clock = systemClock,
): Promise<JWTVerifyGetKey> {
  if (rules.jwksUrl !== undefined) return remoteKeys(new URL(rules.jwksUrl), rules, clock);
  if (rules.jwksFile === undefined)
    throw new AppError('BAD_USER_INPUT', 'authentication.jwt needs jwksUrl or jwksFile');
  return createLocalJWKSet(keySet.parse(parseJson(await readFile(rules.jwksFile, 'utf8'))));
}

/** Keys go on counting while their issuer is away, up to a bound: its outage is not everybody's. */
function remoteKeys(url: URL, rules: KeyRules, clock: Clock): JWTVerifyGetKey {
  const ask = rules.ask ?? fetch;
  let readAt = -Infinity;
  let failedAt = -Infinity;
  const keys = createRemoteJWKSet(url, {
    cooldownDuration: cooldownMs,
    cacheMaxAge: Infinity,
    [customFetch]: async (address, options) => {
      if (clock.now().getTime() - failedAt < pauseMs) throw new Error('The issuer did not answer');
      try {
        const response = await ask(address, options);
        if (!response.ok) throw new Error(`The issuer answered HTTP ${response.status}`);
        readAt = clock.now().getTime();
        return response;
      } catch (error) {
        failedAt = clock.now().getTime();
        throw error;
      }
    },
  });
  let reading: Promise<void> | undefined;
  const read = (): Promise<void> =>
    (reading ??= keys.reload().finally(() => (reading = undefined)));
  return async (header, token) => {
    const age = clock.now().getTime() - readAt;
    if (age > rules.jwksOutageSeconds * 1_000) await read();
    else if (age > freshMs) read().catch(() => undefined);
    return keys(header, token);
  };
}
