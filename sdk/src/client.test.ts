import { createServer, type Server } from 'node:http';

import { buildSchema, type ExecutionResult, GraphQLError, parse } from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import { WebSocketServer } from 'ws';

import { JobDocument } from './_generated/documents.ts';
import { type Client, createClient } from './client.ts';
import type { Reviver } from './http.ts';

interface Request {
  readonly operation: string;
  readonly variables: { readonly input: Record<string, unknown> };
  readonly authorization: string | undefined;
}

type Answer = (request: Request, count: number) => { status?: number; body?: unknown } | 'hang-up';
type Subscribe = (variables: unknown, count: number) => AsyncGenerator<ExecutionResult>;

const opened: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close();
});

describe('submit', () => {
  it('answers the job and sends credential, agent, input and a key of its own', async () => {
    const { client, requests } = await serve({ answer: () => submitted('j1') });
    await expect(client.submit('triage', { a: 1 }, { priority: 'HIGH' })).resolves.toMatchObject({
      id: 'j1',
    });
    expect(requests).toMatchObject([
      {
        operation: 'SubmitJob',
        authorization: 'Bearer opk_test',
        variables: { input: { agent: 'triage', input: { a: 1 }, priority: 'HIGH' } },
      },
    ]);
    expect(requests[0]?.variables.input['idempotencyKey']).toMatch(/^[\da-f-]{36}$/u);
  });

  it('asks again with the same key when the answer is lost or the platform is busy', async () => {
    const busy = {
      errors: [{ message: 'busy', extensions: { code: 'UNAVAILABLE', retryAfterMs: 1 } }],
    };
    const { client, requests } = await serve({
      answer: (_request, count) => {
        if (count === 1) return 'hang-up';
        return count === 2 ? { status: 503, body: busy } : submitted('j1');
      },
    });
    await expect(client.submit('triage', {})).resolves.toMatchObject({ id: 'j1' });
    expect(new Set(requests.map((request) => request.variables.input['idempotencyKey'])).size).toBe(
      1,
    );
    expect(requests).toHaveLength(3);
  });

  it('tells the key with which the same job can be asked for, when no answer comes', async () => {
    const { client, requests } = await serve({ answer: () => 'hang-up' });
    const error = await client.submit('triage', {}, { maxRetries: 0 }).catch((met: unknown) => met);
    expect(error).toMatchObject({ idempotencyKey: requests[0]?.variables.input['idempotencyKey'] });
    expect(requests).toHaveLength(1);
  });

  it('throws all problems of a refusal and does not ask again', async () => {
    const problems = [{ code: 'INPUT_INVALID', field: 'input.total', message: 'must be a number' }];
    const { client, requests } = await serve({
      answer: () => ({
        body: { data: { submitJob: { job: null, isNew: false, userErrors: problems } } },
      }),
    });
    await expect(client.submit('triage', {})).rejects.toMatchObject({
      name: 'RefusedError',
      problems,
    });
    expect(requests).toHaveLength(1);
  });
});

describe('a refused submit', () => {
  it('is not sent again when the error will not pass', async () => {
    const forbidden = { errors: [{ message: 'no', extensions: { code: 'FORBIDDEN' } }] };
    const { client, requests } = await serve({ answer: () => ({ body: forbidden }) });
    await expect(client.submit('triage', {})).rejects.toMatchObject({ code: 'FORBIDDEN' });
    expect(requests).toHaveLength(1);
  });
});

describe('request', () => {
  it('throws the code, path and request id of an error', async () => {
    const extensions = { code: 'FORBIDDEN', requestId: 'r-1' };
    const { client } = await serve({
      answer: () => ({
        body: { data: null, errors: [{ message: 'no', path: ['job'], extensions }] },
      }),
    });
    await expect(client.request(JobDocument, { id: 'j1' })).rejects.toMatchObject({
      name: 'OperandiError',
      code: 'FORBIDDEN',
      path: ['job'],
      requestId: 'r-1',
    });
  });

  it('throws a ConnectionError for an answer that is not GraphQL and when nobody listens', async () => {
    const { client, close } = await serve({ answer: () => ({ status: 502, body: 'Bad Gateway' }) });
    await expect(client.request(JobDocument, { id: 'j1' })).rejects.toMatchObject({
      name: 'ConnectionError',
      message: 'the answer to Job with status 502 is not GraphQL',
    });
    await close();
    await expect(client.request(JobDocument, { id: 'j1' })).rejects.toThrow(
      'the platform cannot be reached',
    );
  });

  it('rejects with the reason of its signal', async () => {
    const { client } = await serve({ answer: () => submitted('j1') });
    const signal = AbortSignal.abort(new Error('left'));
    await expect(client.request(JobDocument, { id: 'j1' }, { signal })).rejects.toThrow('left');
  });
});

