import type { Redis } from 'ioredis';

import { anonymous } from '../../admit/identity.ts';
import { createRateLimits } from '../../admit/rate-limits.ts';

/** A program that waits for its user asks every five seconds, and several sit behind one address. */
const requestsPerMinute = 120;

/** Each request here may be one to an issuer, and nobody has shown a credential yet: counted by address, for all gateways together. */
export function limitSignIn(redis: Redis | undefined): (address: string) => Promise<void> {
  const count = createRateLimits({
    ...{ windowSeconds: 60, requestsPerKey: requestsPerMinute, redis },
  });
  return async (address) => {
    const whom = { ...anonymous, isAuthenticated: true, key: `sign-in ${address}` };
    await count(whom, address, 1);
  };
}
