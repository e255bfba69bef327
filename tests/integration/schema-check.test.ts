import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { buildSchema } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { compareSchemas, type SchemaChange } from '../../gateway/check/check-schema.ts';
import { composeWith } from '../../gateway/check/compose-with.ts';
import { readClientSchema } from '../../gateway/check/read-schema.ts';
import { compose } from '../../gateway/testing/federated.ts';
import { ask, startGateway, type TestGateway } from '../../gateway/testing/start-gateway.ts';
import { startSubgraph, type SubgraphServer } from '../../gateway/testing/subgraph-server.ts';

const people = (fields: string, more = ''): string => `
  type Query { me(kind: Kind, by: By): User all: [Being] ${more} }
  enum Kind { CAT DOG }
  input By { name: String nested: Nested }
  input Nested { kind: Kind age: Int }
  union Being = User | Robot
  type Robot { serial: Int }
  type User @key(fields: "id") { id: ID! hidden: Int @inaccessible ${fields} }`;
const before = people('name: String email: String unused: Int old: Int @deprecated(reason: "x")');
const reviews =
  'type Query { reviews: [Review] } type Review { text: String @deprecated(reason: "y") secret: Int @inaccessible }';
const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@inaccessible", "@shareable"])\n`;
const sharedKey = 'a-shared-key-of-tests';

let folder: string;
let subgraph: SubgraphServer;
let supergraph: string;
let gateway: TestGateway;

const by = (name: string): Record<string, string> => ({ 'apollographql-client-name': name });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'operandi-check-'));
  subgraph = await startSubgraph(before, { Query: { me: () => ({ id: 1 }), all: () => [] } });
  supergraph = compose([
    { name: 'people', url: subgraph.url, sdl: before },
    { name: 'reviews', sdl: reviews },
  ]);
  gateway = await startGateway({
    supergraph: { sdl: supergraph },
    config: { usage: { report: { sharedKey } } },
  });
  const { url } = gateway;
  await ask(url, { query: 'query Mail { me { id email } }' }, by('web'));
  await ask(url, { query: 'query Mail { me { id email } }' }, by('web'));
  await ask(url, { query: 'query Kind($by: By) { me(by: $by) { id } }' }, by('ios'));
  await ask(url, { query: '{ all { ... on Robot { serial } } }' }, by('bot'));
});

afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await subgraph[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

interface Shown {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const cli = fileURLToPath(new URL('../../cli/operandi.cjs', import.meta.url));

async function check(sdl: string, ...args: readonly string[]): Promise<Shown> {
  const file = join(folder, 'new.graphql');
  await writeFile(file, sdl);
  const env = { ...process.env, OPERANDI_USAGE_KEY: sharedKey };
  return new Promise((resolve) => {
    const command = [cli, 'schema', 'check', file, ...args];
    execFile(process.execPath, command, { env }, (error, stdout, stderr) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr }),
    );
  });
}

const running = (): string[] => ['--usage', new URL('/usage', gateway.url).href];
const asPeople = ['--subgraph', 'people'];

