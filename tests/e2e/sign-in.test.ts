import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';

import { contextsFile, readContexts, signedIn, writeContexts } from '../../cli/contexts.ts';
import { signInWithDevice, signOut } from '../../cli/sign-in.ts';
import { ask } from '../../gateway/testing/start-gateway.ts';
import { openReadySocket } from '../../gateway/testing/text-socket.ts';
import { readClientConfig } from '../../kernel/config/client.ts';
import { isJsonObject, type JsonValue } from '../../kernel/json.ts';
import { createBrowser } from '../support/browser.ts';
import {
  machineClient,
  pageClient,
  startIssuer,
  type TestIssuer,
} from '../support/identity-provider.ts';
import { openSocket } from '../support/socket.ts';
import { startTestPlatform, type TestPlatform } from '../support/platform.ts';

const stack = new AsyncDisposableStack();
let issuer: TestIssuer;
let test: TestPlatform;
let providerId: string;
let origin: string;

const deviceAnswer = z.object({
  deviceCode: z.string(),
  provider: z.string(),
  verificationUriComplete: z.string(),
});
const sessionAnswer = z.object({ session: z.string() });

type Headers = Readonly<Record<string, string>>;

const viewer = '{ viewer { kind name permissions } }';
const cookieName = '__Host-operandi-session';

async function asAdmin(query: string): Promise<JsonValue> {
  const headers = { authorization: `Bearer ${test.platform.firstKey ?? ''}` };
  const { body } = await ask(test.platform.url, { query }, headers);
  return body;
}

async function invite(input: string): Promise<string> {
  return idIn(
    await asAdmin(
      `mutation { inviteMember(input: {${input}}) { member { id } userErrors { message } } }`,
    ),
  );
}

function idIn(body: JsonValue): string {
  const [, id] = /"id":"([^"]+)"/.exec(JSON.stringify(body)) ?? [];
  if (id === undefined) throw new Error(JSON.stringify(body));
  return id;
}

async function viewerOf(headers: Headers): Promise<JsonValue> {
  const { body } = await ask(test.platform.url, { query: viewer }, headers);
  return body;
}

function codeIn(body: JsonValue): string {
  return /"code":"([A-Z_]+)"/.exec(JSON.stringify(body))?.[1] ?? 'none';
}

