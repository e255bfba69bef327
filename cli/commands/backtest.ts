import { readFile } from 'node:fs/promises';
import { Command } from 'commander';
import type { Definition } from '../../engine/definition.ts';
import type { Backtested } from '../../engine/scenarios/backtest.ts';
import type { JobState } from '../../sdk/src/index.ts';
import type { Fetched } from '../backtest/fetch-recordings.ts';
import { connect, connected, type Connection } from '../connection.ts';
import { findingLine } from '../finding-line.ts';
import { printJson } from '../json-output.ts';
import { progressLine } from '../output.ts';

interface Options extends Connection {
  readonly agent?: string;
  readonly last: string;
  readonly state: readonly JobState[];
  readonly show: string;
  readonly failOnChange?: true;
}

/** `operandi backtest FILE`: what another version of a procedure would have made of past jobs. */
export function backtestCommand(): Command {
  return connected(new Command('backtest'))
    .argument('<file>', 'the definition to try')
    .option('--agent <agent>', 'whose jobs; else those of the agent that the definition names')
    .option('--last <count>', 'how many of its newest jobs', '100')
    .option('--state <state...>', 'only jobs that ended so', ['SUCCEEDED', 'FAILED'])
    .option('--show <count>', 'of how many jobs that change to tell', '10')
    .option('--fail-on-change', 'exit code 1 if anything would be otherwise, or unknown')
    .addHelpText(
      'after',
      `
Plays past jobs by the definition, here, with the answers that the outside gave then. Nothing is sent and no job is made.
An answer is found by what was called and with what, not by where in the procedure; of a job for which the definition would
call something else, nobody knows what would have come: it is unknown.

Each job that is read is in the audit log. It takes JOBS_OPERATE.`,
    )
    .action(async (file: string, options: Options) => {
      const definition = await loadFrom(file);
      await using client = connect(options);
      const { fetchRecordings } = await import('../backtest/fetch-recordings.ts');
      const { backtestReport, tallyOf } = await import('../backtest/report.ts');
      const { namespace, name } = definition.document.document;
      const agent = options.agent ?? `${namespace}/${name}`;
      const results: Backtested[] = [];
      const progress = progressLine(process.stderr);
      const wanted = { agent, states: options.state, last: Number(options.last) };
      await fetchRecordings(client, wanted, async (fetched) => {
        results.push(await tryOn(definition, fetched));
        progress.show(`${String(results.length)} jobs of ${agent} played`);
      });
      progress.end();
      const tally = tallyOf(results);
      if (options.json) printJson({ agent, ...tally, jobs: results });
      else if (results.length === 0) console.log(`There are no such jobs of ${agent}.`);
      else console.log(backtestReport(results, Number(options.show)));
      if (options.failOnChange && tally.changed + tally.unknown > 0) process.exitCode = 1;
    });
}

async function tryOn(definition: Definition, fetched: Fetched): Promise<Backtested> {
  const { backtest } = await import('../../engine/scenarios/backtest.ts');
  if ('scenario' in fetched) return await backtest(definition, fetched.scenario);
  const { id: name, reason } = fetched;
  const changes = [{ path: '', message: `it could not be recorded: ${reason}` }];
  return { name, verdict: 'unknown', changes, dropped: [] };
}

async function loadFrom(file: string): Promise<Definition> {
  const { loadDefinition } = await import('../../engine/load-definition.ts');
  const allow = { container: true, script: true, shell: true };
  const { definition, findings } = loadDefinition(await readFile(file), { allow });
  if (definition !== undefined) return definition;
  throw new Error(findings.map((finding) => findingLine(file, finding)).join('\n'));
}
