import { parse } from 'graphql';
import { describe, expect, it, vi } from 'vitest';

import { JobDocument } from './_generated/documents.ts';
import type { Attempt, AttemptEnd, Retry } from './calls.ts';
import { type ClientOptions, createClient } from './client.ts';
import { ConnectionError, OperandiError, TimeoutError } from './errors.ts';

type Fetch = NonNullable<ClientOptions['fetch']>;

const found = { data: { job: { id: 'j1' } } };
const cancelled = { data: { cancelJob: { job: { id: 'j1' }, userErrors: [] } } };

/** A client whose fetch answers one after the other, the last again and again. */
function clientOf(answers: readonly (() => Response)[], options: Partial<ClientOptions> = {}) {
  let calls = 0;
  const fetch = vi.fn<Fetch>(() => {
    calls += 1;
    const answer = answers[Math.min(calls, answers.length) - 1];
    return answer === undefined ? Promise.reject(new TypeError('fetch failed')) : later(answer);
  });
  const client = createClient({ url: 'http://p/graphql', apiKey: 'k', ...options, fetch });
  return { client, fetch };
}

async function later(answer: () => Response): Promise<Response> {
  return await Promise.resolve(answer());
}

function answer(body: unknown, init?: ResponseInit): () => Response {
  return () => new Response(JSON.stringify(body), init);
}

function failing(code: string, extensions: object = {}): () => Response {
  return answer({
    errors: [{ message: 'no', extensions: { code, retryAfterMs: 1, ...extensions } }],
  });
}

/** Never answers, and does not care for its signal. */
const silent: Fetch = () => new Promise(() => undefined);

describe('a call', () => {
  it('that reads is made again after a passing fault, one that changes something is not', async () => {
    const reads = clientOf([failing('UNAVAILABLE'), answer(found)]);
    await expect(reads.client.jobs.get('j1')).resolves.toEqual({ id: 'j1' });
    const changes = clientOf([failing('UNAVAILABLE'), answer(cancelled)]);
    await expect(changes.client.jobs.cancel('j1')).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect([reads.fetch.mock.calls.length, changes.fetch.mock.calls.length]).toEqual([2, 1]);
  });

  it('that changes something is made again where it was refused before it began', async () => {
    const { client, fetch } = clientOf([failing('RATE_LIMITED'), answer(cancelled)]);
    await expect(client.jobs.cancel('j1')).resolves.toEqual({ id: 'j1' });
    expect(fetch).toHaveBeenCalledTimes(2);
  });

  it('waits as long as Retry-After says, and not for more than a minute', async () => {
    const waits: number[] = [];
    const hooks = { onRetry: ({ waitMs }: Retry) => void waits.push(waitMs) };
    const busy = (seconds: string) => () =>
      new Response('busy', { status: 503, headers: { 'retry-after': seconds } });
    const { client } = clientOf([busy('1'), answer(found)], { hooks });
    await client.jobs.get('j1');
    expect(waits[0]).toBeGreaterThanOrEqual(1000);
    const patient = clientOf([busy('3600')]);
    await expect(patient.client.jobs.get('j1')).rejects.toMatchObject({ retryAfterMs: 3_600_000 });
    expect(patient.fetch).toHaveBeenCalledTimes(1);
  });

  it('is made as often as maxRetries says, and once where no platform is', async () => {
    const gone = clientOf([], { maxRetries: 1 });
    await expect(gone.client.jobs.get('j1')).rejects.toThrow(
      'the platform cannot be reached: fetch failed',
    );
    expect(gone.fetch).toHaveBeenCalledTimes(2);
    const elsewhere = clientOf([() => new Response('<html>', { status: 404 })]);
    await expect(elsewhere.client.jobs.get('j1')).rejects.toBeInstanceOf(ConnectionError);
    expect(elsewhere.fetch).toHaveBeenCalledTimes(1);
  });

  it('ends by its timeout, its deadline and its signal, whatever fetch does', async () => {
    const client = createClient({ url: 'http://p', apiKey: 'k', fetch: silent });
    const slow = client.jobs.get('j1', { timeoutMs: 5, maxRetries: 0 });
    await expect(slow).rejects.toThrow('Job was not answered within 5 ms');
    const late = client.jobs.get('j1', { deadlineMs: 6 });
    await expect(late).rejects.toBeInstanceOf(TimeoutError);
    const signal = AbortSignal.abort(new Error('left'));
    await expect(client.jobs.get('j1', { signal })).rejects.toThrow('left');
    const run = client.run('a', {}, { deadlineMs: 7 });
    await expect(run).rejects.toThrow('a has not ended its job within 7 ms');
  });

  it('asks for another credential once when one is refused', async () => {
    const asked: boolean[] = [];
    const apiKey = ({ isRefused }: { isRefused: boolean }): string => {
      asked.push(isRefused);
      return isRefused ? 'new' : 'old';
    };
    const { client, fetch } = clientOf([failing('UNAUTHENTICATED'), answer(cancelled)], { apiKey });
    await client.jobs.cancel('j1');
    expect(asked).toEqual([false, true]);
    const sent = fetch.mock.calls.map(([, init]) =>
      new Headers(init?.headers).get('authorization'),
    );
    expect(sent).toEqual(['Bearer old', 'Bearer new']);
    const refused = clientOf([failing('UNAUTHENTICATED')], { apiKey });
    await expect(refused.client.jobs.get('j1')).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    expect(refused.fetch).toHaveBeenCalledTimes(2);
  });

  it('lets hooks see each attempt and give it headers', async () => {
    const ends: AttemptEnd[] = [];
    const hooks = {
      onRequest: ({ headers, operation, attempt }: Attempt) => {
        headers.set('traceparent', `${operation}-${String(attempt)}`);
      },
      onResponse: (end: AttemptEnd) => void ends.push(end),
    };
    const ok = answer(found, { headers: { 'x-request-id': 'r-2' } });
    const { client, fetch } = clientOf([failing('UNAVAILABLE'), ok], { hooks });
    await client.jobs.get('j1');
    const sent = fetch.mock.calls.map(([, init]) => new Headers(init?.headers).get('traceparent'));
    expect(sent).toEqual(['Job-1', 'Job-2']);
    expect(ends).toMatchObject([
      { operation: 'Job', attempt: 1, status: 200, error: { code: 'UNAVAILABLE' } },
      { operation: 'Job', attempt: 2, status: 200, requestId: 'r-2', error: undefined },
    ]);
  });

  it('that is refused tells the request by its id', async () => {
    const userErrors = [{ code: 'BAD_USER_INPUT', field: 'id', message: 'no' }];
    const body = { data: { cancelJob: { job: null, userErrors } } };
    const { client } = clientOf([answer(body, { headers: { 'x-request-id': 'r-1' } })]);
    await expect(client.jobs.cancel('j1')).rejects.toMatchObject({
      ...{ name: 'RefusedError', requestId: 'r-1', problems: userErrors },
    });
  });

  it('sends an event under an id of its own, the same for each try', async () => {
    const sent = { isNew: true, wokenJobs: 1, startedJobs: 0, userErrors: [] };
    const { client, fetch } = clientOf([
      failing('UNAVAILABLE'),
      answer({ data: { sendEvent: sent } }),
    ]);
    await expect(client.sendEvent({ type: 't' })).resolves.toEqual({
      ...{ isNew: true, wokenJobs: 1, startedJobs: 0 },
    });
    const bodies = fetch.mock.calls.map(([, init]) => init?.body);
    expect(bodies).toHaveLength(2);
    expect(new Set(bodies).size).toBe(1);
  });
});

