import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { ask } from '../../gateway/testing/start-gateway.ts';
import { devIssuerFault, startDevIssuer, type DevIssuer } from '../../scripts/dev-issuer.ts';
import { createBrowser } from '../support/browser.ts';
import { startTestPlatform, type TestPlatform } from '../support/platform.ts';

const stack = new AsyncDisposableStack();
let issuer: DevIssuer;
let test: TestPlatform;

beforeAll(async () => {
  issuer = stack.use(await startDevIssuer(0));
  test = stack.use(await startTestPlatform({ OPERANDI_EGRESS_ALLOW: new URL(issuer.issuer).host }));
  await asAdmin(`mutation { createIdentityProvider(input: {
    name: "Development", issuer: "${issuer.issuer}", clientId: "${issuer.clientId}"
  }) { userErrors { message } } }`);
  await asAdmin(
    'mutation { inviteMember(input: {email: "ada@example.com", name: "Ada", role: OPERATOR}) { userErrors { message } } }',
  );
});
afterAll(() => stack.disposeAsync());

async function asAdmin(query: string): Promise<string> {
  const headers = { authorization: `Bearer ${test.platform.firstKey ?? ''}` };
  return JSON.stringify((await ask(test.platform.url, { query }, headers)).body);
}

describe('the development issuer', () => {
  it('signs in whoever has its code, as a member who was invited', async () => {
    const { origin } = new URL(test.platform.url);
    const browser = createBrowser();
    const page = await browser.open(`${origin}/auth/login`);
    expect(page.url.startsWith(`${issuer.issuer}/sign-in/`)).toBe(true);
    const wrong = await browser.submit(page.url, { email: 'ada@example.com', code: 'guess' });
    expect(wrong.status).toBe(403);
    await browser.submit(page.url, { email: 'ada@example.com', code: issuer.code });
    const cookie = browser.cookiesFor(origin);
    const { body } = await ask(
      test.platform.url,
      { query: '{ viewer { kind name } }' },
      { cookie },
    );
    expect(body).toMatchObject({ data: { viewer: { kind: 'USER', name: 'Ada' } } });
  });

  it('lets in nobody who was not invited', async () => {
    const { origin } = new URL(test.platform.url);
    const browser = createBrowser();
    const page = await browser.open(`${origin}/auth/login`);
    await browser.submit(page.url, { email: 'eve@example.com', code: issuer.code });
    const cookie = browser.cookiesFor(origin);
    const { body } = await ask(test.platform.url, { query: '{ viewer { name } }' }, { cookie });
    expect(JSON.stringify(body)).toContain('UNAUTHENTICATED');
  });

  it('does not run in production nor beside a database of its own, and is on loopback only', () => {
    expect(devIssuerFault({})).toBeUndefined();
    expect(devIssuerFault({ NODE_ENV: 'production' })).toContain('production');
    expect(devIssuerFault({ DATABASE_URL: 'postgres://db' })).toContain('DATABASE_URL');
    expect(new URL(issuer.issuer).hostname).toBe('127.0.0.1');
  });
});
