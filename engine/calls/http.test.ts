import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../../kernel/json.ts';
import type { HttpAnswer } from '../host.ts';
import { workflowError } from '../problem.ts';
import { outputOf, runJob, type JobOptions } from '../testing/run-job.ts';

function answer(
  body: string,
  more: { readonly status?: number; readonly type?: string } = {},
): HttpAnswer {
  const { status = 200, type = 'application/json' } = more;
  return {
    request: {
      method: 'GET',
      uri: 'https://api.example/x?key=1',
      headers: { Authorization: 'Bearer t', accept: '*/*' },
    },
    statusCode: status,
    headers: { 'Content-Type': type },
    bodyBase64: Buffer.from(body).toString('base64'),
  };
}

async function requestOf(model: string, options: JobOptions = {}): Promise<JsonValue> {
  const { host, outcome } = await runJob(
    `${options.script?.secrets === undefined ? '' : 'use: { secrets: [login] }\n'}do: [{ c: { call: http, with: ${model} } }]`,
    {
      ...options,
      script: { call: () => answer('{}'), ...options.script },
    },
  );
  expect(outcome.state).toBe('completed');
  return host.calls[0]?.with ?? null;
}

const shaped = (model: string, value: HttpAnswer): Promise<JsonValue> =>
  outputOf(
    `do: [{ c: { call: http, with: { method: get, endpoint: 'https://api.example/x'${model} } } }]`,
    { script: { call: () => value } },
  );

