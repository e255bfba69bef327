import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Definition } from '../../engine/definition.ts';
import type { Finding } from '../../engine/dsl/finding.ts';
import { readValue } from '../../engine/dsl/source.ts';
import { loadDefinition } from '../../engine/load-definition.ts';
import { coverageOf, type Coverage } from '../../engine/scenarios/coverage.ts';
import { judge } from '../../engine/scenarios/judge.ts';
import { playScenario, type Played } from '../../engine/scenarios/run-scenario.ts';
import { describeFault } from '../fault.ts';
import {
  readScenarios,
  scenariosOf,
  type ReadScenarios,
  type Scenario,
} from '../../engine/scenarios/scenario-document.ts';

/** One thing that went otherwise than expected, and the line that expects it. */
export interface PlacedMiss {
  readonly message: string;
  /** What of the expectation it concerns, e.g. `output/decision`. */
  readonly about: string;
  readonly line: number;
}

/** How a scenario went. */
export interface ScenarioResult {
  readonly name: string;
  readonly line: number;
  readonly misses: readonly PlacedMiss[];
  readonly played: Played;
  /** Real time, milliseconds. */
  readonly tookMs: number;
}

/** How a file of scenarios went; with `findings`, none of it was played. */
export interface FileResult {
  readonly file: string;
  readonly definition: string;
  readonly findings: readonly (Finding & { readonly file: string })[];
  readonly scenarios: readonly ScenarioResult[];
  readonly coverage?: Coverage;
}

/** What to play. */
export interface PlayOptions {
  /** Only scenarios whose name contains it. */
  readonly name?: string | undefined;
}

/** Plays the scenarios of a file, one after the other, each on a job of its own. A file that is missing is a finding. */
export async function playFile(file: string, options: PlayOptions): Promise<FileResult> {
  try {
    return await play(file, options);
  } catch (error) {
    const message = describeFault(error);
    const unreadable = {
      id: 'scenario/unreadable',
      severity: 'error',
      path: '',
      hint: '',
    } as const;
    const findings = [{ ...unreadable, file, message, line: 1, column: 1 }];
    return { file, definition: '', scenarios: [], findings };
  }
}

async function play(file: string, { name }: PlayOptions): Promise<FileResult> {
  const read = readScenarios(await readFile(file, 'utf8'));
  const definitionFile = definitionOf(file, read);
  const nothing = { file, definition: definitionFile, scenarios: [] };
  if (read.file === undefined)
    return { ...nothing, findings: read.findings.map((each) => ({ ...each, file })) };
  const { definition, findings } = loadDefinition(await readFile(definitionFile), allowed);
  if (definition === undefined)
    return { ...nothing, findings: findings.map((each) => ({ ...each, file: definitionFile })) };

  const scenarios: ScenarioResult[] = [];
  for (const [index, scenario] of scenariosOf(read.file).entries())
    if (name === undefined || scenario.name.includes(name))
      scenarios.push(
        await playOne(definition, await withInput(file, scenario), (path) =>
          read.lineOf(`/scenarios/${String(index)}${path}`),
        ),
      );
  const coverage = coverageOf(
    definition,
    scenarios.map(({ played }) => played),
  );
  return { ...nothing, findings: [], scenarios, coverage };
}

/** A scenario answers what a process would; whether an operator lets it run is another question. */
const allowed = {
  allow: { container: true, script: true, shell: true, mcpServers: 'any' },
} as const;

async function playOne(
  definition: Definition,
  scenario: Scenario,
  lineOf: (path: string) => number,
): Promise<ScenarioResult> {
  const startedAt = performance.now();
  const played = await playScenario(definition, scenario);
  const misses = judge(scenario.expect, played).map(({ path, message }) => ({
    message,
    about: path.slice(1),
    line: lineOf(`/expect${path}`),
  }));
  return {
    ...{ name: scenario.name, line: lineOf(''), misses, played },
    tookMs: performance.now() - startedAt,
  };
}

/** A large input may stand in a file of its own, named from where the scenario stands. */
export async function withInput(file: string, scenario: Scenario): Promise<Scenario> {
  if (scenario.inputFile === undefined) return scenario;
  const text = await readFile(join(dirname(file), scenario.inputFile), 'utf8');
  return { ...scenario, input: readValue(text) };
}

/** The definition that a file names, or the one beside it: of `sop.scenario.yaml` it is `sop.yaml`. */
function definitionOf(file: string, { file: read }: ReadScenarios): string {
  return read?.definition === undefined ? besideOf(file) : join(dirname(file), read.definition);
}

/** The definition that a file of scenarios is about where it names none. */
export function besideOf(file: string): string {
  return join(dirname(file), `${basename(file).replace(/\.scenario\.\w+$/, '')}.yaml`);
}
