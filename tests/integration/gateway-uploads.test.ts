import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { compose } from '../../gateway/testing/federated.ts';
import { ask, startGateway } from '../../gateway/testing/start-gateway.ts';
import { startUploadSubgraph, type UploadSubgraph } from '../support/upload-subgraph.ts';
import { until } from '../support/until.ts';

const sdl = `
  scalar Upload
  input Album { title: String! photos: [Upload!]! }
  type Query { sizeOf(file: Upload!): String }
  type Mutation { keep(file: Upload): String  album(album: Album!): [String!] }`;
const otherSdl = `
  scalar Upload
  type Query { other: Int }
  type Mutation { store(file: Upload!): String }`;

const describeFile = async (file: unknown): Promise<string> =>
  file instanceof File ? `${file.name} ${file.type} ${await file.text()}` : String(file);

interface Album {
  readonly title: string;
  readonly photos: readonly unknown[];
}

let stack: AsyncDisposableStack;
let subgraph: UploadSubgraph;
let other: UploadSubgraph;

beforeEach(async () => {
  stack = new AsyncDisposableStack();
  subgraph = stack.use(
    await startUploadSubgraph(sdl, {
      Query: { sizeOf: (_, { file }) => describeFile(file) },
      Mutation: {
        keep: (_, { file }) => describeFile(file),
        album: (_, { album }) => Promise.all((album as Album).photos.map(describeFile)),
      },
    }),
  );
  other = stack.use(
    await startUploadSubgraph(otherSdl, {
      Query: { other: () => 1 },
      Mutation: { store: (_, { file }) => describeFile(file) },
    }),
  );
});
afterEach(() => stack.disposeAsync());

async function open(uploads: object = {}, config: object = {}): Promise<string> {
  const supergraph = {
    sdl: compose([
      { name: 'one', url: subgraph.url, sdl },
      { name: 'two', url: other.url, sdl: otherSdl },
    ]),
  };
  const gateway = await startGateway({
    supergraph,
    config: { uploads: { isEnabled: true, ...uploads }, ...config },
  });
  return stack.use(gateway).url;
}

const keep = 'mutation($file: Upload) { keep(file: $file) }';
const keepNothing = { query: keep, variables: { file: null } };

interface Form {
  readonly operations: unknown;
  readonly map: Readonly<Record<string, readonly string[]>>;
  /** In this order. */
  readonly files: Readonly<Record<string, string>>;
}

const preflight = { 'apollo-require-preflight': 'true' };

function formOf({ operations, map, files }: Form): FormData {
  const form = new FormData();
  form.set('operations', JSON.stringify(operations));
  form.set('map', JSON.stringify(map));
  for (const [key, text] of Object.entries(files)) {
    form.set(key, new File([text], `${key}.txt`, { type: 'text/plain' }));
  }
  return form;
}

async function send(
  url: string,
  form: Form,
  headers: Readonly<Record<string, string>> = preflight,
): Promise<{ status: number; body: unknown }> {
  const response = await fetch(url, { method: 'POST', headers, body: formOf(form) });
  return { status: response.status, body: await response.json() };
}

const one: Form = {
  operations: keepNothing,
  map: { a: ['variables.file'] },
  files: { a: 'hello' },
};

const refused = (code: string) => ({ errors: [{ extensions: { code } }] });

