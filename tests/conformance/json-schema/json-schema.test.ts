import { describe, expect, it } from 'vitest';
import { compileSchema } from '../../../engine/schema.ts';
import { exceptions, type Exception } from './exceptions.ts';
import { casesOf, drafts, hasSuite, inDialect, type Draft, type SuiteCase } from './suite.ts';

const isContinuousIntegration = process.env['CI'] !== undefined && process.env['CI'] !== '';

describe('the official suite of JSON Schema', { timeout: 300_000 }, () => {
  it.runIf(isContinuousIntegration)('is installed where changes are judged', () => {
    expect(hasSuite).toBe(true);
  });

  it.runIf(hasSuite).each(drafts)('passes for %s but for the exceptions', (draft) => {
    const cases = casesOf(draft);
    expect(cases.length).toBeGreaterThan(250);
    const failures = cases.filter((each) => exceptionFor(each) === undefined);
    expect(failures.flatMap((each) => failuresOf(each, draft))).toEqual([]);
  });

  it.runIf(hasSuite)('has no exception that is none any more', () => {
    const needed = drafts.flatMap((draft) =>
      casesOf(draft)
        .filter((each) => failuresOf(each, draft).length > 0)
        .map(exceptionFor),
    );
    expect(exceptions.filter((each) => !needed.includes(each))).toEqual([]);
  });
});

function exceptionFor({ file, description }: SuiteCase): Exception | undefined {
  return exceptions.find(
    (each) =>
      each.file === file && (each.description === undefined || each.description === description),
  );
}

function failuresOf(each: SuiteCase, draft: Draft): string[] {
  return each.tests
    .filter(({ data, valid }) => isValid(each, draft, data) !== valid)
    .map(({ description }) => `${each.file} › ${each.description} › ${description}`);
}

function isValid(
  { schema }: SuiteCase,
  draft: Draft,
  data: SuiteCase['tests'][number]['data'],
): boolean | 'refused' {
  try {
    return compileSchema(inDialect(schema, draft))(data).length === 0;
  } catch {
    return 'refused';
  }
}
