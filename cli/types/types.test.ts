import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonValue } from '../../kernel/json.ts';
import { agentTypes } from './agent-types.ts';
import { agentsOfFiles } from './find-agents.ts';
import { typeOfSchema } from './type-of-schema.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** A schema, values that its type has to take, and values that it has to refuse. */
interface Case {
  readonly schema: JsonValue;
  readonly takes: readonly string[];
  readonly refuses: readonly string[];
}

const cases: Readonly<Record<string, Case>> = {
  tuple: {
    schema: {
      type: 'array',
      prefixItems: [{ type: 'string' }, { type: 'number' }],
      items: false,
      minItems: 1,
    },
    takes: ["['a']", "['a', 1]"],
    refuses: ['[]', "['a', 'b']", "['a', 1, 2]"],
  },
  tupleOfEarlierDrafts: {
    schema: { type: 'array', items: [{ type: 'string' }], additionalItems: { type: 'boolean' } },
    takes: ['[]', "['a', true]"],
    refuses: ["['a', 1]"],
  },
  nullable: { schema: { type: ['string', 'null'] }, takes: ['null', "''"], refuses: ['1'] },
  nullableOfOpenApi: {
    schema: { type: 'string', nullable: true },
    takes: ['null'],
    refuses: ['1'],
  },
  constants: {
    schema: { enum: ['a', 1, null, { x: [true] }] },
    takes: ['{ x: [true] }', '1'],
    refuses: ["'b'"],
  },
  union: {
    schema: {
      oneOf: [
        { type: 'object', properties: { kind: { const: 'card' } }, required: ['kind'] },
        {
          type: 'object',
          properties: { kind: { const: 'bank' }, iban: { type: 'string' } },
          required: ['kind', 'iban'],
        },
      ],
    },
    takes: ["{ kind: 'card' }", "{ kind: 'bank', iban: '' }"],
    refuses: ["{ kind: 'bank' }", "{ kind: 'cash' }"],
  },
  all: {
    schema: {
      properties: { a: { type: 'integer' } },
      required: ['a'],
      allOf: [{ properties: { b: { type: 'string' } }, required: ['b'] }],
    },
    takes: ["{ a: 1, b: '' }"],
    refuses: ['{ a: 1 }'],
  },
  patterns: {
    schema: {
      type: 'object',
      properties: { id: { type: 'string' } },
      patternProperties: { '^x-': { type: 'number' } },
    },
    takes: ["{ 'x-a': 1 }", "{ id: 'a', 'x-b': 2 }"],
    refuses: ["{ 'x-a': true }", '{ id: 1 }'],
  },
  others: {
    schema: {
      type: 'object',
      additionalProperties: { type: 'number' },
      properties: { name: { type: 'string' } },
    },
    takes: ["{ name: 'a', b: 1 }", '{}'],
    refuses: ['{ name: 1 }', '{ b: true }'],
  },
  recursive: {
    schema: {
      $ref: '#/$defs/tree-node',
      $defs: {
        'tree-node': {
          type: 'object',
          properties: {
            value: { type: 'integer' },
            children: { type: 'array', items: { $ref: '#/$defs/tree-node' } },
          },
          required: ['value'],
        },
      },
    },
    takes: ['{ value: 1, children: [{ value: 2, children: [] }] }'],
    refuses: ['{ value: 1, children: [{}] }'],
  },
  recursiveRoot: {
    schema: { type: 'object', properties: { next: { $ref: '#' }, 'odd key': { type: 'null' } } },
    takes: ["{ next: { next: {}, 'odd key': null } }"],
    refuses: ['{ next: 1 }'],
  },
  anchors: {
    schema: {
      $id: 'https://example.com/order',
      type: 'array',
      items: { $ref: 'line#price' },
      $defs: { line: { $id: 'line', $defs: { price: { $anchor: 'price', type: 'number' } } } },
    },
    takes: ['[1]'],
    refuses: ["['']"],
  },
  itself: { schema: { $ref: '#' }, takes: ['1'], refuses: [] },
  partOfItself: {
    schema: {
      $ref: '#/$defs/a',
      $defs: {
        a: { anyOf: [{ type: 'string' }, { $ref: '#/$defs/b' }] },
        b: { $ref: '#/$defs/a' },
      },
    },
    takes: ["''"],
    refuses: [],
  },
  elsewhere: {
    schema: { $ref: 'https://example.com/elsewhere' },
    takes: ['1', 'null'],
    refuses: [],
  },
  nothing: { schema: false, takes: [], refuses: ['1'] },
  anything: { schema: {}, takes: ['1', '{}'], refuses: [] },
  empty: {
    schema: { type: 'object', additionalProperties: false },
    takes: ['{}'],
    refuses: ['{ a: 1 }'],
  },
  format: { schema: { format: 'date-time' }, takes: ["'now'"], refuses: ['1'] },
  number: { schema: { const: 5 }, takes: ['5'], refuses: ['6'] },
};

