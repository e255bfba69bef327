import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isJsonObject, type JsonValue } from '../../../kernel/json.ts';

/** Debian's `libtest-json-schema-acceptance-perl` brings the official suite and puts it here. */
const home = '/usr/share/perl5/auto/share/dist/Test-JSON-Schema-Acceptance/tests';

export const drafts = ['draft2020-12', 'draft7'] as const;

export type Draft = (typeof drafts)[number];

/** One schema and values that fit it or do not. */
export interface SuiteCase {
  readonly file: string;
  readonly description: string;
  readonly schema: JsonValue;
  readonly tests: readonly {
    readonly description: string;
    readonly data: JsonValue;
    readonly valid: boolean;
  }[];
}

/** Whether the suite is installed; `.ci/run` sees to it. */
export const hasSuite = existsSync(home);

/** All cases of a draft, optional ones included. */
export function casesOf(draft: Draft): readonly SuiteCase[] {
  const root = join(home, draft);
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.json'))
    .toSorted()
    .flatMap((file) => read(join(root, file)).map((each) => ({ ...each, file })));
}

// The suite keeps to its own schema.
function read(path: string): readonly Omit<SuiteCase, 'file'>[] {
  return JSON.parse(readFileSync(path, 'utf8')) as readonly Omit<SuiteCase, 'file'>[];
}

const dialects: Readonly<Record<Draft, string>> = {
  'draft2020-12': 'https://json-schema.org/draft/2020-12/schema',
  draft7: 'http://json-schema.org/draft-07/schema#',
};

/** The schema, saying which draft it is of. */
export function inDialect(schema: JsonValue, draft: Draft): JsonValue {
  return isJsonObject(schema) && schema['$schema'] === undefined
    ? { $schema: dialects[draft], ...schema }
    : schema;
}
