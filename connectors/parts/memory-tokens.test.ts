import { expect, it, vi } from 'vitest';

import { createMemoryTokens } from './memory-tokens.ts';

const key = { tenantId: 'one', integrationId: 'two', credentialVersion: 1 };
const { signal } = new AbortController();

it('asks for a token with nothing but what the wish says', async () => {
  const fetch = vi.fn(() => Promise.resolve({ value: 'token', expiresAt: Infinity }));
  const tokens = createMemoryTokens();
  expect(await tokens.get(key, { fetch, signal })).toBe('token');
  expect(await tokens.get(key, { fetch, signal })).toBe('token');
  expect(fetch.mock.calls).toEqual([[]]);
});

it('has no token that somebody would have to consent to, and asks nobody for one', async () => {
  const fetch = vi.fn(() => Promise.resolve({ value: 'token', expiresAt: Infinity }));
  const wish = { fetch, isConsented: true, signal };
  await expect(createMemoryTokens().get(key, wish)).rejects.toMatchObject({
    message: expect.stringContaining('nobody has connected it yet') as string,
    isRetryable: false,
  });
  expect(fetch).not.toHaveBeenCalled();
});
