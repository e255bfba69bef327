import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { runOperandi } from './testing/run-operandi.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'operandi-json-output-'));
  await writeFile(
    join(folder, 'sop.yaml'),
    `document: {dsl: 1.0.3, namespace: tests, name: greet, version: 1.0.0}
do:
  - greet: { set: { text: '\${ .name' } }
  - rest: { wiat: { seconds: 1 } }
`,
  );
});

afterAll(() => rm(folder, { recursive: true }));

const validate = (...args: readonly string[]) =>
  runOperandi(folder, 'validate', 'sop.yaml', ...args);

describe('what prints JSON prints', () => {
  it('what a jq filter makes of it, a value a line and texts without quotes', () => {
    const { stdout, status } = validate('--jq', '.findings[] | .severity, {line}');
    expect(stdout.split('\n').slice(0, 2)).toEqual(['error', '{"line":4}']);
    expect(status).toBe(1);
  });

  it('an empty line for an empty text', () => {
    expect(validate('--jq', '"", "a", ""').stdout).toBe('\na\n\n');
    expect(validate('--jq', 'empty').stdout).toBe('');
  });

  it('columns with tabs between them', () => {
    const { stdout } = validate('--jq', '.findings[] | [.severity, .line] | @tsv');
    expect(stdout).toMatch(/^error\t4\n/);
  });

  it('a template of it, by its fields and as value', () => {
    const template = '{{ isValid }} {{ value.findings[0].line }}';
    expect(validate('--template', template).stdout).toBe('false 4\n');
  });

  it('YAML', () => {
    const { stdout } = validate('-o', 'yaml');
    const json = JSON.parse(validate('--json').stdout) as unknown;
    expect(stdout).toMatch(/^isValid: false\nfindings:\n/);
    expect(parse(stdout)).toEqual(json);
  });

  it('a table when that is asked for', () => {
    expect(validate('-o', 'table').stdout).toBe(validate().stdout);
  });
});

describe('is told what is wrong before anything is done:', () => {
  it.each([
    ['a filter that is none', ['--jq', '.a |'], /^operandi: --jq: /],
    ['a filter that fails', ['--jq', '.findings.severity'], /^operandi: --jq: .*index/],
    ['a template that is none', ['--template', '{{ a'], /^operandi: --template: /],
    ['two at once', ['--jq', '.', '--template', 'a'], /cannot be used with option/],
    ['another format', ['-o', 'toml'], /Allowed choices are table, wide, json, yaml/],
  ])('%s', (_, args, message) => {
    const { stdout, stderr, status } = validate(...args);
    expect(stderr).toMatch(message);
    expect(stdout).toBe('');
    expect(status).toBe(1);
  });
});