describe('a check of a schema', { timeout: 120_000 }, () => {
  test('names the live clients that a change of a subgraph would break, with counts', async () => {
    const changed = link + people('name: String unused: Int old: Int');
    const { code, stdout } = await check(changed, ...asPeople, ...running(), '--json');
    expect(code).toBe(1);
    const { changes, isBreaking } = JSON.parse(stdout) as {
      readonly isBreaking: boolean;
      readonly changes: readonly SchemaChange[];
    };
    expect(isBreaking).toBe(true);
    expect(changes.filter(({ level }) => level === 'breaking')).toMatchObject([
      {
        type: 'FIELD_REMOVED',
        path: 'User.email',
        clients: [{ name: 'web', requests: 2, operations: ['Mail'] }],
      },
    ]);
    const text = await check(changed, ...asPeople, ...running());
    expect(text.stdout).toMatch(
      /BREAKING: Field 'email'.*\n {2}web: 2 requests by Mail, last on 20/,
    );
  });

  test('passes a breaking change that no client uses, and only with usage', async () => {
    const changed = link + people('name: String email: String old: Int');
    const unused = await check(changed, ...asPeople, ...running());
    expect(unused.stdout).toContain("unused, so safe for now: Field 'unused' was removed");
    expect(unused.code).toBe(0);
    const old = join(folder, 'old.graphql');
    await writeFile(old, supergraph);
    const strict = await check(changed, ...asPeople, '--against', old);
    expect(strict.stdout).toContain("BREAKING: Field 'unused' was removed");
    expect(strict.code).toBe(1);
  });

  test('sees no change where there is none, whatever other subgraphs hide or deprecate', async () => {
    const { stdout, code } = await check(link + before, ...asPeople, ...running());
    expect(stdout).toBe('Clients see no change.\n\nIt breaks no clients that were seen.\n');
    expect(code).toBe(0);
    expect((await check(supergraph, ...running())).stdout).toContain('no change');
  });

  test('tells what does not compose, and new hints of composition', async () => {
    const conflict = `${link} type Query { me: Int } type Review { text: Int }`;
    const broken = await check(conflict, ...asPeople, ...running());
    expect(broken.stdout).toMatch(/does not compose: FIELD_TYPE_MISMATCH|INVALID_FIELD_SHARING/);
    expect(broken.code).toBe(1);
    const more = 'reviews: [Review] @shareable } type Review @shareable { text: String';
    const shared = `${link}type Query { ${more} }`;
    const composed = composeWith(
      compose([{ name: 'reviews', sdl: `type Query { ${more} added: Int }` }]),
      { name: 'more', sdl: shared },
    );
    expect(composed).toMatchObject({
      hints: [expect.objectContaining({ code: 'INCONSISTENT_OBJECT_VALUE_TYPE_FIELD' })],
    });
  });

  test('could not be done without a schema in use, without usage, or with what is no schema', async () => {
    const nothing = await check(before);
    expect(nothing).toMatchObject({ code: 2 });
    expect(nothing.stderr).toContain('--against');
    const nowhere = await check(before, '--usage', 'http://127.0.0.1:1/usage');
    expect(nowhere).toMatchObject({ code: 2 });
    await using idle = await startGateway({
      supergraph: { sdl: supergraph },
      config: { usage: { report: { sharedKey } } },
    });
    const unseen = await check(supergraph, '--usage', new URL('/usage', idle.url).href);
    expect(unseen.code).toBe(2);
    expect(unseen.stderr).toContain('no client was seen');
    expect(await check('type {', ...running())).toMatchObject({ code: 2 });
  });

  test.each([
    {
      what: 'a required argument',
      from: 'me(kind: Kind, by: By)',
      to: 'me(kind: Kind, by: By, q: Int!)',
      hit: ['web', 'ios'],
    },
    {
      what: 'an argument that is required now',
      from: 'me(kind: Kind,',
      to: 'me(kind: Kind!,',
      hit: ['web', 'ios'],
    },
    {
      what: 'an argument that is gone',
      from: 'me(kind: Kind, by: By)',
      to: 'me(kind: Kind)',
      hit: ['ios'],
    },
    {
      what: 'a value of an enum in the input of a variable',
      from: 'CAT DOG',
      to: 'CAT',
      hit: ['ios'],
    },
    {
      what: 'a field of an input in the input of a variable',
      from: 'age: Int',
      to: '',
      hit: ['ios'],
    },
    {
      what: 'a required field of an input',
      from: 'age: Int',
      to: 'age: Int height: Int!',
      hit: ['ios'],
    },
    { what: 'a member of a union', from: 'User | Robot', to: 'User', hit: ['bot'] },
    { what: 'a type', from: 'type Robot { serial: Int }', to: 'scalar Robot', hit: ['bot'] },
    { what: 'another type of a field', from: 'email: String', to: 'email: Int', hit: ['web'] },
  ])('tells who is hit by $what', async ({ from, to, hit }) => {
    const response = await fetch(new URL('/usage', gateway.url), {
      headers: { authorization: sharedKey },
    });
    const { usage } = (await response.json()) as { usage: Parameters<typeof compareSchemas>[2] };
    const plain = before.replaceAll(/@(key|deprecated)\([^)]*\)|@inaccessible/g, '');
    const after = plain.replace(from, to).replace(to === 'scalar Robot' ? '| Robot' : 'no', '');
    expect(after).not.toBe(plain);
    const changes = await compareSchemas(buildSchema(plain), buildSchema(after), {
      usage: usage as never,
    });
    const breaking = changes.filter(({ level }) => level === 'breaking');
    const names = breaking.flatMap(({ clients = [] }) => clients.map(({ name }) => name));
    expect([...new Set(names)]).toEqual(hit);
  });

  test('reads what clients see of a supergraph', () => {
    const { User, Review } = readClientSchema(supergraph).getTypeMap();
    expect(Object.keys((User as unknown as { getFields(): object }).getFields())).not.toContain(
      'hidden',
    );
    expect(Review).toBeDefined();
  });
});
