import { createCache } from '../../kernel/cache.ts';
import { systemClock } from '../../kernel/clock.ts';
import { IntegrationError } from '../errors.ts';
import type { FetchedToken, TokenStore } from '../ports.ts';

/** Keeps tokens in this process, for connectors that run alone: nobody can consent to anything there. */
export function createMemoryTokens(): TokenStore {
  const cache = createCache<FetchedToken>({ max: 1_000, ttlMs: 86_400_000 });
  return {
    async get({ refused, ...owner }, { fetch, isConsented = false }) {
      if (isConsented)
        throw new IntegrationError(
          `${owner.integrationName ?? 'the integration'} needs a person's consent: nobody has connected it yet`,
          { isRetryable: false, attempts: 0 },
        );
      const key = JSON.stringify(owner);
      const known = cache.get(key);
      const isGood = known !== undefined && known.expiresAt > systemClock.now().getTime();
      if (!isGood || known.value === refused) cache.delete(key);
      return (await cache.getOrLoad(key, () => fetch())).value;
    },
  };
}
