import { describe, expect, it } from 'vitest';

import { ConnectionError } from '../sdk/src/index.ts';
import { describeFault } from './fault.ts';

describe('what the terminal shows of a fault', () => {
  it('says why the platform cannot be reached, and what to set', () => {
    const refused = new Error('connect ECONNREFUSED 127.0.0.1:1');
    const cause = new TypeError('fetch failed', { cause: refused });
    expect(describeFault(new ConnectionError('the platform cannot be reached', { cause }))).toBe(
      'the platform cannot be reached: connect ECONNREFUSED 127.0.0.1:1; is it running, and OPERANDI_URL or --url its address?',
    );
  });

  it('names the file that is not there', () => {
    const missing = Object.assign(new Error('ENOENT: no such file'), { code: 'ENOENT', path: 'a' });
    expect(describeFault(missing)).toBe('there is no file a');
  });
});