describe('call http', () => {
  it('expands templates with percent-encoded properties of the input', async () => {
    expect(
      await requestOf(`{ method: get, endpoint: 'https://api.example/{id}/{pet.name}/{none}' }`, {
        input: { id: 'a/b', 'pet.name': 7 },
      }),
    ).toEqual({
      method: 'GET',
      uri: 'https://api.example/a%2Fb/7/',
      headers: {},
      redirect: 'manual',
    });
  });

  it.each(['.', '..'])(
    'refuses %j as a segment of a path, where it would lead elsewhere',
    async (id) => {
      const model = (endpoint: string) =>
        `do: [{ c: { call: http, with: { method: get, endpoint: '${endpoint}' } } }]`;
      const script = { call: () => answer('{}') };
      const run = (endpoint: string) => runJob(model(endpoint), { input: { id }, script });
      expect((await run('https://api.example/pets/{id}/tags')).outcome).toMatchObject({
        state: 'faulted',
        error: { detail: expect.stringContaining('would lead') as string },
      });
      expect((await run('https://api.example/pets?near={id}')).outcome.state).toBe('completed');
      expect((await run('https://api.example/pets/a{id}')).outcome.state).toBe('completed');
    },
  );

  it('takes the URI of an expression as it is', async () => {
    expect(
      await requestOf(
        `{ method: get, endpoint: { uri: '\${ "https://api.example/\\(.id)/{x}" }' } }`,
        { input: { id: 1 } },
      ),
    ).toMatchObject({ uri: 'https://api.example/1/{x}' });
  });

  it('sends values as JSON unless the author says otherwise, and texts as they are', async () => {
    expect(
      await requestOf(
        `{ method: post, endpoint: 'https://api.example/', body: { n: '\${ .n }' } }`,
        { input: { n: 1 } },
      ),
    ).toMatchObject({
      method: 'POST',
      body: '{"n":1}',
      headers: { 'content-type': 'application/json' },
    });
    expect(
      await requestOf(
        `{ method: post, endpoint: 'https://api.example/', headers: { Content-Type: application/vnd.x+json }, body: [1] }`,
      ),
    ).toMatchObject({ body: '[1]', headers: { 'Content-Type': 'application/vnd.x+json' } });
    expect(
      await requestOf(`{ method: post, endpoint: 'https://api.example/', body: plain }`),
    ).toMatchObject({ body: 'plain', headers: {} });
  });

  it('adds query and headers given one by one or as a whole', async () => {
    expect(
      await requestOf(
        `{ method: get, endpoint: 'https://api.example/?a=1', query: { q: 'x \${ .q }' }, headers: { x: '\${ .q }' } }`,
        { input: { q: '&y' } },
      ),
    ).toMatchObject({ uri: 'https://api.example/?a=1&q=x+%26y', headers: { x: '&y' } });
    expect(
      await requestOf(
        `{ method: get, endpoint: 'https://api.example/', query: '\${ .all }', headers: '\${ {n: 1} }' }`,
        { input: { all: { list: [1, 2], none: null, t: true } } },
      ),
    ).toMatchObject({ uri: 'https://api.example/?list=1&list=2&t=true', headers: { n: '1' } });
  });

  it('resolves authentication inline, by name and from a secret, before the rest', async () => {
    expect(
      await requestOf(
        `{ method: get, endpoint: { uri: 'https://api.example/', authentication: { bearer: { token: '\${ .t }' } } }, headers: { copy: '\${ $authorization.parameter }' } }`,
        { input: { t: 'abc' } },
      ),
    ).toMatchObject({
      authentication: { scheme: 'bearer', token: 'abc' },
      headers: { copy: 'abc' },
    });
    expect(
      await requestOf(
        `{ method: get, endpoint: { uri: 'https://api.example/', authentication: { basic: { use: login } } } }`,
        { script: { secrets: { login: { username: 'u', password: 'p' } } } },
      ),
    ).toMatchObject({ authentication: { scheme: 'basic', username: 'u', password: 'p' } });
  });

  it('leaves tokens of oauth2 to the host and asks for one only where an expression reads it', async () => {
    const policy = `{ oauth2: { authority: 'https://id.example/{realm}', grant: client_credentials, client: { id: me, secret: '\${ .secret }' } } }`;
    const call = (headers: string) =>
      runJob(
        `do: [{ c: { call: http, with: { method: get, endpoint: { uri: 'https://api.example/', authentication: ${policy} }${headers} } } }]`,
        {
          input: { realm: 'r', secret: 's' },
          script: {
            call: ({ kind }) =>
              kind === 'authorization' ? { scheme: 'Bearer', parameter: 'tok' } : answer('{}'),
          },
        },
      );
    const plain = await call('');
    expect(plain.host.calls).toMatchObject([
      {
        kind: 'http',
        with: {
          authentication: {
            scheme: 'oauth2',
            properties: { authority: 'https://id.example/r', client: { secret: 's' } },
          },
        },
      },
    ]);
    const reading = await call(", headers: { copy: '${ $authorization.parameter }' }");
    expect(reading.host.calls).toMatchObject([
      { kind: 'authorization' },
      { with: { headers: { copy: 'tok' } } },
    ]);
    expect(JSON.stringify(reading.journal)).not.toContain('tok');
  });

  it('gives content by its type, base64 as raw, or the whole response without credentials', async () => {
    expect(
      await shaped('', answer('{"a":1}', { type: 'application/problem+json; charset=utf-8' })),
    ).toEqual({ a: 1 });
    expect(await shaped('', answer('<a/>', { type: 'application/xml' }))).toBe('<a/>');
    expect(await shaped('', answer('hi', { type: 'text/plain' }))).toBe('hi');
    expect(await shaped('', answer('hi', { type: 'image/png' }))).toBe('aGk=');
    expect(await shaped('', answer('', {}))).toBeNull();
    expect(await shaped(', output: raw', answer('{}'))).toBe('e30=');
    expect(await shaped(', output: response', answer('{"a":1}'))).toMatchObject({
      statusCode: 200,
      content: { a: 1 },
      headers: { 'Content-Type': 'application/json' },
      request: { headers: { Authorization: '***', accept: '*/*' } },
    });
  });

  it('raises communication with the status of a failure, and for 3xx unless redirect is on', async () => {
    const fail = async (model: string, status: number) =>
      (
        await runJob(
          `do: [{ c: { call: http, with: { method: get, endpoint: 'https://api.example/x'${model} } } }]`,
          { script: { call: () => answer('{}', { status }) } },
        )
      ).outcome;
    expect(await fail('', 404)).toMatchObject({
      state: 'faulted',
      error: {
        status: 404,
        type: expect.stringMatching(/communication$/) as string,
        instance: '/do/0/c',
        detail: 'GET https://api.example/x answered with status 404',
      },
    });
    expect(await fail('', 302)).toMatchObject({ state: 'faulted', error: { status: 302 } });
    expect(await fail(', redirect: true', 302)).toMatchObject({ state: 'completed' });
    expect(await fail(', redirect: true', 500)).toMatchObject({ state: 'faulted' });
  });

  it('journals the shaped result only', async () => {
    const { journal } = await runJob(
      `do: [{ c: { call: http, with: { method: get, endpoint: { uri: 'https://api.example/', authentication: { bearer: { token: hush } } } } } }]`,
      { script: { call: () => answer('{"a":1}') } },
    );
    expect(
      journal.map((entry) => ({
        key: entry.key,
        value: 'ok' in entry.value ? entry.value.ok : null,
      })),
    ).toEqual([{ key: '/do/0/c', value: { a: 1 } }]);
  });

  it('keys an effect by job, task and iteration, the same at every try', async () => {
    const { host } = await runJob(
      `do: [{ l: { for: { in: '[1, 2]' }, do: [{ c: { call: http, with: { method: get, endpoint: 'https://api.example/' } } }] } }]`,
      { script: { call: () => answer('{}') } },
    );
    expect(host.calls.map((call) => call.idempotencyKey)).toEqual([
      'job-1:/do/0/l@0/do/0/c',
      'job-1:/do/0/l@1/do/0/c',
    ]);
  });
});