describe('a client', () => {
  it.each([undefined, '', '/graphql', 'ftp://a/graphql'])('is not made for %s', (url) => {
    expect(() => createClient({ url: url as string, apiKey: 'k' })).toThrow(
      'url is to be the address of the platform',
    );
  });

  it('outlives a platform that is away for a while, when it runs a job', async () => {
    const job = { id: 'j1', state: 'SUCCEEDED', output: 7, error: null };
    const { client, requests } = await serve({
      answer: (_request, count) =>
        count <= 4 ? 'hang-up' : { body: { data: { runJob: { job, userErrors: [] } } } },
    });
    await expect(client.run('triage', {})).resolves.toMatchObject({ output: 7 });
    const keys = requests.map(({ variables }) => JSON.stringify(variables));
    expect(new Set(keys).size).toBe(1);
  });
});

describe('in a page', () => {
  it('calls the global fetch as no method of anything, as browsers want it', async () => {
    const global = globalThis.fetch;
    onTestFinished(() => {
      globalThis.fetch = global;
    });
    // What browsers do with a fetch that is called on another object than their window.
    globalThis.fetch = function (this: unknown) {
      if (this !== undefined && this !== globalThis) throw new TypeError('Illegal invocation');
      return Promise.resolve(new Response('{"data":{"job":{"id":"j1"}}}'));
    };
    await using client = createClient({ url: 'http://nowhere', apiKey: 'k' });
    await expect(client.request(JobDocument, { id: 'j1' })).resolves.toEqual({ job: { id: 'j1' } });
  });

  it('sends no credential of its own where the cookie of a session says who calls', async () => {
    const sent: Headers[] = [];
    await using client = createClient({
      url: 'http://nowhere',
      fetch: (_url, init) => {
        sent.push(new Headers(init?.headers));
        return Promise.resolve(new Response('{"data":{"job":null}}'));
      },
    });
    await client.request(JobDocument, { id: 'j1' });
    expect(sent.map((headers) => headers.has('authorization'))).toEqual([false]);
  });
});

describe('an answer', () => {
  it('gives numbers as its reviver reads them', async () => {
    const text = '{"data":{"job":{"output":{"id":12345678901234567890,"n":1.5}}}}';
    const document = parse('query Output { job(id: "j1") { output } }');
    const read = async (reviver?: Reviver) => {
      const answer = () => Promise.resolve(new Response(text));
      await using client = createClient({
        url: 'http://nowhere',
        apiKey: 'k',
        fetch: answer,
        reviver,
      });
      return await client.request(document, {});
    };
    const exactly: Reviver = (_key, value, context) =>
      typeof value === 'number' && !Number.isSafeInteger(value) ? context?.source : value;
    await expect(read(exactly)).resolves.toEqual({
      job: { output: { id: '12345678901234567890', n: '1.5' } },
    });
    await expect(read()).resolves.toEqual({
      job: { output: { id: 12345678901234567000, n: 1.5 } },
    });
  });
});

describe('watch', () => {
  it('yields the events of a job until the platform completes', async () => {
    const { client } = await serve({
      async *subscribe() {
        for (const seq of [1, 2, 3]) yield await Promise.resolve(event(seq));
      },
    });
    expect(await seqsOf(client)).toEqual([1, 2, 3]);
  });

  it('resumes behind the last cursor after a lost connection, without gap or repeat', async () => {
    const asked: unknown[] = [];
    const server = await serve({
      async *subscribe(variables, count) {
        asked.push(variables);
        if (count === 1) {
          yield event(1);
          yield event(2);
          server.dropSockets();
          await new Promise(() => undefined);
        }
        // The event at the cursor comes again, as a careless server may do.
        for (const seq of [2, 3, 4]) yield event(seq);
      },
    });
    expect(await seqsOf(server.client)).toEqual([1, 2, 3, 4]);
    expect(asked).toEqual([
      { jobId: 'j1', after: null },
      { jobId: 'j1', after: 'c2' },
    ]);
  });

  it('resumes after an error that passes and throws one that does not', async () => {
    const overflow = { code: 'SUBSCRIPTION_OVERFLOW', retryAfterMs: 1 };
    const server = await serve({
      async *subscribe(_variables, count) {
        yield event(count);
        const extensions = count === 1 ? overflow : { code: 'FORBIDDEN' };
        yield await Promise.resolve({ errors: [new GraphQLError('no', { extensions })] });
      },
    });
    const seen: number[] = [];
    const watching = (async () => {
      for await (const { seq } of server.client.watch('j1')) seen.push(seq);
    })();
    await expect(watching).rejects.toMatchObject({ code: 'FORBIDDEN' });
    expect(seen).toEqual([1, 2]);
  });

  it('throws when the credential is refused', async () => {
    const { client } = await serve({ isRefusing: true });
    await expect(seqsOf(client)).rejects.toMatchObject({
      name: 'OperandiError',
      code: 'FORBIDDEN',
    });
  });

  it('ends at once when its signal is aborted', async () => {
    const { client } = await serve({
      async *subscribe() {
        yield event(1);
        await new Promise(() => undefined);
      },
    });
    const controller = new AbortController();
    const watching = (async () => {
      for await (const { seq } of client.watch('j1', { signal: controller.signal })) {
        if (seq === 1) controller.abort(new Error('enough'));
      }
    })();
    await expect(watching).rejects.toThrow('enough');
  });
});

