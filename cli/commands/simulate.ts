import { readFile, writeFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { Command } from 'commander';
import { readValue } from '../../engine/dsl/source.ts';
import type { Definition } from '../../engine/definition.ts';
import type { Scenario } from '../../engine/scenarios/scenario-document.ts';
import type { JsonValue } from '../../kernel/json.ts';
import { findingLine } from '../finding-line.ts';
import { printJson, printsJson } from '../json-output.ts';
import type { Session } from '../simulate/session.ts';

interface Options {
  readonly input?: string;
  readonly inputFile?: string;
  readonly scenario?: string;
  readonly name?: string;
  readonly trace?: true;
  readonly draw?: true;
  readonly json?: true;
}

/** `operandi simulate FILE`: goes through a definition task by task, forth and back, without an outside. */
export function simulateCommand(): Command {
  return printsJson(new Command('simulate'), 'print all stops and the end as JSON')
    .argument('<file>', 'definition, YAML or JSON')
    .option('--input <json>', 'the input of the job')
    .option('--input-file <file>', 'the same from a file, YAML or JSON')
    .option('--scenario <file>', 'a file of scenarios: its input and answers')
    .option('--name <text>', 'the scenario whose name contains it; the first without it')
    .option('--trace', 'print every task with its outcome, and the end, and ask nothing')
    .option('--draw', 'print the definition as a flowchart (Mermaid) with the path taken')
    .addHelpText(
      'after',
      `
It plays the procedure on the real engine with a clock that jumps, as operandi test does, and stops at each task: help there
lists what one can do. Nothing goes outside. What is not answered yet is asked for, and answers can be changed: it is
played again from the beginning, which takes milliseconds.

Examples:
  operandi simulate sop.yaml --input '{"amount": 120}'
  operandi simulate sop.yaml --scenario sop.scenario.yaml --trace
  operandi simulate sop.yaml --draw > sop.mmd`,
    )
    .action(async (file: string, options: Options) => {
      const definition = await definitionIn(file);
      if (definition === undefined) return;
      const scenario = await scenarioOf(options);
      const [{ simulate }, { drawing, traceText }, { openSession }] = await Promise.all([
        import('../simulate/simulation.ts'),
        import('../simulate/texts.ts'),
        import('../simulate/session.ts'),
      ]);
      const simulation = await simulate(definition, scenario);
      const { stops, played } = simulation;
      if (options.json) printJson({ stops, ending: played.ending, calls: played.calls });
      else if (options.draw) console.log(drawing(definition, simulation));
      else if (options.trace) console.log(traceText(simulation));
      else await talk(openSession({ definition, simulation, save }));
    });
}

/** Undefined when the linter refuses it, which is told. */
async function definitionIn(file: string): Promise<Definition | undefined> {
  const { loadDefinition } = await import('../../engine/load-definition.ts');
  const allow = { container: true, script: true, shell: true };
  const { definition, findings } = loadDefinition(await readFile(file), { allow });
  if (definition !== undefined) return definition;
  for (const finding of findings) console.error(findingLine(file, finding));
  process.exitCode = 1;
  return undefined;
}

async function scenarioOf(options: Options): Promise<Scenario> {
  const { readScenarios, scenariosOf } =
    await import('../../engine/scenarios/scenario-document.ts');
  const { scenario: file, name = '' } = options;
  const text =
    file === undefined ? '{"scenarios": [{"name": "simulated"}]}' : await readFile(file, 'utf8');
  const read = readScenarios(text);
  if (read.file === undefined)
    throw new Error(read.findings.map((each) => findingLine(file ?? '', each)).join('\n'));
  const named = scenariosOf(read.file).find((each) => each.name.includes(name));
  if (named === undefined) throw new Error(`${file ?? ''} has no scenario ${JSON.stringify(name)}`);
  const input = await inputOf(options);
  if (input !== undefined) return { ...named, input };
  const { withInput } = await import('../scenarios/play-file.ts');
  return await withInput(file ?? '', named);
}

async function inputOf({ input, inputFile }: Options): Promise<JsonValue | undefined> {
  if (input !== undefined) return readValue(input);
  return inputFile === undefined ? undefined : readValue(await readFile(inputFile, 'utf8'));
}

/** Line by line, until `quit` or the end of the input. */
async function talk(session: Session): Promise<void> {
  console.log(session.greeting());
  const lines = createInterface({ input: process.stdin, output: process.stdout, prompt: '> ' });
  const over = new AbortController();
  lines.on('close', () => over.abort());
  lines.prompt();
  for await (const line of lines) {
    const told = await session.run(line);
    if (told === undefined) break;
    console.log(told);
    if (!over.signal.aborted) lines.prompt();
  }
  lines.close();
}

async function save(name: string, file: object): Promise<void> {
  const { stringify } = await import('yaml');
  await writeFile(name, stringify(file, { aliasDuplicateObjects: false }), { flag: 'wx' });
}
