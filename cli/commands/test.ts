import { writeFile } from 'node:fs/promises';
import { Command, Option } from 'commander';
import type { FileResult } from '../scenarios/play-file.ts';
import { untilInterrupted } from '../until-interrupted.ts';

interface Options {
  readonly name?: string;
  readonly reporter: Reporter;
  readonly output?: string;
  readonly coverage?: boolean;
  readonly watch?: true;
}

const reporters = ['text', 'junit', 'tap', 'json'] as const;
type Reporter = (typeof reporters)[number];

/** `operandi test [FILES]`: plays scenarios on the engine itself, with a clock that jumps. */
export function testCommand(): Command {
  return new Command('test')
    .argument('[places...]', 'files of scenarios, or folders with *.scenario.yaml', ['.'])
    .option('--name <text>', 'only scenarios whose name contains it')
    .option('--coverage', 'also tell which tasks and cases never ran')
    .addOption(new Option('--reporter <form>', 'how to tell it').choices(reporters).default('text'))
    .option('--output <file>', 'write the report there; standard output tells it as text')
    .option('--watch', 'play again when a file beside them changes; ends with Ctrl+C')
    .addHelpText(
      'after',
      `
A scenario says what goes in, what the outside answers, and what has to come of it (docs/testing.md).
Exit code 0: all went as expected. 1: something did not. 2: there was nothing to play, or it could not be read.

Examples:
  operandi test                                     all scenarios below this folder
  operandi test sop.scenario.yaml --coverage        and what of the procedure they reach
  operandi test --reporter junit --output tests.xml for continuous integration`,
    )
    .action(async (places: string[], options: Options) => {
      if (!options.watch) await playAll(places, options);
      else await playOnChange(places, options);
    });
}

async function playAll(
  places: readonly string[],
  options: Options,
): Promise<readonly FileResult[]> {
  const [{ filesBelow }, { playFile }] = await Promise.all([
    import('../project/files-below.ts'),
    import('../scenarios/play-file.ts'),
  ]);
  const files = await filesBelow(places, '**/*.scenario.{yaml,yml,json}');
  const results: FileResult[] = [];
  for (const file of files) results.push(await playFile(file, options));
  const told = results.filter(({ scenarios, findings }) => scenarios.length + findings.length > 0);
  process.exitCode = exitCodeOf(told);
  if (told.length > 0) await report(told, options);
  else process.stderr.write(`operandi: ${nothingIn(places, options)}\n`);
  return results;
}

function nothingIn(places: readonly string[], { name }: Options): string {
  const wanted = name === undefined ? '' : ` whose name contains ${JSON.stringify(name)}`;
  return `there is no scenario${wanted} in ${places.join(', ')}; see operandi test --help`;
}

function exitCodeOf(results: readonly FileResult[]): number {
  const scenarios = results.flatMap((result) => result.scenarios);
  const isReadable = results.every(({ findings }) => findings.length === 0);
  if (scenarios.length === 0 || !isReadable) return 2;
  return scenarios.every(({ misses }) => misses.length === 0) ? 0 : 1;
}

async function report(
  results: readonly FileResult[],
  { reporter, output, coverage = false }: Options,
): Promise<void> {
  const { textReport } = await import('../scenarios/report-text.ts');
  const { junitReport, tapReport, jsonReport } = await import('../scenarios/report-machine.ts');
  const forms = {
    text: () => textReport(results, { coverage }),
    junit: () => junitReport(results),
    tap: () => tapReport(results),
    json: () => jsonReport(results),
  };
  const told = forms[reporter]();
  if (output !== undefined) await writeFile(output, `${told}\n`);
  console.log(output === undefined ? told : forms.text());
}

async function playOnChange(places: readonly string[], options: Options): Promise<void> {
  const { watchFiles } = await import('../project/watch-files.ts');
  const play = async (): Promise<string[]> => {
    const results = await playAll(places, options);
    return results.flatMap(({ file, definition }) => [file, definition]);
  };
  await untilInterrupted((signal) => watchFiles(play, signal));
}