describe('run', () => {
  it('answers the job that succeeded within the wait', async () => {
    const { client } = await serve({ answer: () => ran('SUCCEEDED') });
    await expect(client.run('triage', {})).resolves.toMatchObject({ state: 'SUCCEEDED' });
  });

  it('watches a job that takes longer and reads its end', async () => {
    const { client } = await serve({
      answer: ({ operation }) =>
        operation === 'RunJob' ? ran('RUNNING') : { body: { data: { job: job('SUCCEEDED') } } },
      async *subscribe() {
        yield event(1);
        yield await Promise.resolve(event(2, 'SUCCEEDED'));
      },
    });
    await expect(client.run('triage', {})).resolves.toMatchObject({ state: 'SUCCEEDED' });
  });

  it('throws the job that ended otherwise', async () => {
    const { client } = await serve({ answer: () => ran('FAILED') });
    await expect(client.run('triage', {})).rejects.toMatchObject({
      name: 'JobEndedError',
      message: 'job j1 ended as FAILED: the ledger is closed',
      job: { id: 'j1' },
    });
  });
});

interface Fixture {
  readonly client: Client;
  readonly requests: readonly Request[];
  readonly close: () => Promise<void>;
  readonly dropSockets: () => void;
}

interface Behaviour {
  readonly answer?: Answer;
  readonly subscribe?: Subscribe;
  readonly isRefusing?: boolean;
}

async function serve(behaviour: Behaviour): Promise<Fixture> {
  const requests: Request[] = [];
  const server = createServer((incoming, response) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const { query, variables } = JSON.parse(Buffer.concat(chunks).toString()) as {
        query: string;
        variables: Request['variables'];
      };
      const operation = /(?:query|mutation) (\w+)/u.exec(query)?.[1] ?? '';
      const request = { operation, variables, authorization: incoming.headers.authorization };
      requests.push(request);
      const answer = behaviour.answer?.(request, requests.length) ?? {};
      if (answer === 'hang-up') response.socket?.destroy();
      else response.writeHead(answer.status ?? 200).end(JSON.stringify(answer.body));
    });
  });
  const sockets = new WebSocketServer({ server, path: '/graphql' });
  let subscriptions = 0;
  useServer(
    {
      onConnect: () => behaviour.isRefusing !== true,
      onSubscribe: (_context, _id, { query, variables }) => ({
        schema: buildSchema('type Query { job: ID }'),
        document: parse(query),
        variableValues: variables ?? null,
      }),
      subscribe: ({ variableValues }) => {
        subscriptions += 1;
        return behaviour.subscribe?.(variableValues, subscriptions) ?? emptyStream();
      },
    },
    sockets,
  );
  const port = await listen(server);
  const client = createClient({
    url: `http://127.0.0.1:${String(port)}/graphql`,
    apiKey: () => 'opk_test',
  });
  const close = async (): Promise<void> => {
    await client[Symbol.asyncDispose]();
    for (const socket of sockets.clients) socket.terminate();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  opened.push(close);
  return {
    client,
    requests,
    close,
    dropSockets: () => {
      for (const socket of sockets.clients) socket.terminate();
    },
  };
}

async function* emptyStream(): AsyncGenerator<ExecutionResult> {
  // A job without events.
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return address.port;
}

async function seqsOf(client: Client): Promise<number[]> {
  const seqs: number[] = [];
  for await (const { seq } of client.watch('j1')) seqs.push(seq);
  return seqs;
}

function event(seq: number, state = 'RUNNING'): ExecutionResult {
  const cursor = `c${String(seq)}`;
  return {
    data: {
      jobEvents: { cursor, seq, type: 't', at: '', task: null, data: {}, job: { id: 'j1', state } },
    },
  };
}

function job(state: string): unknown {
  return {
    id: 'j1',
    state,
    error: state === 'FAILED' ? { title: null, detail: 'the ledger is closed' } : null,
  };
}

function submitted(id: string): { body: unknown } {
  return {
    body: { data: { submitJob: { job: { id, state: 'QUEUED' }, isNew: true, userErrors: [] } } },
  };
}

function ran(state: string): { body: unknown } {
  return { body: { data: { runJob: { job: job(state), isNew: true, userErrors: [] } } } };
}
