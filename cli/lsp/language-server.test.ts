import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  createMessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
  type CompletionItem,
  type Diagnostic,
  type DocumentSymbol,
  type Hover,
  type Location,
  type MessageConnection,
} from 'vscode-languageserver/node';

interface Offered {
  readonly yes: string[];
  readonly no?: readonly string[];
}

const head = `document: { dsl: '1.0.3', namespace: tests, name: work, version: '1.0.0' }\n`;
const main = fileURLToPath(new URL('../main.ts', import.meta.url));

/** A platform that knows one integration, and no other question. */
async function startFakePlatform() {
  const operation = {
    ...{ name: 'charge', description: 'Takes money.', result: null },
    arguments: { type: 'object', properties: { amount: { description: 'In cents.' } } },
  };
  const credential = { isSet: true, state: null };
  const known = { id: '1', name: 'bank', kind: 'http', credential, operations: [operation] };
  const pageInfo = { hasNextPage: false, endCursor: null };
  const server = createServer((_, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ data: { integrations: { nodes: [known], pageInfo } } }));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  // The server listens on a port.
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${String(port)}/graphql`, close: () => void server.close() };
}

describe('the language server', () => {
  const stack = new AsyncDisposableStack();
  let connection: MessageConnection;
  let exited: Promise<unknown[]>;
  let opened = 0;
  const judged = new Map<string, PromiseWithResolvers<readonly Diagnostic[]>>();

  const judgementOf = (uri: string): PromiseWithResolvers<readonly Diagnostic[]> => {
    const waiting = judged.get(uri) ?? Promise.withResolvers<readonly Diagnostic[]>();
    judged.set(uri, waiting);
    return waiting;
  };

  beforeAll(async () => {
    const platform = await startFakePlatform();
    stack.defer(platform.close);
    const child = spawn(process.execPath, [main, 'lsp', '--stdio'], {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { PATH: process.env['PATH'], OPERANDI_URL: platform.url, OPERANDI_API_KEY: 'opk_x' },
    });
    exited = once(child, 'exit');
    stack.defer(() => void child.kill());
    connection = createMessageConnection(
      new StreamMessageReader(child.stdout),
      new StreamMessageWriter(child.stdin),
    );
    connection.onNotification(
      'textDocument/publishDiagnostics',
      ({ uri, diagnostics }: { uri: string; diagnostics: readonly Diagnostic[] }) =>
        judgementOf(uri).resolve(diagnostics),
    );
    connection.listen();
    await connection.sendRequest('initialize', {
      ...{ processId: process.pid, rootUri: null, capabilities: {} },
    });
    await connection.sendNotification('initialized', {});
  });

  afterAll(() => stack.disposeAsync());

  /** Opens a text; `|` in it is where somebody stands. */
  async function open(marked: string) {
    const offset = marked.indexOf('|');
    const before = marked.slice(0, Math.max(0, offset)).split('\n');
    const position = { line: before.length - 1, character: before.at(-1)?.length ?? 0 };
    opened += 1;
    const uri = `file:///${String(opened)}.yaml`;
    const text = offset < 0 ? marked : `${marked.slice(0, offset)}${marked.slice(offset + 1)}`;
    await connection.sendNotification('textDocument/didOpen', {
      textDocument: { uri, languageId: 'yaml', version: 1, text },
    });
    return { text, uri, at: { textDocument: { uri }, position } };
  }

  const ask = <Answer>(what: string, about: object): Promise<Answer> =>
    connection.sendRequest(`textDocument/${what}`, about);

  async function labels(marked: string): Promise<readonly string[]> {
    const items = await ask<readonly CompletionItem[]>('completion', (await open(marked)).at);
    return items.map(({ label }) => label);
  }

  it('tells findings where they stand, by their id', async () => {
    const { uri } = await open(`${head}do:\n  - one: { set: { a: 1 }, then: nowhere }\n`);
    await expect(judgementOf(uri).promise).resolves.toMatchObject([
      {
        code: 'then/unknown-target',
        severity: 1,
        source: 'operandi',
        range: { start: { line: 2, character: 26 }, end: { line: 2, character: 30 } },
      },
    ]);
  });

  it.each([
    ['another kind of document', 'services: { web: { image: nginx } }\n'],
    ['nothing', ''],
    ['half a word', 'doc'],
  ])('says nothing of %s', async (_, text) => {
    const { uri } = await open(text);
    await expect(judgementOf(uri).promise).resolves.toEqual([]);
  });

  it('tells what is wrong with the YAML itself', async () => {
    const { uri } = await open(`${head}do: [\n`);
    await expect(judgementOf(uri).promise).resolves.not.toEqual([]);
  });

  it.each([
    ['the document', '|', ['document', 'do', 'use', 'schedule']],
    ['its head', 'document:\n  |', ['dsl', 'namespace', 'version']],
    ['a task', `${head}do:\n  - one:\n      |\n  - two: { set: { a: 1 } }`, ['call', 'set', 'if']],
    ['a task in braces', `${head}do:\n  - one: { s| }`, ['set', 'switch']],
    ['a call of HTTP', `${head}do:\n  - a:\n      call: http\n      with:\n        |`, ['method']],
    [
      'an approval',
      `${head}do:\n  - a:\n      call: approval\n      with:\n        ti|`,
      ['title'],
    ],
    [
      'what is caught',
      `${head}do:\n  - a:\n      try: []\n      catch:\n        |`,
      ['retry', 'when'],
    ],
  ])('offers keys of %s', async (_, text, expected) => {
    await expect(labels(text)).resolves.toEqual(expect.arrayContaining(expected));
  });

  it('offers no key that is there, and none of another kind of call', async () => {
    const found = await labels(
      `${head}do:\n  - a:\n      call: http\n      with:\n        method: GET\n        |`,
    );
    expect(found).not.toContain('method');
    expect(found).not.toContain('operationId');
    expect(found).toContain('endpoint');
  });

  it.each([
    [
      'tasks of the same list',
      `${head}do:\n  - a: { set: { x: 1 }, then: | }\n  - b: { do: [ { c: { set: { y: 1 } } } ] }`,
      { yes: ['a', 'b', 'continue', 'end'], no: ['c'] },
    ],
    [
      'tasks to a case',
      `${head}do:\n  - a: { switch: [ { x: { when: .y, then: | } } ] }\n  - b: { set: { y: 1 } }`,
      { yes: ['b', 'exit'], no: ['x'] },
    ],
    [
      'functions',
      `${head}use: { functions: { charge: { call: http } } }\ndo:\n  - a: { call: | }`,
      { yes: ['charge', 'http', 'approval'] },
    ],
    [
      'retry policies',
      `${head}use: { retries: { often: {} } }\ndo:\n  - a: { try: [], catch: { retry: | } }`,
      { yes: ['often'] },
    ],
    [
      'values that are named',
      `${head}do:\n  - a:\n      call: http\n      with:\n        output: |`,
      { yes: ['raw', 'response'] },
    ],
    [
      'integrations',
      `${head}do:\n  - a:\n      call: integration\n      with: { integration: | }`,
      { yes: ['bank'] },
    ],
    [
      'operations of one',
      `${head}do:\n  - a:\n      call: integration\n      with: { integration: bank, operation: | }`,
      { yes: ['charge'] },
    ],
    [
      'its arguments',
      `${head}do:\n  - a:\n      call: integration\n      with:\n        integration: bank\n        operation: charge\n        arguments:\n          |`,
      { yes: ['amount'] },
    ],
  ])('offers %s', async (_, text, { yes, no = [] }: Offered) => {
    const found = await labels(text);
    expect(found).toEqual(expect.arrayContaining(yes));
    for (const other of no) expect(found).not.toContain(other);
  });

  it('offers functions and variables inside expressions alone', async () => {
    const inside = await labels(`${head}do:\n  - a: { set: { x: '\${ [.list, gr|' } }`);
    expect(inside).toEqual(expect.arrayContaining(['group_by', '$context']));
    const behind = await labels(`${head}do:\n  - a: { set: { x: '\${ .list }' }, th| }`);
    expect(behind).toContain('then');
    expect(behind).not.toContain('group_by');
  });

  it('puts a key in the place of the word that was begun', async () => {
    const { at } = await open(`${head}sched|`);
    const items = await ask<readonly CompletionItem[]>('completion', at);
    expect(items.find(({ label }) => label === 'schedule')?.textEdit).toEqual({
      newText: 'schedule: ',
      range: { start: { line: 1, character: 0 }, end: { line: 1, character: 5 } },
    });
  });

  it.each([
    ['a word of the language', `${head}do:\n  - a: { sw|itch: [] }`, 'first case'],
    [
      'an argument of an own call',
      `${head}do:\n  - a: { call: approval, with: { ti|tle: x } }`,
      'in one line',
    ],
    ['an own call', `${head}do:\n  - a: { call: appr|oval, with: { title: x } }`, 'decided'],
    ['a function of jq', `${head}do:\n  - a: { set: { x: '\${ group|_by(.k) }' } }`, 'group_by(f)'],
    ['a variable', `${head}do:\n  - a: { set: { x: '\${ $con|text }' } }`, 'exported'],
  ])('explains %s', async (_, text, expected) => {
    const told = await ask<Hover | null>('hover', (await open(text)).at);
    expect(JSON.stringify(told?.contents)).toContain(expected);
  });

  it('explains no word of the author', async () => {
    const { at } = await open(`${head}do:\n  - a: { set: { col|our: red } }`);
    await expect(ask('hover', at)).resolves.toBeNull();
  });

  it('finds the task that is gone on with, and the function that is called', async () => {
    const jump = await open(
      `${head}do:\n  - a: { set: { x: 1 }, then: la|st }\n  - last: { set: { y: 1 } }`,
    );
    await expect(ask<Location>('definition', jump.at)).resolves.toMatchObject({
      range: { start: { line: 3, character: 4 }, end: { line: 3, character: 8 } },
    });
    const call = await open(
      `${head}use:\n  functions:\n    pay: { call: http }\ndo:\n  - a: { call: p|ay }`,
    );
    await expect(ask<Location>('definition', call.at)).resolves.toMatchObject({
      range: { start: { line: 3, character: 4 }, end: { line: 3, character: 7 } },
    });
  });

  it('outlines tasks with those inside them', async () => {
    const { uri } = await open(
      `${head}do:\n  - a: { set: { x: 1 } }\n  - b:\n      try:\n        - c: { wait: PT1S }\n      catch: { do: [ { d: { raise: {} } } ] }\n`,
    );
    const outline = await ask<readonly DocumentSymbol[]>('documentSymbol', {
      textDocument: { uri },
    });
    expect(outline.map(({ name, detail }) => `${name} ${detail ?? ''}`)).toEqual([
      'a set',
      'b try',
    ]);
    expect(outline[1]?.children?.map(({ name }) => name)).toEqual(['c', 'd']);
  });

  it('judges anew what is changed', async () => {
    const { uri, text } = await open(`${head}do:\n  - one: { set: { a: 1 }, then: nowhere }\n`);
    await judgementOf(uri).promise;
    judged.delete(uri);
    const anew = judgementOf(uri).promise;
    await connection.sendNotification('textDocument/didChange', {
      textDocument: { uri, version: 2 },
      contentChanges: [{ text: text.replace('nowhere', 'end') }],
    });
    await expect(anew).resolves.toEqual([]);
  });

  it('goes when it is told to', async () => {
    await connection.sendRequest('shutdown');
    await connection.sendNotification('exit');
    await expect(exited).resolves.toEqual([0, null]);
  });
});
