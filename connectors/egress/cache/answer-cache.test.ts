import { afterEach, describe, expect, it } from 'vitest';

import { manualClock } from '../../../kernel/clock.ts';
import { type Loopback, openLoopback, type Seen } from '../../testing/loopback.ts';
import { createEgress, type Egress } from '../egress.ts';
import { type ConnectionPolicy, defaultLimits, type EgressRequest } from '../policy.ts';
import type { CacheSettings } from './open-answers.ts';
import type { CacheRule } from './rule.ts';

const start = new Date('2026-03-01T12:00:00.000Z');
const opened: AsyncDisposable[] = [];

afterEach(async () => {
  for (const resource of opened.splice(0).reverse()) await resource[Symbol.asyncDispose]();
});

const rule: CacheRule = {
  ...{ owner: 'tenant', scope: 'tenant/bank/1', group: 'read' },
  ...{ isHeuristic: false, maxSeconds: undefined },
};
const policy: ConnectionPolicy = { key: 'tenant/bank', name: 'bank', limits: defaultLimits };

interface Told {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** A peer that answers what it is told next, else what it was told last; and a way out that keeps answers. */
async function open(first: Told, cache: Partial<CacheSettings> = {}) {
  const clock = manualClock(start);
  let told = first;
  let hold: Promise<undefined> | undefined;
  const peer = await openLoopback(async (response, _request, count) => {
    await hold;
    const { status = 200, headers = {}, body = `answer ${String(count)}` } = told;
    response.writeHead(status, { date: clock.now().toUTCString(), ...headers }).end(body);
  });
  opened.push(peer);
  const settings = { maxBytes: 1_000_000, maxEntryBytes: 100_000, ...cache };
  const egress = createEgress({ allow: [peer.host], clock, cache: settings, random: () => 0 });
  opened.push(egress);
  return {
    ...{ clock, peer, egress },
    tell: (next: Told) => (told = next),
    hold: (until: Promise<undefined> | undefined) => void (hold = until),
    ask: (request: Partial<EgressRequest> = {}) => ask(egress, peer, request),
  };
}

async function ask(egress: Egress, peer: Loopback, request: Partial<EgressRequest> = {}) {
  const whole = { method: 'GET', url: `${peer.url}/thing`, cache: rule, ...request };
  const answer = await egress.request(policy, whole, AbortSignal.timeout(60_000));
  return { ...answer, text: answer.body.toString() };
}

const kept = (cacheControl: string, more: Readonly<Record<string, string>> = {}): Told => ({
  headers: { 'cache-control': cacheControl, ...more },
});

/** What a second, equal request comes to, so many seconds after the first. */
interface Case {
  readonly clause: string;
  readonly says: string;
  readonly first: Told;
  readonly after?: number;
  /** What the peer says then. @default the same again */
  readonly then?: Told;
  readonly request?: Partial<EgressRequest>;
  readonly again?: Partial<EgressRequest>;
  readonly rule?: Partial<CacheRule>;
  readonly is: 'HIT' | 'MISS' | 'REVALIDATED' | 'STALE' | 'BYPASS';
}

const headers = (more: Readonly<Record<string, string>>) => ({ headers: more });
const at = (seconds: number): string => new Date(start.getTime() + seconds * 1000).toUTCString();
const notModified = (more: Readonly<Record<string, string>> = {}): Told => ({
  ...{ status: 304, headers: more, body: '' },
});
const tagged = { etag: '"1"' };

const cases: readonly Case[] = [
  { clause: '3', says: 'keeps what has a life', first: kept('max-age=60'), is: 'HIT' },
  { clause: '3', says: 'keeps nothing without life or mark', first: {}, is: 'MISS' },
  { clause: '3', says: 'keeps no part', first: { ...kept('max-age=60'), status: 206 }, is: 'MISS' },
  {
    ...{ clause: '3', says: 'keeps a 404 that has a life', is: 'HIT' },
    first: { ...kept('max-age=60'), status: 404 },
  },
  {
    ...{ clause: '3', says: 'keeps no status that it does not know', is: 'MISS' },
    first: { ...kept('max-age=60'), status: 418 },
  },
  {
    ...{ clause: '3.5', says: 'keeps what a credential got, for that credential', is: 'HIT' },
    ...{ first: kept('max-age=60'), request: headers({ authorization: 'Bearer a' }) },
    again: headers({ authorization: 'Bearer a' }),
  },
  {
    ...{ clause: '4', says: 'has an answer for the same address alone', is: 'MISS' },
    ...{ first: kept('max-age=60'), again: { url: '?other' } },
  },
  {
    ...{ clause: '4', says: 'has no answer to GET for HEAD', is: 'MISS' },
    ...{ first: kept('max-age=60'), again: { method: 'HEAD' } },
  },
  {
    ...{ clause: '4.1', says: 'tells answers apart by the headers that Vary names', is: 'MISS' },
    first: kept('max-age=60', { vary: 'Accept-Language' }),
    ...{ request: headers({ 'accept-language': 'en' }) },
    again: headers({ 'accept-language': 'de' }),
  },
  {
    ...{ clause: '4.1', says: 'finds a variant again', is: 'HIT' },
    first: kept('max-age=60', { vary: 'accept-language, Accept' }),
    request: headers({ 'Accept-Language': 'en', accept: 'a/b' }),
    again: headers({ 'accept-language': ' en', accept: 'a/b' }),
  },
  {
    ...{ clause: '4.1', says: 'minds no header that Vary does not name', is: 'HIT' },
    first: kept('max-age=60', { vary: 'accept' }),
    again: headers({ 'x-trace': '2' }),
  },
  {
    ...{ clause: '4.1', says: 'has nothing twice that varies by everything', is: 'MISS' },
    first: kept('max-age=60', { vary: '*', ...tagged }),
  },
  {
    clause: '4.2',
    says: 'asks when the life is over',
    first: kept('max-age=60'),
    after: 60,
    is: 'MISS',
  },
  {
    ...{ clause: '4.2.1', says: 'goes by max-age before Expires', is: 'HIT', after: 30 },
    first: kept('max-age=60', { expires: at(10) }),
  },
  {
    ...{
      clause: '4.2.1',
      says: 'minds no s-maxage, which is for shared caches',
      is: 'HIT',
      after: 30,
    },
    first: kept('max-age=60, s-maxage=1'),
  },
  {
    ...{ clause: '4.2.1', says: 'goes by Expires', is: 'HIT', after: 9 },
    first: headers({ expires: at(10) }),
  },
  {
    ...{ clause: '4.2.1', says: 'takes the shorter of two lives', is: 'MISS', after: 30 },
    first: kept('max-age=60, max-age=10'),
  },
  {
    ...{ clause: '4.2.2', says: 'guesses no life', is: 'MISS', after: 1 },
    first: headers({ 'last-modified': at(-1_000_000) }),
  },
  {
    ...{
      clause: '4.2.2',
      says: 'guesses a tenth of the time since the last change when asked',
      is: 'HIT',
    },
    ...{ first: headers({ 'last-modified': at(-1000) }), after: 99, rule: { isHeuristic: true } },
  },
  {
    ...{ clause: '4.2.2', says: 'guesses a day at most', is: 'MISS', after: 86_401 },
    ...{ first: headers({ 'last-modified': at(-1e8) }), rule: { isHeuristic: true } },
  },
  {
    ...{ clause: '4.2.3', says: 'adds the age that it had', is: 'MISS', after: 20 },
    first: kept('max-age=60', { age: '50' }),
  },
  {
    ...{ clause: '4.2.3', says: 'adds the age that its date tells', is: 'MISS', after: 20 },
    first: kept('max-age=60', { date: at(-50) }),
  },
  {
    ...{ clause: '4.3', says: 'asks whether it is still good', is: 'REVALIDATED', after: 60 },
    ...{ first: kept('max-age=60', tagged), then: notModified(tagged) },
  },
  {
    ...{
      clause: '4.3.1',
      says: 'asks by the time of the last change',
      is: 'REVALIDATED',
      after: 60,
    },
    ...{ first: headers({ 'last-modified': at(-10) }), then: notModified() },
  },
  {
    ...{ clause: '4.3.1', says: 'asks not by a change of the same second', is: 'MISS' },
    ...{ first: headers({ 'last-modified': at(0) }), then: {} },
  },
  {
    ...{ clause: '4.3.3', says: 'takes a whole answer in its place', is: 'MISS', after: 60 },
    ...{ first: kept('max-age=60', tagged), then: kept('max-age=60', { etag: '"2"' }) },
  },
  {
    ...{
      clause: '5.2.1.1',
      says: 'asks where the request wants it younger',
      is: 'MISS',
      after: 30,
    },
    ...{ first: kept('max-age=60'), again: headers({ 'cache-control': 'max-age=10' }) },
  },
  {
    ...{
      clause: '5.2.1.2',
      says: 'uses what is old where the request takes it',
      is: 'HIT',
      after: 70,
    },
    ...{ first: kept('max-age=60'), again: headers({ 'cache-control': 'max-stale=30' }) },
  },
  {
    ...{ clause: '5.2.1.3', says: 'asks where it is not good for as long as wanted', is: 'MISS' },
    ...{ first: kept('max-age=60'), again: headers({ 'cache-control': 'min-fresh=90' }) },
  },
  {
    ...{ clause: '5.2.1.4', says: 'asks where the request wants it', is: 'MISS' },
    ...{ first: kept('max-age=60'), again: headers({ 'cache-control': 'no-cache' }) },
  },
  {
    ...{ clause: '5.2.1.5', says: 'keeps nothing where the request wants that', is: 'MISS' },
    again: {},
    ...{ first: kept('max-age=60'), request: headers({ 'cache-control': 'no-store' }) },
  },
  {
    ...{ clause: '5.2.1.5', says: 'goes by the cache where the request wants that', is: 'BYPASS' },
    ...{ first: kept('max-age=60'), again: headers({ 'cache-control': 'no-store' }) },
  },
  {
    ...{
      clause: '5.2.2.2',
      says: 'uses what must be asked about when old, while it is not',
      is: 'HIT',
    },
    first: kept('max-age=60, must-revalidate'),
  },
  {
    ...{ clause: '5.2.2.2', says: 'never uses it when it is old', is: 'MISS', after: 61 },
    first: kept('max-age=60, must-revalidate, stale-while-revalidate=100'),
    again: headers({ 'cache-control': 'max-stale' }),
  },
  {
    ...{ clause: '5.2.2.4', says: 'asks each time', is: 'REVALIDATED' },
    ...{ first: kept('no-cache, max-age=60', tagged), then: notModified(tagged) },
  },
  { clause: '5.2.2.5', says: 'keeps nothing', first: kept('no-store, max-age=60'), is: 'MISS' },
  {
    clause: '5.2.2.7',
    says: 'keeps what is private',
    first: kept('private, max-age=60'),
    is: 'HIT',
  },
  {
    ...{
      clause: '5.2',
      says: 'reads directives in any case, quoted, with commas within',
      is: 'HIT',
    },
    first: kept('Private="set-cookie, x", MAX-AGE="60"'),
  },
  {
    clause: '5.2',
    says: 'minds No-Store in any case',
    first: kept('No-Store, max-age=60'),
    is: 'MISS',
  },
  {
    clause: '5.3',
    says: 'takes a date that is none for the past',
    first: headers({ expires: '0' }),
    is: 'MISS',
  },
  {
    ...{ clause: '5.4', says: 'knows the old name of no-cache', is: 'MISS' },
    ...{ first: kept('max-age=60'), again: headers({ pragma: 'no-cache' }) },
  },
  {
    ...{ clause: 'RFC 5861, 3', says: 'uses what is old while it asks', is: 'STALE', after: 70 },
    first: kept('max-age=60, stale-while-revalidate=30'),
  },
  {
    ...{ clause: 'RFC 5861, 3', says: 'waits once that time is over', is: 'MISS', after: 95 },
    first: kept('max-age=60, stale-while-revalidate=30'),
  },
  {
    ...{
      clause: 'RFC 5861, 4',
      says: 'uses what is old in place of an error',
      is: 'STALE',
      after: 70,
    },
    ...{ first: kept('max-age=60, stale-if-error=30'), then: { status: 503 } },
  },
  {
    ...{
      clause: 'RFC 5861, 4',
      says: 'tells the error once that time is over',
      is: 'MISS',
      after: 95,
    },
    ...{ first: kept('max-age=60, stale-if-error=30'), then: { status: 503 } },
  },
  {
    ...{ clause: 'RFC 9110, 14.2', says: 'leaves parts alone', is: 'BYPASS' },
    ...{ first: kept('max-age=60'), again: headers({ range: 'bytes=0-1' }) },
  },
  {
    ...{ clause: 'RFC 9110, 13', says: 'leaves the author’s own conditions alone', is: 'BYPASS' },
    ...{ first: kept('max-age=60'), again: headers({ 'if-none-match': '"1"' }) },
  },
  {
    ...{
      clause: '-',
      says: 'has the life of the integration where the peer names none',
      is: 'HIT',
    },
    ...{ first: {}, after: 29, rule: { seconds: 30 } },
  },
  {
    ...{ clause: '-', says: 'has no life of the integration where the peer names one', is: 'MISS' },
    ...{ first: kept('max-age=10'), after: 20, rule: { seconds: 30 } },
  },
  {
    ...{ clause: '-', says: 'has none either where the peer wants to be asked', is: 'REVALIDATED' },
    ...{ first: kept('no-cache', tagged), then: notModified(tagged), rule: { seconds: 30 } },
  },
  {
    ...{ clause: '-', says: 'is bounded by the integration', is: 'MISS', after: 20 },
    ...{ first: kept('max-age=60'), rule: { maxSeconds: 10 } },
  },
];

describe('the cache by RFC 9111', () => {
  it.each(cases)('$clause: $says → $is', async (one) => {
    const { peer, clock, tell, egress } = await open(one.first);
    const { after = 0, then, request = {}, again = request } = one;
    const cache = { ...rule, ...one.rule };
    const first = await ask(egress, peer, { cache, ...request });
    clock.advance(after * 1000);
    if (then !== undefined) tell(then);
    const second = await askOnce(egress, peer, { cache, ...again });
    expect(second.cache).toBe(one.is);
    const isKept = ['HIT', 'REVALIDATED', 'STALE'].includes(one.is);
    if (!isKept && then === undefined) expect(second.body).not.toEqual(first.body);
    if (isKept) expect(second).toMatchObject({ status: first.status, body: first.body });
    expect(peer.seen.length).toBe(
      one.is === 'HIT' ? 1 : Math.max(peer.seen.length, asksOf[one.is]),
    );
    const isAsked = Object.keys(conditionsOf(peer.seen[1])).length > 0;
    if (one.is === 'REVALIDATED') expect(isAsked).toBe(true);
  });
});

/** Without another try. */
function askOnce(egress: Egress, peer: Loopback, { url = '', ...more }: Partial<EgressRequest>) {
  const whole = { method: 'GET', ...more, url: `${peer.url}/thing${url}` };
  const limits = { ...defaultLimits, maxAttempts: 1 };
  return egress.request({ ...policy, limits }, whole, AbortSignal.timeout(60_000));
}

/** Requests at least; an old answer is renewed when it comes to that. */
const asksOf = { HIT: 1, STALE: 1, REVALIDATED: 2, MISS: 2, BYPASS: 2 };

function conditionsOf(seen: Seen | undefined) {
  const { 'if-none-match': tag, 'if-modified-since': since } = seen?.headers ?? {};
  return { ...(tag === undefined ? {} : { tag }), ...(since === undefined ? {} : { since }) };
}

describe('an answer that is kept', () => {
  it('tells its age and no try', async () => {
    const { ask: get, clock } = await open(kept('max-age=60', { age: '5' }));
    await get();
    clock.advance(7_000);
    const answer = await get();
    expect(answer).toMatchObject({ attempts: 0, cache: 'HIT', headers: { age: '12' } });
  });

  it('has the headers of the 304 that confirmed it', async () => {
    const {
      ask: get,
      clock,
      tell,
      peer,
    } = await open(kept('max-age=10', { etag: '"1"', 'x-at': '1' }));
    await get();
    clock.advance(11_000);
    tell(notModified({ etag: 'W/"1"', 'cache-control': 'max-age=100', 'x-at': '2' }));
    const confirmed = await get();
    expect(confirmed).toMatchObject({ status: 200, cache: 'REVALIDATED', text: 'answer 1' });
    expect(confirmed.headers).toMatchObject({ 'x-at': '2' });
    clock.advance(90_000);
    expect(await get()).toMatchObject({ cache: 'HIT', text: 'answer 1' });
    expect(peer.seen[1]?.headers['if-none-match']).toBe('"1"');
  });

  it('is fetched whole where a 304 speaks of another', async () => {
    const { peer, egress, clock, tell } = await open(kept('max-age=10', { etag: '"1"' }));
    await ask(egress, peer);
    clock.advance(11_000);
    tell(notModified({ etag: '"9"' }));
    const asked = ask(egress, peer);
    await expect(asked).resolves.toMatchObject({ cache: 'MISS', status: 304, attempts: 2 });
    expect(conditionsOf(peer.seen[2])).toEqual({});
  });

  it.each([
    { of: 'another credential', more: { scope: 'tenant/bank/2' } },
    { of: 'another integration', more: { scope: 'tenant/shop/1' } },
    { of: 'another tenant', more: { owner: 'other', scope: 'other/bank/1' } },
  ])('is not that of $of', async ({ more }) => {
    const { ask: get } = await open(kept('max-age=60'));
    await get();
    expect(await get({ cache: { ...rule, ...more } })).toMatchObject({
      cache: 'MISS',
      text: 'answer 2',
    });
    expect(await get()).toMatchObject({ cache: 'HIT', text: 'answer 1' });
  });

  it('9111, 4.4: is forgotten by a change of its address, and of those that the change names', async () => {
    const { ask: get, peer, tell } = await open(kept('max-age=60'));
    const places = ['/thing', '/made', '/list', '/other'];
    for (const place of places) await get({ url: `${peer.url}${place}` });
    tell({
      ...kept('max-age=60', { location: '/made', 'content-location': `${peer.url}/list` }),
      status: 201,
    });
    await get({ method: 'POST', body: '{}' });
    const outcomes = [];
    for (const place of places) outcomes.push((await get({ url: `${peer.url}${place}` })).cache);
    expect(outcomes).toEqual(['MISS', 'MISS', 'MISS', 'HIT']);
  });

  it('9111, 4.4: stays where the change was refused, or is another’s address', async () => {
    const { ask: get, tell, peer } = await open(kept('max-age=60'));
    await get();
    tell({ status: 403, headers: { location: '/thing' } });
    await get({ method: 'DELETE' });
    tell({ status: 200, headers: { location: 'http://elsewhere.example/thing' } });
    await get({ method: 'PUT', url: `${peer.url}/other`, body: '1' });
    expect((await get()).cache).toBe('HIT');
  });

  it('is not what was being fetched when its address changed, nor is that handed to who comes after', async () => {
    const { ask: get, hold, peer } = await open(kept('max-age=60'));
    const gate = Promise.withResolvers<undefined>();
    hold(gate.promise);
    const early = get();
    await until(() => peer.seen.length === 1);
    hold(undefined);
    await get({ method: 'PUT', body: '1' });
    const late = await get();
    gate.resolve(undefined);
    expect(await early).toMatchObject({ cache: 'MISS', isShared: false });
    expect(late).toMatchObject({ cache: 'MISS', isShared: false });
    expect((await get()).text).toBe(late.text);
  });

  it('is asked for once by all who need it at the same time', async () => {
    const { ask: get, hold, peer, egress } = await open(kept('max-age=60'));
    const gate = Promise.withResolvers<undefined>();
    hold(gate.promise);
    const all = Promise.all(Array.from({ length: 50 }, () => get()));
    await until(() => peer.seen.length === 1);
    gate.resolve(undefined);
    expect(new Set((await all).map(({ text }) => text))).toEqual(new Set(['answer 1']));
    expect(peer.seen).toHaveLength(1);
    expect(egress.cached()).toMatchObject({ waits: { process: 49 }, entries: 1 });
  });

  it('is fetched once in the background, for all who use the old one', async () => {
    const {
      ask: get,
      clock,
      peer,
      hold,
    } = await open(kept('max-age=10, stale-while-revalidate=60'));
    await get();
    clock.advance(20_000);
    const gate = Promise.withResolvers<undefined>();
    hold(gate.promise);
    for (let count = 0; count < 5; count += 1)
      expect(await get()).toMatchObject({ cache: 'STALE', text: 'answer 1', attempts: 0 });
    await until(() => peer.seen.length === 2);
    gate.resolve(undefined);
    await until(async () => (await get()).text === 'answer 2');
    expect(peer.seen).toHaveLength(2);
  });

  it('stands in for a peer that cannot be reached', async () => {
    const { egress, peer, clock } = await open(kept('max-age=10, stale-if-error=60'));
    await ask(egress, peer);
    clock.advance(20_000);
    await peer[Symbol.asyncDispose]();
    opened.splice(opened.indexOf(peer), 1);
    const limits = { ...defaultLimits, maxAttempts: 1 };
    const asked = { method: 'GET', url: `${peer.url}/thing`, cache: rule };
    const get = () => egress.request({ ...policy, limits }, asked, AbortSignal.timeout(60_000));
    expect(await get()).toMatchObject({ cache: 'STALE', attempts: 1, status: 200 });
    clock.advance(60_000);
    await expect(get()).rejects.toMatchObject({ code: 'INTEGRATION_FAILED' });
  });

  it('is no larger than may be, and all together take no more than may be', async () => {
    const body = 'x'.repeat(40_000);
    const {
      ask: get,
      peer,
      egress,
      tell,
    } = await open({ ...kept('max-age=60'), body }, { maxBytes: 200_000, maxEntryBytes: 60_000 });
    for (let count = 0; count < 9; count += 1)
      await get({
        url: `${peer.url}/${String(count)}`,
        cache: { ...rule, owner: `tenant-${String(count % 3)}` },
      });
    expect(egress.cached().bytes).toBeLessThanOrEqual(200_000);
    expect(egress.cached().entries).toBeGreaterThan(2);
    tell({ ...kept('max-age=60'), body: 'x'.repeat(70_000) });
    await get({ url: `${peer.url}/large` });
    expect((await get({ url: `${peer.url}/large` })).cache).toBe('MISS');
  });

  it('stays however much another tenant keeps', async () => {
    const { ask: get, peer } = await open(
      { ...kept('max-age=60'), body: 'x'.repeat(10_000) },
      { maxBytes: 200_000 },
    );
    await get();
    const cache = { ...rule, owner: 'loud', scope: 'loud/bank/1' };
    for (let count = 0; count < 100; count += 1)
      await get({ url: `${peer.url}/${String(count)}`, cache });
    expect((await get()).cache).toBe('HIT');
  });
});

async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 5));
}
