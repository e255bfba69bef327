import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { buildSchema, parse, validate } from 'graphql';
import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../../kernel/json.ts';
import { loadDefinition } from '../../engine/load-definition.ts';
import { renderResponse } from '../../engine/render/render.ts';
import { isResponseFormat } from '../../engine/render/formats.ts';
import { compileJq } from '../../engine/jq/compile.ts';
import { checkInput } from '../../engine/rules.ts';
import { runJob } from '../../engine/testing/run-job.ts';
import { pageText, runsOf, strayBlocks, type GuideRun } from '../support/guide.ts';
import { outsideScript, type Outside } from '../support/guide-outside.ts';

const folder = fileURLToPath(new URL('../../docs/guide/', import.meta.url));
const pages = globSync('*.md', { cwd: folder }).toSorted();
const runs = pages.flatMap(runsOf);

/** What a page says of a run; a block that is not there says nothing. */
function said(run: GuideRun, role: string): JsonValue | undefined {
  const text = run.blocks.get(role);
  return text === undefined ? undefined : (JSON.parse(text) as JsonValue);
}

// The blocks of the pages are ours; one of another shape fails where it is used.
function asOutside(block: JsonValue): Outside {
  return block as Outside;
}

describe('the guide', () => {
  it.each(pages)(
    'shows no definition without its run, and no run without its definition: %s',
    (page) => {
      expect(strayBlocks(page)).toEqual([]);
    },
  );

  it('has examples', () => {
    expect(runs.length).toBeGreaterThan(20);
  });
});

describe('an example of the guide', () => {
  it.each(runs.map((run) => [run.title, run] as const))('does what %s says', async (_, run) => {
    const { definition, findings } = loadDefinition(run.definition);
    expect(findings).toEqual(said(run, 'findings') ?? []);
    if (definition === undefined) return;
    const input = said(run, 'input') ?? {};
    const refused = said(run, 'refused');
    expect(checkInput(definition, input)).toEqual(refused ?? []);
    if (refused !== undefined) return;
    const around = outsideScript(asOutside(said(run, 'outside') ?? {}));
    const { script } = around;
    const { outcome, host } = await runJob(definition, { input, script });
    expect(around.left()).toEqual([]);
    expect(outcome).toEqual(expectedOutcome(run, outcome));
    const emitted = said(run, 'emitted');
    if (Array.isArray(emitted)) expect(host.emitted).toMatchObject(emitted);
    expectResponses(run, { definition: run.definition, input, outcome });
  });
});

describe('the expressions of the guide', () => {
  const row = /^\| `(.+?)` +\| `(.+?)` +\| `(.+?)` +\|$/gm;
  const rows = [...pageText('04-expressions.md').matchAll(row)].map((cells) =>
    cells.slice(1).map((cell) => cell.replaceAll('\\|', '|')),
  );

  it('are many', () => {
    expect(rows.length).toBeGreaterThan(50);
  });

  it.each(rows)('%s of %s is %s', (source, input = '', result = '') => {
    const program = compileJq(source, { variables: [] });
    expect(program.run(JSON.parse(input) as JsonValue, {})).toEqual([JSON.parse(result)]);
  });
});

describe('the queries of the guide', () => {
  const schema = buildSchema(
    readFileSync(new URL('../../schema/api.graphql', import.meta.url), 'utf8'),
    { assumeValidSDL: true },
  );
  const queries = pages.flatMap((page) =>
    [...pageText(page).matchAll(/^```graphql\n([^]*?)^```$/gm)].map(([, query = '']) => query),
  );

  it('are some', () => {
    expect(queries.length).toBeGreaterThan(1);
  });

  it.each(queries)('fit the schema: %s', (query) => {
    expect(validate(schema, parse(query))).toEqual([]);
  });
});

/** A page may leave the outcome to the events or responses that it shows; one of them it has to show. */
function expectedOutcome(run: GuideRun, outcome: { readonly state: string }): unknown {
  const error = said(run, 'error');
  const output = run.blocks.get('output');
  if (error !== undefined) return { state: 'faulted', error };
  if (output !== undefined) return { state: 'completed', output: JSON.parse(output) as unknown };
  const roles = [...run.blocks.keys()].map((role) => role.split(' ')[0]);
  expect(
    roles.some((role) => role === 'emitted' || role === 'response'),
    run.title,
  ).toBe(true);
  return { ...outcome, state: 'completed' };
}

interface Ended {
  readonly definition: string;
  readonly input: JsonValue;
  readonly outcome: { readonly state: string; readonly output?: JsonValue };
}

function expectResponses(run: GuideRun, { definition, input, outcome }: Ended): void {
  const { metadata = {} } = loadDefinition(definition).definition?.document.document ?? {};
  for (const [role, text] of run.blocks) {
    const [kind, format = '', locale = ''] = role.split(' ');
    if (kind !== 'response' || !isResponseFormat(format)) continue;
    const data = { input, output: outcome.output ?? null };
    const rendered = renderResponse(metadata['responses'], { format, locale, data });
    expect(rendered.content.trim()).toBe(text.trim());
  }
}
