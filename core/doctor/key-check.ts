import type { Services } from '../context.ts';
import { checkMasterKey } from '../access/check-master-key.ts';
import { ConfigError } from '../../kernel/config/fault.ts';
import { bad, good, type Check } from './diagnosis.ts';

/** The master key, by what the database remembers of it. */
export function masterKeyCheck(services: Pick<Services, 'database' | 'keyring'>): Check {
  return {
    name: 'keys/master',
    async look() {
      try {
        await checkMasterKey(services);
        return good('it opens what the database holds');
      } catch (error) {
        if (!(error instanceof ConfigError)) throw error;
        const why = error.faults.map(({ message }) => message).join('; ');
        return bad(why, 'set OPERANDI_MASTER_KEY to the keys that the database was sealed with');
      }
    },
  };
}