describe('files', () => {
  it('come to the subgraph with their names, types and bytes', async () => {
    const url = await open();
    expect(await send(url, one)).toEqual({
      status: 200,
      body: { data: { keep: 'a.txt text/plain hello' } },
    });
    expect(JSON.parse(subgraph.received[0]?.['operations'] ?? '')).toMatchObject({
      variables: { file: null },
    });
  });

  it('stand in lists of input objects', async () => {
    const url = await open();
    const query = 'mutation($album: Album!) { album(album: $album) }';
    const form = {
      operations: { query, variables: { album: { title: 't', photos: [null, null] } } },
      map: { a: ['variables.album.photos.0'], b: ['variables.album.photos.1'] },
      files: { a: 'first', b: 'second' },
    };
    expect((await send(url, form)).body).toEqual({
      data: { album: ['a.txt text/plain first', 'b.txt text/plain second'] },
    });
  });

  it('stand at several places of one request', async () => {
    const url = await open();
    const query =
      'mutation($x: Upload, $y: Upload) { a: keep(file: $x) b: keep(file: $y) c: keep(file: $x) }';
    const form = {
      operations: { query, variables: { x: null, y: null } },
      map: { a: ['variables.x', 'variables.y'] },
      files: { a: 'hello' },
    };
    const text = 'a.txt text/plain hello';
    expect((await send(url, form)).body).toEqual({ data: { a: text, b: text, c: text } });
  });

  it('come with batches', async () => {
    const url = await open({}, { server: { maxBatch: 2 } });
    const form = {
      operations: [keepNothing, keepNothing],
      map: { a: ['1.variables.file'], b: ['0.variables.file'] },
      files: { a: 'first', b: 'second' },
    };
    expect((await send(url, form)).body).toEqual([
      { data: { keep: 'b.txt text/plain second' } },
      { data: { keep: 'a.txt text/plain first' } },
    ]);
  });

  it.each([
    ['the order in which they are needed', { a: 'first', b: 'second' }],
    ['another order', { b: 'second', a: 'first' }],
  ])('go to several subgraphs, sent in %s', async (_, files) => {
    const url = await open();
    const query = 'mutation($a: Upload, $b: Upload!) { keep(file: $a) store(file: $b) }';
    const form = {
      operations: { query, variables: { a: null, b: null } },
      map: { a: ['variables.a'], b: ['variables.b'] },
      files,
    };
    expect((await send(url, form)).body).toEqual({
      data: { keep: 'a.txt text/plain first', store: 'b.txt text/plain second' },
    });
    expect(other.received[0]).toMatchObject({ '0': 'b.txt' });
  });

  it('are not mixed up between visitors whose requests are the same but for them', async () => {
    const url = await open();
    const query = 'query($file: Upload!) { sizeOf(file: $file) }';
    const asked = ['x', 'y', 'z'].map((text) =>
      send(url, { ...one, operations: { query, variables: { file: null } }, files: { a: text } }),
    );
    const answers = (await Promise.all(asked)).map(({ body }) => body);
    expect(answers).toEqual(
      ['x', 'y', 'z'].map((text) => ({ data: { sizeOf: `a.txt text/plain ${text}` } })),
    );
  });

  it('that nobody needs are thrown away', async () => {
    const url = await open();
    const form = {
      operations: { query: '{ other }', variables: { file: null } },
      map: { a: ['variables.file'] },
      files: { a: 'x'.repeat(1_000_000), b: 'not in the map' },
    };
    expect((await send(url, form)).body).toEqual({ data: { other: 1 } });
  });

  it('go on while they come', async () => {
    const url = await open();
    let first = '';
    subgraph.intercept = (request, response) => {
      request.on('data', (chunk: Buffer) => (first += chunk.toString()));
      request.on('end', () => response.end(JSON.stringify({ data: { keep: 'done' } })));
    };
    const client = await openUpload(url, 'keep this ');
    await until('the first bytes come', () => first.includes('keep this '));
    client.socket.write(`and that\r\n--${rawBoundary}--\r\n`);
    await until('the answer comes', () => client.answer().includes('"keep":"done"'));
    expect(first).toContain('keep this and that');
  });
});

