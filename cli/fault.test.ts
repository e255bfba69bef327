import { Command } from 'commander';
import { describe, expect, it } from 'vitest';

import { readClientConfig } from '../kernel/config/client.ts';
import { ConnectionError, JobEndedError, OperandiError, RefusedError } from '../sdk/src/index.ts';
import { connected } from './connection.ts';
import { describeFault } from './fault.ts';

describe('what the terminal shows of a fault', () => {
  it('says why the platform cannot be reached, and what to set', () => {
    const refused = new Error('connect ECONNREFUSED 127.0.0.1:1');
    const cause = new TypeError('fetch failed', { cause: refused });
    expect(describeFault(new ConnectionError('the platform cannot be reached', { cause }))).toBe(
      'the platform cannot be reached: connect ECONNREFUSED 127.0.0.1:1; is it running, and OPERANDI_URL or --url its address? (UNAVAILABLE)',
    );
  });

  it('has the code of everything that the client throws', () => {
    const told = [
      new OperandiError('UNAUTHENTICATED', 'the API key is not valid'),
      new RefusedError([{ code: 'INPUT_INVALID', field: 'input.a', message: 'is required' }]),
      new JobEndedError({ id: 'j', state: 'DEAD', error: null }),
    ].map(describeFault);
    expect(told).toEqual([
      'the API key is not valid (UNAUTHENTICATED)',
      'input.a: is required (INPUT_INVALID)',
      'job j ended as DEAD: without an error (CONFLICT)',
    ]);
  });

  it('says how an address ends where something answers that is no platform', () => {
    const error = new ConnectionError('the answer to Job with status 404 is not GraphQL', {
      isPassing: false,
    });
    expect(describeFault(error)).toBe(
      'the answer to Job with status 404 is not GraphQL; the address of a platform ends with /graphql (UNAVAILABLE)',
    );
  });

  it('names the variable that is no address', () => {
    const read = () => readClientConfig({ OPERANDI_URL: 'ftp://x/', OPERANDI_API_KEY: 'key' });
    expect(faultOf(read)).toBe('OPERANDI_URL must be an http or https URL');
  });

  it.each(['notaurl', 'ftp://x/', 'http://'])('names the option where --url is %s', (url) => {
    const read = () =>
      connected(new Command())
        .exitOverride()
        .configureOutput({ writeErr: () => undefined })
        .parse(['--url', url], { from: 'user' });
    expect(faultOf(read)).toBe(
      `error: option '--url <url>' argument '${url}' is invalid. It is an http or https URL, e.g. http://127.0.0.1:4000/graphql.`,
    );
  });

  it('names the file that is not there, or its folder', () => {
    const missing = Object.assign(new Error('ENOENT: no such file'), { code: 'ENOENT', path: 'a' });
    expect(describeFault(missing)).toBe('there is no file a');
    const path = 'nowhere/a';
    expect(describeFault(Object.assign(missing, { path }))).toBe('there is no folder nowhere');
  });
});

function faultOf(work: () => unknown): string | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    return describeFault(error);
  }
}
