import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { codegen } from '@graphql-codegen/core';
import { buildSchema } from 'graphql';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { plugin } from './codegen-plugin.ts';
import { followTypes, requireTypes, writeTypes, type Source } from './write-types.ts';

const adder = (
  type: string,
) => `document: { dsl: '1.0.3', namespace: t, name: adder, version: '1.0.0' }
input: { schema: { document: { type: object, properties: { a: { type: ${type} } } } } }
do:
  - add: { set: { sum: 1 } }
`;

describe('the file of types', () => {
  let folder = '';
  let source: Source;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'operandi-types-'));
    await writeFile(join(folder, 'sop.yaml'), adder('number'));
    source = { files: [join(folder, 'sop.yaml')], connection: {}, out: join(folder, 'a.d.ts') };
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('is written, and compared with what would be written', async () => {
    await expect(requireTypes(source)).rejects.toThrow(/a\.d\.ts is missing; write it with/);
    expect(await writeTypes(source)).toBe(`${source.out}: types of one agent`);
    expect(await requireTypes(source)).toMatch(/, up to date$/);
    await copyFile(source.files[0] ?? '', source.out);
    await expect(requireTypes(source)).rejects.toThrow(/is out of date/);
  });

  it('is written again when a definition changes, also after one that could not be read', async () => {
    const told: string[] = [];
    const last = (text: string) =>
      vi.waitFor(() => expect(told.at(-1)).toContain(text), { timeout: 60_000, interval: 20 });
    const stopping = new AbortController();
    const [file = ''] = source.files;
    const following = followTypes(source, (text) => void told.push(text), stopping.signal);
    await last('types of one agent');
    await writeFile(file, 'document: [');
    await last('sop.yaml:');
    await writeFile(file, adder('string'));
    await last('types of one agent');
    expect(await readFile(source.out, 'utf8')).toContain('a?: string;');
    stopping.abort();
    await following;
  });

  it('is what the plugin of GraphQL Code Generator makes', async () => {
    await writeTypes(source);
    const made = await codegen({
      filename: source.out,
      schema: { kind: 'Document', definitions: [] } as never,
      schemaAst: buildSchema('type Query { a: Int }'),
      documents: [],
      plugins: [{ 'operandi/codegen': { files: source.files } }],
      pluginMap: { 'operandi/codegen': { plugin } },
      config: {},
    });
    expect(made.trim()).toBe((await readFile(source.out, 'utf8')).trim());
  });
});
