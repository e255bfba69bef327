import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { createBrowser, type Opened } from '../support/browser.ts';
import {
  consentClient,
  consentResource,
  consentScopes,
  type ConsentServer,
  startConsentServer,
} from '../support/consent-server.ts';
import {
  publish,
  startTestPlatform,
  typed,
  type TestPlatform,
  untilState,
} from '../support/platform.ts';

const stack = new AsyncDisposableStack();
let server: ConsentServer;
let running: TestPlatform;
let origin: string;
let counter = 0;

beforeAll(async () => {
  server = stack.use(await startConsentServer());
  running = stack.use(await startTestPlatform({ OPERANDI_EGRESS_ALLOW: server.places.join(',') }));
  ({ origin } = new URL(running.platform.url));
  server.open(`${origin}/connect/callback`);
});
afterAll(() => stack.disposeAsync());
beforeEach(() => {
  server.answer = 'agree';
  server.tokenSeconds = 600;
});

interface Shown {
  readonly integration: {
    readonly id: string;
    readonly credential: {
      readonly version: number;
      readonly state: string;
      readonly scopes: readonly string[];
      readonly isRefreshable: boolean;
      readonly connectedBy: string | null;
      readonly lastError: string | null;
    };
  };
}

const shown = typed<Shown>(`query Shown($name: String!) { integration(name: $name) { id credential {
  version state scopes isRefreshable expiresAt connectedBy connectedAt refreshedAt lastError lastErrorAt } } }`);
const create = typed<{
  readonly createIntegration: {
    readonly integration: { readonly id: string } | null;
    readonly userErrors: readonly object[];
  };
}>(`mutation Create($input: CreateIntegrationInput!) {
  createIntegration(input: $input) { integration { id } userErrors { field message } } }`);
const link = typed<{
  readonly createConnectLink: {
    readonly path: string | null;
    readonly connectLink: { readonly id: string } | null;
    readonly userErrors: readonly { readonly message: string }[];
  };
}>(`mutation Link($input: CreateConnectLinkInput!) {
  createConnectLink(input: $input) { path connectLink { id state } userErrors { code field message } } }`);
const linkState = typed<{
  readonly connectLink: { readonly state: string; readonly failure: string | null };
}>('query LinkState($id: ID!) { connectLink(id: $id) { state failure } }');
const invoke = typed<{
  readonly invokeIntegration: { readonly result: unknown; readonly call: object | null };
}>(`mutation Invoke($input: InvokeIntegrationInput!) {
  invokeIntegration(input: $input) { result call { state error } userErrors { message } } }`);
const remove = typed(
  'mutation Remove($input: DeleteIntegrationInput!) { deleteIntegration(input: $input) { userErrors { message } } }',
);
const jobError = typed<{ readonly job: { readonly error: object } }>(
  'query JobError($id: ID!) { job(id: $id) { error { title detail status } } }',
);
const trail = typed<{
  readonly auditEvents: {
    readonly nodes: readonly {
      readonly action: string;
      readonly data: Record<string, unknown>;
      readonly requestId: string | null;
    }[];
  };
}>('query Trail { auditEvents(last: 100) { nodes { action data requestId } } }');

const credential = {
  ...{ type: 'authorizationCode', ...consentClient, resource: consentResource },
  ...{ scopes: consentScopes, parameters: { prompt: 'consent' } },
};

/** An integration whose credential waits for somebody. */
async function connectable(given: object = {}): Promise<{ name: string; id: string }> {
  counter += 1;
  const name = `bank-${String(counter)}`;
  const config = { baseUrl: server.api, operations: [{ name: 'who', path: '/who' }] };
  const { createIntegration } = await running.client.request(create, {
    input: {
      ...{ name, kind: 'http', config },
      credential: { ...credential, issuer: server.issuer, ...given },
    },
  });
  expect(createIntegration.userErrors).toEqual([]);
  return { name, id: createIntegration.integration?.id ?? '' };
}

async function linkOf(integrationId: string): Promise<{ id: string; url: string }> {
  const { createConnectLink } = await running.client.request(link, { input: { integrationId } });
  expect(createConnectLink.userErrors).toEqual([]);
  const { path, connectLink } = createConnectLink;
  return { id: connectLink?.id ?? '', url: `${origin}${path ?? ''}` };
}

const credentialOf = async (name: string) =>
  (await running.client.request(shown, { name })).integration.credential;
const call = async (integrationId: string) =>
  (await running.client.request(invoke, { input: { integrationId, operation: 'who' } }))
    .invokeIntegration;
const acts = async (action: string) =>
  (await running.client.request(trail, {})).auditEvents.nodes.filter(
    (one) => one.action === action,
  );

