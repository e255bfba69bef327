import { readFile } from 'node:fs/promises';
import { Command } from 'commander';
import {
  type Backtest,
  type Backtests,
  type JobState,
  openBacktests,
} from '../../sdk/src/index.ts';
import { connect, connected, type Connection } from '../connection.ts';
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
The platform plays past jobs by the definition, with the answers that the outside gave then. Nothing is sent and no job is made.
An answer is found by what was called and with what, not by where in the procedure; of a job for which the definition would
call something else, nobody knows what would have come: it is unknown.

It is in the audit log, and takes JOBS_BACKTEST. Recordings in files are played by operandi test, without a platform.`,
    )
    .action(async (file: string, options: Options) => {
      const definition = await readFile(file, 'utf8');
      await using client = connect(options);
      const backtests = openBacktests(client);
      const begun = await backtests.start(definition, {
        ...(options.agent !== undefined && { agent: options.agent }),
        last: Number(options.last),
        filter: { states: [...options.state] },
      });
      const over = await untilOver(backtests, begun);
      if (options.json) await printResults(backtests, over);
      else await showResults(backtests, over, Number(options.show));
      if (over.state !== 'FINISHED') throw new Error(reasonOf(over));
      if (options.failOnChange && over.changed + over.unknown > 0) process.exitCode = 1;
    });
}

async function untilOver(backtests: Backtests, begun: Backtest): Promise<Backtest> {
  const progress = progressLine(process.stderr);
  let now = begun;
  for await (const stand of backtests.watch(begun.id)) {
    now = stand;
    progress.show(lineOf(now));
  }
  progress.end();
  return now;
}

function lineOf({ id, done, total, changed, unknown }: Backtest): string {
  return `${id}: ${String(done)} of ${String(total)} jobs played, ${String(changed)} otherwise, ${String(unknown)} unknown`;
}

async function printResults(backtests: Backtests, backtest: Backtest): Promise<void> {
  printJson({ ...backtest, jobs: await backtests.results(backtest.id).toArray() });
}

async function showResults(backtests: Backtests, backtest: Backtest, most: number): Promise<void> {
  if (backtest.total === 0) {
    console.log(`There are no such jobs of ${nameOf(backtest)}.`);
    return;
  }
  const { backtestReport } = await import('../backtest/report.ts');
  const results = backtests.results(backtest.id, { verdicts: ['CHANGED', 'UNKNOWN'] });
  console.log(backtestReport(backtest, await results.toArray(most)));
}

function nameOf({ agent }: Backtest): string {
  return agent === null ? 'the agent' : `${agent.namespace}/${agent.name}`;
}

function reasonOf({ id, state, error }: Backtest): string {
  return `backtest ${id} is ${state}${error === null ? '' : `: ${error}`}`;
}
