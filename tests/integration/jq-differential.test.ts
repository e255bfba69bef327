import { readFileSync } from 'node:fs';
import { sample } from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { parseJson } from '../../kernel/json.ts';
import { jqInput, jqProgram } from '../support/arbitrary-jq.ts';
import { isSameOutcome, ourOutcome } from '../support/jq-outcomes.ts';
import { RealJq } from '../support/real-jq.ts';
import type { Outcome } from '../support/real-jq.ts';

const programs = Number(process.env['JQ_PROGRAMS'] ?? 400);
const seed = Number(process.env['JQ_SEED'] ?? 20_240_229);
const batchSize = 20;

interface Group {
  readonly inputs: string[];
  readonly expressions: string[];
}

interface Comparison {
  readonly expression: string;
  readonly input: string;
  readonly jq: Outcome;
  readonly ours: Outcome;
}

const jq = new RealJq({ deadlineMs: 20_000 });
afterAll(() => jq[Symbol.asyncDispose]());

/** What both make of all expressions and inputs that both can answer. */
async function compare({ inputs, expressions }: Group): Promise<readonly Comparison[]> {
  const theirs = await jq.run(expressions.map(program), inputs);
  return inputs.flatMap((input, row) =>
    expressions.flatMap((expression, column) => {
      const their = theirs[row]?.[column];
      const ours = ourOutcome(program(expression), parseJson(input));
      return their === undefined || ours === undefined
        ? []
        : [{ expression, input, jq: their, ours }];
    }),
  );
}

function isDifferent({ expression, jq: theirs, ours }: Comparison): boolean {
  if (expression.startsWith('~')) return 'error' in theirs !== 'error' in ours;
  return !isSameOutcome(theirs, ours);
}

function program(line: string): string {
  return line.startsWith('~') ? line.slice(1) : line;
}

function readGroups(text: string): Group[] {
  const read: Group[] = [];
  let isHead = false;
  for (const line of text.split('\n')) {
    if (line === '' || line.startsWith('#')) continue;
    if (line.startsWith('@ ')) {
      if (!isHead) read.push({ inputs: [], expressions: [] });
      read.at(-1)?.inputs.push(JSON.stringify(parseJson(line.slice(2))));
    } else read.at(-1)?.expressions.push(line);
    isHead = line.startsWith('@ ');
  }
  return read;
}

const groups = readGroups(
  readFileSync(new URL('../../engine/jq/testdata/expressions.txt', import.meta.url), 'utf8'),
);

describe('against the real jq', { timeout: 3_600_000 }, () => {
  it('has at least 600 expressions to compare', () => {
    const distinct = new Set(groups.flatMap(({ expressions }) => expressions));
    expect(distinct.size).toBeGreaterThanOrEqual(600);
  });

  it.each(groups.map((group) => [group.inputs[0]?.slice(0, 40), group] as const))(
    'yields what jq yields for inputs like %s',
    async (_, group) => {
      const compared = await compare(group);
      expect(compared.filter(isDifferent)).toEqual([]);
      expect(compared).toHaveLength(group.inputs.length * group.expressions.length);
    },
  );

  it('yields what jq yields, values and messages, for programs that nobody wrote', async () => {
    const inputs = sample(jqInput, { numRuns: programs, seed }).map((input) =>
      JSON.stringify(input),
    );
    const made = sample(jqProgram, { numRuns: programs, seed });
    const batches = Array.from({ length: Math.ceil(programs / batchSize) }, (_, at) => ({
      inputs: inputs.slice(at * batchSize, at * batchSize + 6),
      expressions: made.slice(at * batchSize, (at + 1) * batchSize),
    }));
    const compared: Comparison[] = [];
    for (const batch of batches) compared.push(...(await compare(batch)));
    expect(compared.filter(isDifferent)).toEqual([]);
    expect(compared.length).toBeGreaterThan(programs * 5);
  });
});