/** Begins in one browser, and goes on from the authorization server in another. */
async function throughAnother(url: string): Promise<Opened> {
  const begun = await fetch(url, { method: 'POST', redirect: 'manual' });
  return createBrowser().open(begun.headers.get('location') ?? '');
}

describe('a person who is sent a connect link', () => {
  it('sees who asks, agrees at the authorization server, and calls are made in their name', async () => {
    const { name, id } = await connectable();
    expect(await credentialOf(name)).toMatchObject({ state: 'NEEDS_CONSENT', connectedBy: null });
    const { call: refused } = await call(id);
    expect(refused).toMatchObject({
      error: expect.stringContaining('nobody has connected it yet') as string,
    });
    const { id: linkId, url } = await linkOf(id);
    const browser = createBrowser();
    const asked = await browser.open(url);
    expect(asked.status).toBe(200);
    expect(asked.text).toContain(`<b>${name}</b>`);
    const policy = (await fetch(url)).headers.get('content-security-policy');
    expect(policy).toContain("form-action 'self' https: http://127.0.0.1:* http://localhost:*;");
    const done = await browser.submit(url, {});
    expect(done).toMatchObject({ status: 200, url: `${origin}/connect/done/connected` });
    const request = new URL(done.way.find((one) => one.startsWith(`${server.issuer}/auth`)) ?? '');
    expect(Object.fromEntries(request.searchParams)).toMatchObject({
      ...{ response_type: 'code', code_challenge_method: 'S256', resource: consentResource },
      ...{ redirect_uri: `${origin}/connect/callback`, scope: consentScopes.join(' ') },
      code_challenge: expect.stringMatching(/^[\w-]{43}$/u) as string,
    });
    const credentialNow = await credentialOf(name);
    expect(credentialNow).toMatchObject({
      ...{ state: 'CONNECTED', version: 2, isRefreshable: true, lastError: null },
      connectedBy: expect.stringMatching(/^api_key:/u) as string,
      scopes: expect.arrayContaining(['accounts']) as string[],
    });
    expect(await call(id)).toMatchObject({ result: { person: 'ada' } });
    expect(await running.client.request(linkState, { id: linkId })).toMatchObject({
      connectLink: { state: 'CONNECTED', failure: null },
    });
    expect(await acts('credential.connect')).toMatchObject([{ data: { connectLink: linkId } }]);
  });

  it('may say no, and whoever made the link is told', async () => {
    server.answer = 'deny';
    const { name, id } = await connectable();
    const { id: linkId, url } = await linkOf(id);
    const { url: end } = await createBrowser().submit(url, {});
    expect(end).toBe(`${origin}/connect/done/denied`);
    expect(await credentialOf(name)).toMatchObject({ state: 'NEEDS_CONSENT' });
    expect(await running.client.request(linkState, { id: linkId })).toMatchObject({
      connectLink: { state: 'FAILED', failure: expect.stringContaining('access_denied') as string },
    });
  });

  it('finishes in the browser that began: another that has the address it came back to is refused', async () => {
    const { name, id } = await connectable();
    const { way, url } = await throughAnother((await linkOf(id)).url);
    expect(way.some((one) => one.includes('/connect/callback?'))).toBe(true);
    expect(url).toBe(`${origin}/connect/done/gone`);
    expect(await credentialOf(name)).toMatchObject({ state: 'NEEDS_CONSENT' });
  });

  it('opens the link in one browser; others and those that come late find it used', async () => {
    const { id } = await connectable();
    const { url } = await linkOf(id);
    const [first, second] = [createBrowser(), createBrowser()];
    const begun = await fetch(url, { method: 'POST', redirect: 'manual' });
    expect(begun.status).toBe(303);
    // As long as a link may last.
    expect(begun.headers.get('set-cookie')).toContain('Max-Age=604800');
    expect((await second.submit(url, {})).status).toBe(404);
    expect((await first.submit(url, {})).status).toBe(404);
  });

  it('is told to try again where the authorization server cannot be asked', async () => {
    const { id } = await connectable({ issuer: 'http://127.0.0.1:1' });
    const { id: linkId, url } = await linkOf(id);
    const begun = await fetch(url, { method: 'POST', redirect: 'manual' });
    expect(begun.status).toBe(503);
    expect(await running.client.request(linkState, { id: linkId })).toMatchObject({
      connectLink: { state: 'PENDING' },
    });
  });

  it('is named on record by the request that opened the link', async () => {
    const { id } = await connectable();
    const { id: connectLink, url } = await linkOf(id);
    const begun = await fetch(url, { method: 'POST', redirect: 'manual' });
    const opened = await acts('connect_link.open');
    expect(opened.filter(({ data }) => data['connectLink'] === connectLink)).toMatchObject([
      { requestId: begun.headers.get('x-request-id') },
    ]);
  });

  it('goes back and begins again in the same browser; a state counts once', async () => {
    const { name, id } = await connectable();
    const { url } = await linkOf(id);
    const begun = await fetch(url, { method: 'POST', redirect: 'manual' });
    const cookie = (begun.headers.getSetCookie()[0] ?? '').split(';')[0] ?? '';
    const again = await fetch(url, { method: 'POST', redirect: 'manual', headers: { cookie } });
    expect(again.status).toBe(303);
    const stateOf = (answer: Response) =>
      new URL(answer.headers.get('location') ?? '').searchParams.get('state') ?? '';
    expect(stateOf(again)).not.toBe(stateOf(begun));
    const finish = (state: string, more = '') =>
      fetch(`${origin}/connect/callback?state=${state}&code=x${more}`, {
        ...{ redirect: 'manual', headers: { cookie } },
      });
    // The one before is good for nothing any more, and the other for one try.
    expect((await finish(stateOf(begun))).headers.get('location')).toBe('/connect/done/gone');
    expect((await finish(stateOf(again))).headers.get('location')).toBe('/connect/done/failed');
    expect((await finish(stateOf(again))).headers.get('location')).toBe('/connect/done/gone');
    expect(await credentialOf(name)).toMatchObject({ state: 'NEEDS_CONSENT' });
  });

  it('is not led on by another page, and no page repeats what it was asked with', async () => {
    const { id } = await connectable();
    const { url } = await linkOf(id);
    const foreign = await fetch(url, {
      ...{ method: 'POST', redirect: 'manual', headers: { origin: 'https://evil.example' } },
    });
    expect(foreign.status).toBe(400);
    for (const path of [
      '/connect?link=%3Cscript%3Ecanary',
      '/connect/callback?state=canary&error=canary&error_description=%3Cscript%3Ecanary',
      '/connect/done/%3Cscript%3Ecanary',
    ]) {
      const answer = await fetch(`${origin}${path}`);
      expect(answer.status).toBe(404);
      expect(await answer.text()).not.toContain('canary');
      expect(answer.headers.get('content-security-policy')).toMatch(/^default-src 'none';/u);
      expect(answer.headers.get('referrer-policy')).toBe('no-referrer');
    }
    expect((await fetch(`${origin}/connect/callback`, { method: 'POST' })).status).toBe(405);
  });

  it.each(['&iss=https://evil.example', ''])(
    'comes back from the issuer that was meant: an answer with %j for an issuer is refused',
    async (named) => {
      const { name, id } = await connectable();
      const begun = await fetch((await linkOf(id)).url, { method: 'POST', redirect: 'manual' });
      const cookie = (begun.headers.getSetCookie()[0] ?? '').split(';')[0] ?? '';
      const state = new URL(begun.headers.get('location') ?? '').searchParams.get('state') ?? '';
      const given = server.log.length;
      const answer = await fetch(`${origin}/connect/callback?state=${state}&code=stolen${named}`, {
        redirect: 'manual',
        headers: { cookie },
      });
      expect(answer.headers.get('location')).toBe('/connect/done/failed');
      // No code was handed to anybody.
      expect(server.log.length).toBe(given);
      expect(await credentialOf(name)).toMatchObject({ state: 'NEEDS_CONSENT' });
    },
  );

  it('cannot be sent one for a credential that needs nobody, or that was replaced meanwhile', async () => {
    const { id } = await connectable();
    const { url } = await linkOf(id);
    const set = typed(`mutation Set($input: SetCredentialInput!) {
      setCredential(input: $input) { userErrors { message } } }`);
    const other = { integrationId: id, credential: { type: 'bearer', token: 'x' } };
    await running.client.request(set, { input: other });
    expect((await createBrowser().open(url)).status).toBe(404);
    const { createConnectLink } = await running.client.request(link, {
      input: { integrationId: id },
    });
    expect(createConnectLink.userErrors).toMatchObject([
      { code: 'CONFLICT', field: 'input.integrationId' },
    ]);
  });
});