describe('a call that fails', () => {
  const failing = (body: string) => `do:
  - c:
      try: [{ c: { call: http, with: { method: get, endpoint: 'https://api.example/x' } } }]
      catch: { as: problem, do: [{ seen: { set: { got: '${body}' } } }] }`;

  it('tells its handler what was answered', async () => {
    const script = { call: () => answer('{"code":"duplicate","of":7}', { status: 409 }) };
    expect(await outputOf(failing('${ $problem.response }'), { script })).toEqual({
      got: {
        statusCode: 409,
        headers: { 'content-type': 'application/json' },
        content: { code: 'duplicate', of: 7 },
      },
    });
  });

  it('still tells so after the job was parked and replayed', async () => {
    const script = { call: () => answer('{"code":"duplicate"}', { status: 409 }) };
    const source = failing('${ $problem.response.content.code }').replace(
      'do: [{ seen',
      'do: [{ rest: { wait: { hours: 1 } } }, { seen',
    );
    expect(await outputOf(source, { script })).toEqual({ got: 'duplicate' });
  });
});

describe('the idempotency key of a call', () => {
  const keyOf = (call: string): Promise<JsonValue> => requestOf(call);

  it.each(['post', 'put', 'patch', 'delete'])('goes along with %s', async (method) => {
    expect(await keyOf(`{ method: ${method}, endpoint: 'https://api.example/' }`)).toMatchObject({
      headers: { 'idempotency-key': expect.stringMatching(/^[\w-]+:\/do\/0\/c$/) as string },
    });
  });

  it('stays away where nothing is changed', async () => {
    expect(await keyOf(`{ method: get, endpoint: 'https://api.example/' }`)).toMatchObject({
      headers: {},
    });
  });

  it("is the author's own where there is one, also out of an expression", async () => {
    const own = `{ method: post, endpoint: 'https://api.example/', headers: { Idempotency-Key: '\${ "v1-\\($task.idempotencyKey)" }' } }`;
    const request = await keyOf(own);
    expect(JSON.stringify(request).match(/idempotency-key/gi)).toHaveLength(1);
    expect(request).toMatchObject({
      headers: { 'Idempotency-Key': expect.stringMatching(/^v1-[\w-]+:\/do\/0\/c$/) as string },
    });
  });

  it('is one for each turn of a loop', async () => {
    const { host } = await runJob(
      `do: [{ all: { for: { in: '\${ [1, 2] }' }, do: [{ pay: { call: http, with: { method: post, endpoint: 'https://api.example/' } } }] } }]`,
      { script: { call: () => answer('{}') } },
    );
    const keys = host.calls.map(
      (call) => JSON.stringify(call.with).match(/idempotency-key":"([^"]+)/)?.[1],
    );
    expect(new Set(keys).size).toBe(2);
  });

  const keysOfTries = async (
    first: () => HttpAnswer | Promise<never>,
    more = '',
  ): Promise<number> => {
    let tries = 0;
    const { host, outcome } = await runJob(
      `do:
  - buy:
      try:
        - reserve: { call: http, with: { method: post, endpoint: 'https://api.example/' } }
        ${more}
      catch: { retry: { limit: { attempt: { count: 2 } } } }`,
      { script: { call: () => ((tries += 1) === 1 ? first() : answer('{"ok":true}')) } },
    );
    expect(outcome).toMatchObject({ state: 'completed' });
    const keys = host.calls.map((call) => JSON.stringify(call.with).match(/key":"([^"]+)/)?.[1]);
    expect(keys).toHaveLength(2);
    return new Set(keys).size;
  };

  it.each([408, 409, 425, 429, 500, 502, 503, 504])(
    'is the same for the next try after %j, which may have done its work',
    async (status) => {
      expect(await keysOfTries(() => answer('{}', { status }))).toBe(1);
    },
  );

  it('is the same for the next try after a connection that broke', async () => {
    const broken = workflowError('communication', 'the connection was reset', { status: 502 });
    expect(await keysOfTries(() => Promise.reject(broken))).toBe(1);
  });

  it.each([400, 401, 403, 404, 412, 422])(
    'is another for the next try after %j, a refusal',
    async (status) => {
      expect(await keysOfTries(() => answer('{}', { status }))).toBe(2);
    },
  );

  it('is another for the next try after an error of the definition, which has seen the answer', async () => {
    const more = `- judge: { if: '.ok != true', raise: { error: { type: 'https://tests/not-yet', status: 503 } } }`;
    expect(await keysOfTries(() => answer('{"ok":false}'), more)).toBe(2);
  });
});
