import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

import { describe, expect, it } from 'vitest';

import { compileJq, JqRuntimeError } from '../../engine/jq/compile.ts';
import { isJsonObject } from '../../kernel/json.ts';
import type { JsonValue } from '../../kernel/json.ts';

interface Group {
  readonly inputs: JsonValue[];
  readonly expressions: string[];
}

type Outcome = readonly JsonValue[] | { readonly error: JsonValue };

// Messages and wrong inputs are those of 1.8; what older ones answer is no measure.
const hasJq = /^jq-1\.(?:[89]|\d\d)/.test(
  spawnSync('jq', ['--version'], { encoding: 'utf8' }).stdout ?? '',
);
const groups = readGroups(
  readFileSync(new URL('../../engine/jq/testdata/expressions.txt', import.meta.url), 'utf8'),
);

function readGroups(text: string): Group[] {
  const read: Group[] = [];
  let isHead = false;
  for (const line of text.split('\n')) {
    if (line === '' || line.startsWith('#')) continue;
    if (line.startsWith('@ ')) {
      if (!isHead) read.push({ inputs: [], expressions: [] });
      read.at(-1)?.inputs.push(parseJson(line.slice(2)));
    } else read.at(-1)?.expressions.push(line);
    isHead = line.startsWith('@ ');
  }
  return read;
}

/** What JSON.parse returns is JSON. */
function parseJson(text: string): JsonValue {
  return JSON.parse(text) as JsonValue;
}

/** `Array.isArray` forgets the type of the items of a readonly array. */
function isArray(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}

function program(line: string): string {
  return line.startsWith('~') ? line.slice(1) : line;
}

/** All expressions of a group in one run of jq, which prints one line for each input and expression. */
function runJq({ inputs, expressions }: Group): Outcome[] {
  const source = expressions.map((line) => `(try [${program(line)}] catch {error: .})`).join(',\n');
  const { stdout, stderr, status } = spawnSync('jq', ['-c', source], {
    input: inputs.map((input) => JSON.stringify(input)).join('\n'),
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    env: { ...process.env, TZ: 'UTC', LC_ALL: 'C' },
  });
  if (status !== 0) throw new Error(`jq could not run the expressions: ${stderr}`);
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => outcomeOf(parseJson(line)));
}

function outcomeOf(value: JsonValue): Outcome {
  if (isJsonObject(value)) return { error: value['error'] ?? null };
  if (isArray(value)) return value;
  throw new Error('jq printed something else than an outcome');
}

function runOurs(expression: string, input: JsonValue): Outcome {
  try {
    return compileJq(program(expression)).run(input);
  } catch (error) {
    if (!(error instanceof JqRuntimeError)) throw error;
    return { error: error.value };
  }
}

/** Rounded, as the last digits of sines and logarithms are the C library's own. */
function rounded(value: JsonValue): JsonValue {
  if (typeof value === 'number') return Number(value.toPrecision(13));
  if (Array.isArray(value)) return value.map(rounded);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, rounded(item)]));
}

function comparable(outcome: Outcome, expression: string): JsonValue {
  if (expression.startsWith('~')) return 'error' in outcome ? 'error' : 'values';
  return 'error' in outcome ? { error: rounded(outcome.error) } : rounded(outcome);
}

describe('against the real jq', () => {
  it('has at least 600 expressions to compare', () => {
    const distinct = new Set(groups.flatMap(({ expressions }) => expressions));
    expect(distinct.size).toBeGreaterThanOrEqual(600);
  });

  for (const group of hasJq ? groups : []) {
    it(`yields what jq yields for inputs like ${JSON.stringify(group.inputs[0]).slice(0, 40)}`, () => {
      const theirs = runJq(group);
      const differences = group.inputs.flatMap((input, row) =>
        group.expressions.flatMap((expression, column) => {
          const jq = comparable(theirs[row * group.expressions.length + column] ?? [], expression);
          const ours = comparable(runOurs(expression, input), expression);
          const isEqual = JSON.stringify(sortKeys(jq)) === JSON.stringify(sortKeys(ours));
          return isEqual ? [] : [{ expression, input, jq, ours }];
        }),
      );
      expect(differences).toEqual([]);
    });
  }
});

function sortKeys(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .map(([key, item]) => [key, sortKeys(item)]),
  );
}