async function post(path: string, body: object, headers: Headers = {}): Promise<Response> {
  return fetch(`${origin}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
    redirect: 'manual',
  });
}

beforeAll(async () => {
  issuer = stack.use(await startIssuer('http://127.0.0.1/auth/callback'));
  test = stack.use(await startTestPlatform({ OPERANDI_EGRESS_ALLOW: issuer.place }));
  origin = new URL(test.platform.url).origin;
  providerId = idIn(
    await asAdmin(`mutation { createIdentityProvider(input: {
      name: "Company", issuer: "${issuer.issuer}", audience: "${issuer.audience}", clientId: "${pageClient}"
    }) { identityProvider { id } userErrors { message field } } }`),
  );
  issuer.accounts.set('ada', { email: 'ada@example.com' });
  issuer.accounts.set('mallory', { email: 'ada@example.com', isVerified: false });
  issuer.accounts.set('eve', { email: 'eve@example.com' });
  await invite('email: "Ada@Example.com", name: "Ada", role: OPERATOR');
});

afterAll(() => stack.disposeAsync());

beforeEach(() => {
  issuer.signedIn = 'ada';
});

describe('somebody who signs in on a page', () => {
  it('comes back to where they were, with a session that only pages of our own can use', async () => {
    const browser = createBrowser();
    const end = await browser.open(`${origin}/auth/login?return_to=/auth/nowhere%3Ftab=1`);
    expect(end.url).toBe(`${origin}/auth/nowhere?tab=1`);
    expect(end.way.some((url) => url.startsWith(issuer.issuer))).toBe(true);
    const cookie = browser.cookiesFor(origin);
    expect(cookie).toMatch(new RegExp(`^${cookieName}=ops_local_`));
    expect(await viewerOf({ cookie })).toMatchObject({
      data: { viewer: { kind: 'USER', name: 'Ada' } },
    });
    expect(await viewerOf({ cookie, origin })).toMatchObject({ data: {} });
    expect(await viewerOf({ cookie, 'sec-fetch-site': 'same-origin' })).toMatchObject({ data: {} });
    for (const foreign of [
      { origin: 'http://localhost:3000' },
      { origin: 'null' },
      { 'sec-fetch-site': 'same-site' },
      { 'sec-fetch-site': 'cross-site' },
    ])
      expect(codeIn(await viewerOf({ cookie, ...foreign }))).toBe('UNAUTHENTICATED');
  });

  it('gets cookies that neither scripts nor other sites nor plain HTTP see', async () => {
    const begun = await fetch(`${origin}/auth/login`, { redirect: 'manual' });
    const [cookie = ''] = begun.headers.getSetCookie();
    expect(cookie).toMatch(/^__Host-[^;]+; Path=\/; Secure; HttpOnly; SameSite=Lax; Max-Age=600$/);
    expect(begun.headers.get('cache-control')).toBe('no-store');
    const target = new URL(begun.headers.get('location') ?? '');
    expect(target.searchParams.get('code_challenge_method')).toBe('S256');
    expect(target.searchParams.get('state')).toHaveLength(43);
    expect(target.searchParams.get('nonce')).toHaveLength(43);
  });

  it('is not let in by the answer to a sign-in of another browser', async () => {
    const victim = createBrowser();
    await victim.open(`${origin}/auth/login`);
    const foreign = await createBrowser().open(`${origin}/auth/callback?code=abc&state=def`);
    expect(foreign.status).toBe(401);
    const begun = createBrowser();
    await begun.submit(`${origin}/auth/device`, {});
    const first = await fetch(`${origin}/auth/login`, { redirect: 'manual' });
    const cookie = first.headers.getSetCookie()[0]?.split(';')[0] ?? '';
    const answer = await fetch(`${origin}/auth/callback?code=abc&state=another`, {
      headers: { cookie },
      redirect: 'manual',
    });
    expect(answer.status).toBe(401);
    expect(answer.headers.getSetCookie().join()).not.toContain('ops_');
  });

  it('is sent away when they are no member, or their address is not verified', async () => {
    for (const account of ['eve', 'mallory']) {
      issuer.signedIn = account;
      const browser = createBrowser();
      const end = await browser.open(`${origin}/auth/login`);
      expect(end.status).toBe(401);
      expect(browser.cookiesFor(origin)).not.toContain(cookieName);
    }
  });

  it('is the subject from then on: who gets the address later is somebody else', async () => {
    await createBrowser().open(`${origin}/auth/login`);
    issuer.accounts.set('heir', { email: 'ada@example.com' });
    issuer.signedIn = 'heir';
    expect((await createBrowser().open(`${origin}/auth/login`)).status).toBe(401);
    issuer.accounts.set('ada', { email: 'new-name@example.com' });
    issuer.signedIn = 'ada';
    const browser = createBrowser();
    await browser.open(`${origin}/auth/login`);
    expect(browser.cookiesFor(origin)).toContain(cookieName);
  });

  it('signs out, which no other site can do for them, and takes live sockets along', async () => {
    const browser = createBrowser();
    await browser.open(`${origin}/auth/login`);
    const cookie = browser.cookiesFor(origin);
    const [, session = ''] = cookie.split('=');
    const socket = await openReadySocket(test.platform.url, { authorization: `Bearer ${session}` });
    const foreign = await post('/auth/logout', {}, { cookie, origin: 'https://other.example' });
    expect(foreign.status).toBe(400);
    expect(await viewerOf({ cookie })).toMatchObject({ data: {} });
    const own = await post('/auth/logout', {}, { cookie, origin });
    expect(own.status).toBe(303);
    expect(own.headers.getSetCookie()).toEqual([expect.stringContaining('Max-Age=0')]);
    expect(await socket.closed).toMatchObject({ code: 4403 });
    expect(codeIn(await viewerOf({ cookie }))).toBe('UNAUTHENTICATED');
  });

  it('is not spoken for on a socket by a foreign page, whatever it says of itself', async () => {
    const browser = createBrowser();
    await browser.open(`${origin}/auth/login`);
    const cookie = browser.cookiesFor(origin);
    await using own = await openSocket(test.platform.url, { cookie, origin });
    own.send({ type: 'connection_init' });
    expect(await own.next()).toMatchObject({ type: 'connection_ack' });
    const foreignHeaders = { cookie, origin: 'http://localhost:3000' };
    await using foreign = await openSocket(test.platform.url, foreignHeaders);
    const payload = {
      origin,
      Origin: origin,
      headers: { origin, 'sec-fetch-site': 'same-origin' },
    };
    foreign.send({ type: 'connection_init', payload });
    expect(await foreign.closed).toBe(4403);
  });

  it('sees their sessions and ends one of them, but no other person’s', async () => {
    const browser = createBrowser();
    await browser.open(`${origin}/auth/login`);
    const headers = { cookie: browser.cookiesFor(origin) };
    const query = '{ sessions(last: 1) { nodes { id kind agent member { name } } } }';
    const { body } = await ask(test.platform.url, { query }, headers);
    expect(body).toMatchObject({
      data: { sessions: { nodes: [{ kind: 'PAGE', member: { name: 'Ada' } }] } },
    });
    const end = `mutation { endSession(input: {id: "${idIn(body)}"}) { id userErrors { code } } }`;
    await invite('email: "eve@example.com", name: "Eve", role: OPERATOR');
    issuer.signedIn = 'eve';
    const other = createBrowser();
    await other.open(`${origin}/auth/login`);
    const stranger = { cookie: other.cookiesFor(origin) };
    expect(codeIn((await ask(test.platform.url, { query: end }, stranger)).body)).toBe('FORBIDDEN');
    expect((await ask(test.platform.url, { query: end }, headers)).body).toMatchObject({
      data: { endSession: { userErrors: [] } },
    });
    expect(codeIn(await viewerOf(headers))).toBe('UNAUTHENTICATED');
  });
});

describe('a program without a browser', () => {
  it('is let in by its user at the issuer', async () => {
    const begun = deviceAnswer.parse(await (await post('/auth/device', {})).json());
    const { deviceCode, provider, verificationUriComplete } = begun;
    expect(provider).toBe(providerId);
    const question = { provider: providerId, deviceCode };
    const early = await post('/auth/device/token', question);
    expect(early.status).toBe(202);
    expect(await early.json()).toEqual({ state: 'authorization_pending' });

    const browser = createBrowser();
    const page = await browser.open(verificationUriComplete);
    const form = formIn(page.text);
    const confirm = await browser.submit(`${issuer.issuer}/device`, form);
    await browser.submit(`${issuer.issuer}/device`, { ...formIn(confirm.text), confirm: 'yes' });

    const entered = await post('/auth/device/token', question);
    const { session } = sessionAnswer.parse(await entered.json());
    expect(await viewerOf({ authorization: `Bearer ${session}` })).toMatchObject({
      data: { viewer: { kind: 'USER', name: 'Ada' } },
    });
    const out = await post('/auth/logout', {}, { authorization: `Bearer ${session}` });
    expect(out.status).toBe(200);
    expect(codeIn(await viewerOf({ authorization: `Bearer ${session}` }))).toBe('UNAUTHENTICATED');
  });

  it('is told that a code is nobody’s', async () => {
    const answer = await post('/auth/device/token', {
      provider: providerId,
      deviceCode: 'made-up',
    });
    expect(answer.status).toBe(401);
    expect(await answer.json()).toMatchObject({ code: 'UNAUTHENTICATED' });
  });
});

function formIn(html: string): Record<string, string> {
  const inputs = [...html.matchAll(/<input[^>]*>/g)].map(([input]) => input);
  return Object.fromEntries(
    inputs.flatMap((input) => {
      const name = /name="([^"]*)"/.exec(input)?.[1];
      const value = /value="([^"]*)"/.exec(input)?.[1];
      return name === undefined || value === undefined ? [] : [[name, value]];
    }),
  );
}

describe('the command line', () => {
  it('signs its user in, keeps the session for its owner alone and ends it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'operandi-contexts-'));
    stack.defer(() => rm(folder, { recursive: true, force: true }));
    const file = join(folder, 'deep', 'contexts.json');
    const endpoint = test.platform.url;
    const entered = await signInWithDevice({
      endpoint,
      provider: undefined,
      show: ({ verificationUriComplete }) => {
        page = verificationUriComplete ?? '';
      },
      // The user is at their browser while the program waits.
      wait: letIn,
    });
    writeContexts({ current: endpoint, contexts: { [endpoint]: entered } }, file);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const env = { OPERANDI_CONTEXTS_FILE: file };
    const lookUp = (url: string | undefined) => signedIn(url, readContexts(contextsFile(env)));
    expect(readClientConfig(env, lookUp)).toEqual({ url: endpoint, apiKey: entered.session });
    const elsewhere = { ...env, OPERANDI_URL: 'http://127.0.0.1:9/graphql' };
    expect(() => readClientConfig(elsewhere, lookUp)).toThrow('operandi login');
    expect(readClientConfig({ ...env, OPERANDI_API_KEY: 'k' }, lookUp).apiKey).toBe('k');
    const headers = { authorization: `Bearer ${entered.session}` };
    expect(await viewerOf(headers)).toMatchObject({ data: { viewer: { name: 'Ada' } } });
    await signOut(endpoint, entered.session);
    expect(codeIn(await viewerOf(headers))).toBe('UNAUTHENTICATED');
  });

  let page = '';

  async function letIn(): Promise<void> {
    if (page === '') return;
    const browser = createBrowser();
    const form = formIn((await browser.open(page)).text);
    const confirm = await browser.submit(`${issuer.issuer}/device`, form);
    await browser.submit(`${issuer.issuer}/device`, { ...formIn(confirm.text), confirm: 'yes' });
    page = '';
  }
});

describe('a machine with a token of the issuer', () => {
  it('is the member that its client was invited as, until it is removed', async () => {
    const token = await issuer.machineToken();
    const headers = { authorization: `Bearer ${token}` };
    const refused = await viewerOf(headers);
    expect(codeIn(refused)).toBe('UNAUTHENTICATED');
    const id = await invite(`email: "robot@example.com", name: "Robot", role: OPERATOR,
      identity: {providerId: "${providerId}", subject: "${machineClient}"}`);
    await expect
      .poll(() => viewerOf(headers), { timeout: 30_000 })
      .toMatchObject({ data: { viewer: { kind: 'USER', name: 'Robot' } } });
    const socket = await openReadySocket(test.platform.url, headers);
    await asAdmin(`mutation { removeMember(input: {id: "${id}"}) { userErrors { code } } }`);
    expect(await socket.closed).toMatchObject({ code: 4403 });
    expect(await viewerOf(headers)).toEqual(withoutIds(refused));
  });

  it('is told nothing by which an unknown issuer, audience, type or signature differ', async () => {
    const good = await issuer.machineToken();
    const [header = '', payload = '', signature = ''] = good.split('.');
    const changed = (part: string, change: object): string => {
      const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString());
      return Buffer.from(JSON.stringify({ ...Object(value), ...change })).toString('base64url');
    };
    const other = `${header}.${changed(payload, { iss: 'https://issuer.example' })}.${signature}`;
    const tokens = [
      other,
      `${header}.${changed(payload, { aud: 'https://another.example' })}.${signature}`,
      `${header}.${changed(payload, { sub: 'admin' })}.${signature}`,
      `${changed(header, { alg: 'none' })}.${payload}.${signature}`,
      `${changed(header, { alg: 'HS256' })}.${payload}.${signature}`,
      `${changed(header, { typ: 'dpop+jwt' })}.${payload}.${signature}`,
      `${header}.${payload}.${signature.slice(0, -4)}AAAA`,
      'a.b.c',
    ];
    const answers = await Promise.all(
      tokens.map(async (token) => viewerOf({ authorization: `Bearer ${token}` })),
    );
    const [first] = answers;
    expect(first).toMatchObject({
      errors: [{ message: 'the token is not valid', extensions: { code: 'UNAUTHENTICATED' } }],
    });
    for (const answer of answers) expect(withoutIds(answer)).toEqual(withoutIds(first ?? null));
  });
});

/** Request ids differ; nothing else may. */
function withoutIds(body: JsonValue): JsonValue {
  if (!isJsonObject(body)) return body;
  return JSON.parse(
    JSON.stringify(body).replaceAll(/"requestId":"[^"]*"/g, '"requestId":""'),
  ) as JsonValue;
}