describe('what somebody consented to', () => {
  async function connected(given: object = {}) {
    const made = await connectable(given);
    const { url } = await createBrowser().submit((await linkOf(made.id)).url, {});
    expect(url).toBe(`${origin}/connect/done/connected`);
    return made;
  }

  it('goes on by itself: an access token that ends is refreshed, and the refresh token rotates', async () => {
    server.tokenSeconds = 20;
    const { name, id } = await connected();
    const before = server.log.length;
    expect(await call(id)).toMatchObject({ result: { person: 'ada' } });
    expect(await call(id)).toMatchObject({ result: { person: 'ada' } });
    expect(server.log.slice(before)).toEqual(['gave refresh_token', 'gave refresh_token']);
    expect(await credentialOf(name)).toMatchObject({ state: 'CONNECTED', lastError: null });
  });

  it('ends where the server says so: jobs are told what to do, it is on record, and nobody asks again', async () => {
    server.tokenSeconds = 20;
    const { name, id } = await connected();
    await server.forgetGrants();
    const before = server.log.length;
    await publish(
      running.client,
      `document: {dsl: '1.0.3', namespace: test, name: ask-${name}, version: '1.0.0'}
do: [{who: {call: integration, with: {integration: ${name}, operation: who}}}]`,
    );
    const { id: jobId } = await running.client.submit(`ask-${name}`, {});
    await untilState(running.client, jobId, 'FAILED');
    const { job } = await running.client.request(jobError, { id: jobId });
    expect(job.error).toMatchObject({ detail: expect.stringContaining('invalid_grant') as string });
    await call(id);
    expect(server.log.slice(before)).toEqual(['refused refresh_token invalid_grant']);
    expect(await credentialOf(name)).toMatchObject({
      ...{ state: 'NEEDS_CONSENT', lastError: expect.stringContaining('invalid_grant') as string },
    });
    const ended = await acts('credential.consent_end');
    expect(ended).toMatchObject([
      { data: { reason: expect.stringContaining('invalid_grant') as string } },
    ]);
    // Somebody consents again, and it goes on.
    server.tokenSeconds = 600;
    await createBrowser().submit((await linkOf(id)).url, {});
    expect(await credentialOf(name)).toMatchObject({ state: 'CONNECTED', lastError: null });
    expect(await call(id)).toMatchObject({ result: { person: 'ada' } });
  });

  it('is revoked where it was given when the integration goes', async () => {
    const { id } = await connected();
    await running.client.request(remove, { input: { id } });
    expect(server.log.at(-1)).toBe('revoked');
    expect(await acts('credential.revoke')).toMatchObject([
      { data: { phase: 'outcome', isRevoked: true } },
      { data: { phase: 'intent' } },
    ]);
  });

  it('is asked for at the command line, which waits for it', async () => {
    const { name } = await connectable();
    const env = {
      ...{ PATH: process.env['PATH'], OPERANDI_URL: running.platform.url },
      OPERANDI_API_KEY: running.platform.firstKey ?? '',
    };
    const main = fileURLToPath(new URL('../../cli/operandi.cjs', import.meta.url));
    const child = execFile(process.execPath, [main, 'integrations', 'connect', name], { env });
    const printed = new Promise<string>((resolve) => {
      child.stderr?.on('data', (text: string) => {
        const [url] = /https?:\S+/u.exec(text) ?? [];
        if (url !== undefined) resolve(url);
      });
    });
    const said: string[] = [];
    child.stdout?.on('data', (text: string) => said.push(text));
    const ended = once(child, 'close');
    await createBrowser().submit(await printed, {});
    expect(await ended).toEqual([0, null]);
    expect(said.join('')).toContain(`${name} is connected: `);
  });

  it('is EXPIRED where no refresh token was given and the access token is over', async () => {
    server.tokenSeconds = 20;
    const { name, id } = await connected({ scopes: ['accounts'], parameters: {} });
    expect(await credentialOf(name)).toMatchObject({ state: 'EXPIRED', isRefreshable: false });
    const { call: refused } = await call(id);
    expect(refused).toMatchObject({
      error: expect.stringContaining('no refresh token was given') as string,
    });
  });

  it('can be had with endpoints that are named one by one, where answers name the issuer', async () => {
    const endpoints = {
      ...{ authorizationUrl: `${server.issuer}/auth`, tokenUrl: `${server.issuer}/token` },
      issuer: server.issuer,
    };
    const { id } = await connected(endpoints);
    expect(await call(id)).toMatchObject({ result: { person: 'ada' } });
  });
});

describe('a stranger', () => {
  it('is limited by address, whatever links they make up', async () => {
    const ticket = () => `${randomUUID()}.${randomUUID()}.${'x'.repeat(43)}`;
    const ask = async () => (await fetch(`${origin}/connect?link=${ticket()}`)).status;
    const answers = new Set<number>();
    for (let asked = 0; asked < 121 && !answers.has(429); asked += 1) answers.add(await ask());
    expect(answers).toContain(429);
    expect((await fetch(`${origin}/connect/callback?state=${ticket()}`)).status).toBe(429);
  });
});
