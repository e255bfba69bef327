import type { JWTVerifyGetKey } from 'jose';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';

import type { IssuerFetch } from '../../core/access/issuer-fetch.ts';
import type { Clock } from '../../kernel/clock.ts';
import { openIssuerKeys } from '../admit/issuer-keys.ts';

/** Where an issuer is, and who trusts it. */
export interface Issuer {
  readonly id: string;
  readonly issuer: string;
  readonly jwksUrl: string | null;
}

/** Keys of the issuers of all tenants. */
export interface Issuers {
  /** The keys of an issuer; they are read when one is needed. */
  keysOf(issuer: Issuer): JWTVerifyGetKey;
}

/** Keys go on counting for so long while their issuer is away. */
const outageSeconds = 3_600;
/** An issuer whose description could not be read is left alone for so long. */
const pauseMs = 5_000;
const maxIssuers = 1_000;

const description = z.object({ issuer: z.string(), jwks_uri: z.string() });

export function createIssuers(ask: IssuerFetch, clock: Clock): Issuers {
  // By tenant too: one that trusts an issuer decides for no other where its keys are.
  const opened = new LRUCache<string, JWTVerifyGetKey>({ max: maxIssuers });

  async function open({ issuer, jwksUrl: given }: Issuer): Promise<JWTVerifyGetKey> {
    const jwksUrl = given ?? (await findKeys(issuer));
    return openIssuerKeys({ jwksUrl, jwksOutageSeconds: outageSeconds, ask }, clock);
  }

  async function findKeys(issuer: string): Promise<string> {
    const answer = await ask(descriptionOf(issuer), {});
    if (!answer.ok) throw new Error(`The issuer answered HTTP ${answer.status}`);
    const told = description.parse(await answer.json());
    if (told.issuer !== issuer) throw new Error(`The issuer calls itself ${told.issuer}`);
    return told.jwks_uri;
  }

  return {
    keysOf(issuer) {
      const key = JSON.stringify([issuer.id, issuer.issuer, issuer.jwksUrl]);
      const known = opened.get(key);
      if (known !== undefined) return known;
      const keys = openedLater(() => open(issuer), clock);
      opened.set(key, keys);
      return keys;
    },
  };
}

function descriptionOf(issuer: string): string {
  return `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
}

/** Opens once; after a failure not again at once, whoever asks. */
function openedLater(open: () => Promise<JWTVerifyGetKey>, clock: Clock): JWTVerifyGetKey {
  let keys: Promise<JWTVerifyGetKey> | undefined;
  let failedAt = -Infinity;
  return async (header, token) => {
    if (keys === undefined && clock.now().getTime() - failedAt < pauseMs)
      throw new Error('The issuer could not be reached');
    keys ??= open();
    let get;
    try {
      get = await keys;
    } catch (error) {
      keys = undefined;
      failedAt = clock.now().getTime();
      throw error;
    }
    return get(header, token);
  };
}