describe('types of schemas', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'operandi-types-'));
    const paths = { '@operandi/sdk': [join(root, 'sdk/src/index.ts')] };
    const options = {
      ...{ strict: true, noEmit: true, skipLibCheck: false, exactOptionalPropertyTypes: true },
      ...{
        target: 'es2024',
        lib: ['esnext'],
        module: 'nodenext',
        allowImportingTsExtensions: true,
      },
      ...{
        erasableSyntaxOnly: true,
        types: ['node'],
        typeRoots: [join(root, 'node_modules/@types')],
        paths,
      },
    };
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: options }));
    await writeFile(join(folder, 'package.json'), '{"type":"module"}');
  });
  afterAll(() => rm(folder, { recursive: true }));

  /** What the compiler says of files, without their folder. */
  async function compile(files: Readonly<Record<string, string>>): Promise<string> {
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
    const compiler = join(root, 'node_modules/typescript-7/bin/tsc');
    const { stdout } = spawnSync(process.execPath, [compiler, '-p', folder], { encoding: 'utf8' });
    await Promise.all(Object.keys(files).map((name) => rm(join(folder, name))));
    return stdout;
  }

  it('take what the schemas take, and refuse what they refuse', async () => {
    const text = Object.entries(cases).flatMap(([name, { schema, takes, refuses }]) => {
      const type = `Type${name}`;
      return [
        typeOfSchema(schema, type).text,
        ...takes.map((value, at) => `export const ${name}Taken${String(at)}: ${type} = ${value};`),
        ...refuses.map(
          (value, at) =>
            `// @ts-expect-error refused\nexport const ${name}Refused${String(at)}: ${type} = ${value};`,
        ),
      ];
    });
    expect(await compile({ 'cases.ts': text.join('\n') })).toBe('');
  });

  it('let the SDK check what agents are given and know what they answer', async () => {
    const agents = await agentsOfFiles([join(root, 'examples/expense-approval/sop.yaml')]);
    const output = { type: 'object', properties: { id: { type: 'string' } }, required: ['id'] };
    const text = agentTypes([
      ...agents,
      {
        namespace: 'shop',
        name: 'pack',
        input: { type: 'array', items: { type: 'string' } },
        output,
      },
    ]);
    const use = `
import { createClient } from '@operandi/sdk';

const client = createClient({ url: 'http://127.0.0.1:1', apiKey: 'key' });
const packed = await client.agent('shop/pack').run(['a']);
export const id: string = packed.output.id;
const submitted = await client.submit('pack', ['a']);
export const maybe: string | undefined = submitted.output?.id;
await client.run('expense-approval', { employee: 'Ada', amount: 1, currency: 'EUR', purpose: 'Tea', receipts: [] });
// An agent that the file does not know is given what one likes.
export const unknown: unknown = (await client.run('elsewhere', { any: 1 })).output;
// @ts-expect-error a list of texts
await client.agent('pack').run([1]);
// @ts-expect-error there is no such field
packed.output.number;
// @ts-expect-error a property is missing
await client.agent('finance/expense-approval').submit({ employee: 'Ada', amount: 1, currency: 'EUR', purpose: 'Tea' });
// @ts-expect-error not there before it has succeeded
submitted.output.id;
`;
    expect(await compile({ 'agents.d.ts': text, 'use.ts': use })).toBe('');
  });

  it('know agents by their full names where several share one', () => {
    const agent = (namespace: string) => ({ namespace, name: 'pack', input: { type: 'string' } });
    const text = agentTypes([agent('shop'), agent('store')]);
    expect(text).toContain('"shop/pack": { input: ShopPackInput; output: ShopPackOutput };');
    expect(text).toContain('"store/pack": { input: StorePackInput; output: StorePackOutput };');
    expect(text).not.toContain('"pack"');
  });

  it('carry descriptions, which cannot end their comment', () => {
    const schema = {
      properties: { a: { type: 'string', description: 'ends */ here\nand goes on' } },
    };
    expect(typeOfSchema(schema, 'A').text).toBe(
      'export type A = {\n  /** ends * / here and goes on */\n  a?: string;\n};',
    );
  });
});
