import type { Logger } from '../logger.ts';
import type { Doorbell } from './doorbell.ts';
import { createLocalDoorbell } from './local.ts';
import { createRedisDoorbell } from './redis.ts';

/** Makes the doorbell of this process: over Redis if a URL is given, else among the listeners of this process. */
export function createDoorbell(redisUrl: string | undefined, log: Logger): Doorbell {
  const local = createLocalDoorbell(log);
  return redisUrl === undefined ? local : createRedisDoorbell(redisUrl, local, log);
}