describe('a list', () => {
  const page = (ids: readonly string[], endCursor: string | null) =>
    answer({
      data: {
        jobs: {
          nodes: ids.map((id) => ({ id })),
          pageInfo: { hasNextPage: endCursor !== null, endCursor },
        },
      },
    });

  it('is fetched page by page, and no further than it is walked', async () => {
    const { client, fetch } = clientOf([page(['a', 'b'], 'c2'), page(['c'], null)]);
    const ids = (await client.jobs.list({}, { pageSize: 2 }).toArray()).map(({ id }) => id);
    expect(ids).toEqual(['a', 'b', 'c']);
    const variables = fetch.mock.calls.map(
      ([, init]) => (JSON.parse(init?.body as string) as { variables: unknown }).variables,
    );
    expect(variables).toEqual([
      { filter: {}, first: 2 },
      { filter: {}, first: 2, after: 'c2' },
    ]);
    const short = clientOf([page(['a', 'b'], 'c2'), page(['c'], null)]);
    expect(await short.client.jobs.list().toArray(2)).toHaveLength(2);
    expect(short.fetch).toHaveBeenCalledTimes(1);
  });

  it('is that of any document with one connection, wherever it is', async () => {
    const nested = {
      data: { webhook: { deliveries: { nodes: [1, 2], pageInfo: { hasNextPage: false } } } },
    };
    const { client } = clientOf([answer(nested), answer({ data: { webhook: null } })]);
    const document = parse('query Deliveries { webhook { deliveries { nodes } } }');
    expect(await client.paginate(document, {}).toArray()).toEqual([1, 2]);
    expect(await client.paginate(document, {}).toArray()).toEqual([]);
  });
});

describe('a document of any generator', () => {
  it('is printed and sent, as often as one likes', async () => {
    const { client, fetch } = clientOf([answer(found)]);
    await client.request(JobDocument, { id: 'j1' });
    await client.request(JobDocument, { id: 'j1' });
    const [first, second] = fetch.mock.calls.map(([, init]) => init?.body as string);
    expect(first).toContain('query Job($id: ID!)');
    expect(second).toBe(first);
  });

  it('answers errors as OperandiError', async () => {
    const { client } = clientOf([failing('FORBIDDEN')]);
    await expect(client.request(JobDocument, { id: 'j1' })).rejects.toBeInstanceOf(OperandiError);
  });
});
