import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { sleep } from '../../kernel/retry/sleep.ts';
import { createClient, type Client } from '../../sdk/src/index.ts';
import { createEmptyDatabase, hasPostgres, hasRedis, testRedisUrl } from '../support/database.ts';
import {
  startDoubled,
  subgraphs,
  type DoubledPlatform,
  type Member,
} from '../support/doubled-platform.ts';
import { earlierVersion, unpackEarlier } from '../support/earlier-version.ts';
import { publish, untilState } from '../support/platform.ts';
import { hasNginx } from '../support/start-nginx.ts';
import {
  go,
  halted,
  isAuditIntact,
  publishAndDecide,
  publishStory,
  startCountingPeer,
  type CountingPeer,
} from './story.ts';
import { until } from '../support/until.ts';

const calling = (peer: string): string => `
document: { dsl: '1.0.3', namespace: operate, name: calling, version: '1.0.0' }
do:
  - first: { call: http, with: { method: post, endpoint: '\${ "${peer}/first/" + .name }', body: {} }, output: { as: '\${ $input }' } }
  - second: { call: http, with: { method: post, endpoint: '\${ "${peer}/second/" + .name }', body: {} } }
`;

/** Asks all four subgraphs. */
const query = `{
  viewer { id }
  jobs(first: 2) { nodes { id state integrationCalls(first: 1) { nodes { id } } auditTrail(first: 1) { nodes { id } } } }
}`;
/** Between two requests of one visitor, milliseconds. */
const pauseMs = 100;

const title =
  earlierVersion === undefined
    ? 'a rolling upgrade behind nginx from the SAME version, as this clone has no history'
    : `a rolling upgrade behind nginx from version ${earlierVersion}`;

describe.skipIf(!(hasPostgres && hasRedis && hasNginx))(title, () => {
  const stack = new AsyncDisposableStack();
  let platform: DoubledPlatform;
  let peer: CountingPeer;
  let client: Client;

  beforeAll(async () => {
    peer = stack.use(await startCountingPeer());
    const earlier = earlierVersion === undefined ? undefined : stack.use(await unpackEarlier());
    const { databaseUrl } = stack.use(await createEmptyDatabase());
    const servers = { databaseUrl, redisUrl: testRedisUrl() ?? '', egressAllow: peer.host };
    platform = stack.use(await startDoubled({ ...servers, program: earlier?.program }));
    // Nothing is tried a second time: what fails has failed.
    const options = { url: platform.url, apiKey: platform.adminKey, maxRetries: 0 };
    client = stack.use(createClient(options));
    await publishStory(client, peer);
    await publish(client, calling(peer.url));
  }, 900_000);
  afterAll(() => stack.disposeAsync(), 120_000);

  it('fails no request, loses and doubles no effect, and each subscription goes on', async () => {
    const watchedNames = ['a', 'b', 'c'];
    const watched = await Promise.all(watchedNames.map((name) => halted(client, name)));
    const told = watched.map(async (id) => {
      const seen: number[] = [];
      for await (const { seq } of client.watch(id)) seen.push(seq);
      return seen;
    });
    const ending = new AbortController();
    const faults: unknown[] = [];
    const submitted = new Map<string, string>();
    const decided: string[] = [];
    let queries = 0;
    const visit = async (request: () => Promise<void>): Promise<void> => {
      while (!ending.signal.aborted) {
        await request().catch((error: unknown) => void faults.push(error));
        await sleep(pauseMs);
      }
    };
    const ask = async (): Promise<void> => {
      const response = await fetch(platform.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-api-key': platform.adminKey },
        body: JSON.stringify({ query }),
      });
      const text = await response.text();
      if (response.status !== 200 || text.includes('"errors"'))
        throw new Error(`${response.status} ${text.slice(0, 500)}`);
      queries += 1;
    };
    let next = 0;
    const submit = async (): Promise<void> => {
      const name = `job-${(next += 1)}`;
      const { id } = await client.submit('calling', { name }, { idempotencyKey: name });
      submitted.set(name, id);
    };
    let versions = 0;
    const decide = async (): Promise<void> => {
      decided.push(await publishAndDecide(client, (versions += 1)));
    };
    const visitors = [ask, ask, submit, submit, decide].map(visit);

    const replace = async (group: Member['group']): Promise<void> => {
      for (const member of platform.members.filter((one) => one.group === group))
        await platform.replace(member);
    };
    const plan = await platform.migrate();
    expect(plan.includes('create table')).toBe(earlierVersion !== undefined);
    await Promise.all(subgraphs.map(replace));
    await Promise.all((['gateways', 'workers'] as const).map(replace));

    ending.abort();
    await Promise.all(visitors);
    expect(faults).toEqual([]);
    expect(queries).toBeGreaterThan(0);
    expect(submitted.size).toBe(next);
    expect(decided.length).toBe(versions);
    await go(client);
    for (const id of [...submitted.values(), ...decided, ...watched])
      await untilState(client, id, 'SUCCEEDED');
    for (const name of [...submitted.keys(), ...watchedNames])
      expect([name, peer.count('first', name), peer.count('second', name)]).toEqual([name, 1, 1]);
    for (const seen of await Promise.all(told))
      expect(seen).toEqual(Array.from(seen, (_, index) => index + 1));
    await until('all is sealed', () => isAuditIntact(client));
  }, 900_000);
});