describe('what a client does wrong', () => {
  const withMap = (map: Form['map']): Form => ({ ...one, map });

  it('is refused: it comes from a foreign page', async () => {
    const url = await open();
    expect((await send(url, one, {})).body).toMatchObject(refused('CSRF_BLOCKED'));
    expect(subgraph.received).toEqual([]);
  });

  it.each([
    ['names more files than are taken', withMap({ a: ['x'], b: ['y'] })],
    ['puts a file where no variable is', withMap({ a: ['query'] })],
    ['puts a file on nothing', withMap({ a: ['variables.other'] })],
    ['reaches for a prototype', withMap({ a: ['variables.__proto__.x'] })],
    ['names no place', withMap({ a: [] })],
    [
      'puts a file where the schema has none',
      { ...one, operations: { query: 'query($file: Int) { other @skip(if: $file) }' } },
    ],
  ])('is refused: it %s', async (_, form) => {
    const url = await open({ maxFiles: 1 });
    expect((await send(url, form)).status).toBe(400);
    expect(subgraph.received).toEqual([]);
  });

  it('is told when files are not taken at all', async () => {
    const url = await open({ isEnabled: false });
    expect((await send(url, one)).status).toBe(415);
  });

  it.each([
    ['is too large', { files: { a: 'x'.repeat(200_000) } }, 'PAYLOAD_TOO_LARGE'],
    ['does not come', { files: {} }, 'BAD_USER_INPUT'],
  ])('is an error of the field whose file %s', async (_, change, code) => {
    const url = await open({ maxFileBytes: 100_000 });
    expect((await send(url, { ...one, ...change })).body).toEqual({
      data: { keep: null },
      errors: [expect.objectContaining({ extensions: { code, service: 'one' } })],
    });
  });

  it('does not fill the memory with files that come long before their turn', async () => {
    const url = await open({ maxWaitingBytes: 100_000 });
    const query = 'mutation($a: Upload, $b: Upload!) { keep(file: $a) store(file: $b) }';
    const form = {
      operations: { query, variables: { a: null, b: null } },
      map: { a: ['variables.a'], b: ['variables.b'] },
      files: { b: 'x'.repeat(300_000), a: 'first' },
    };
    const { body } = await send(url, form);
    expect(body).toMatchObject({
      data: { keep: null, store: null },
      errors: [{ extensions: { code: 'PAYLOAD_TOO_LARGE' } }, {}],
    });
  });

  it('never counts against the subgraph: neither leaving, stalling nor sending too much', async () => {
    const breaker = { minimumRps: 0.001, failureRatio: 0.01, windowMs: 60_000 };
    const config = { subgraph: { breaker, timeoutMs: 60_000 }, server: { bodyTimeoutMs: 200 } };
    const url = await open({ maxFileBytes: 1_000 }, config);
    for (let round = 0; round < 5; round++) {
      const leaving = await openUpload(url, 'half');
      const stalling = await openUpload(url, 'half');
      await until('the stalled one is told', () => stalling.answer().includes('REQUEST_TIMEOUT'));
      leaving.socket.destroy();
      stalling.socket.destroy();
      await send(url, { ...one, files: { a: 'x'.repeat(2_000) } });
    }
    expect((await send(url, one)).body).toEqual({ data: { keep: 'a.txt text/plain hello' } });
    expect((await ask(url, { query: keep })).body).toEqual({ data: { keep: 'undefined' } });
  });
});

const rawBoundary = 'raw';

/** Sends all of a request but the end of its file. */
async function openUpload(
  url: string,
  begin: string,
): Promise<{ socket: Socket; answer: () => string }> {
  const { hostname, port, pathname } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port) });
  let answer = '';
  socket.on('data', (chunk: Buffer) => (answer += chunk.toString()));
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  stack.defer(() => void socket.destroy());
  const field = (name: string, value: unknown): string =>
    `--${rawBoundary}\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${JSON.stringify(value)}\r\n`;
  const file = `--${rawBoundary}\r\ncontent-disposition: form-data; name="a"; filename="a"\r\n\r\n${begin}`;
  const body = field('operations', keepNothing) + field('map', { a: ['variables.file'] }) + file;
  socket.write(
    [
      `POST ${pathname} HTTP/1.1`,
      `host: ${hostname}`,
      `content-type: multipart/form-data; boundary=${rawBoundary}`,
      'apollo-require-preflight: true',
      'content-length: 100000',
      '',
      body,
    ].join('\r\n'),
  );
  return { socket, answer: () => answer };
}
