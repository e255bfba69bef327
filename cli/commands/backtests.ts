import { Command } from 'commander';

import { ListBacktestsDocument, openBacktests } from '../../sdk/src/index.ts';
import { connect, connected, type Connection } from '../connection.ts';
import { doesNotExist } from '../does-not-exist.ts';
import { printJson } from '../json-output.ts';
import { paged, type Part, partOf, printPage } from '../paged.ts';

/** `operandi backtests …`: those that `operandi backtest` and others have begun. */
export function backtestsCommand(): Command {
  return new Command('backtests')
    .addCommand(listCommand())
    .addCommand(showCommand())
    .addCommand(cancelCommand());
}

function listCommand(): Command {
  return paged(new Command('list'))
    .description('List backtests of agents that you reach, newest first.')
    .action(async (options: Connection & Part) => {
      await using client = connect(options);
      const { backtests } = await client.request(ListBacktestsDocument, partOf(options));
      printPage(options, backtests, {
        headings: ['backtest', 'agent', 'state', 'played', 'otherwise', 'unknown', 'begun'],
        cellsOf: ({ id, agent, state, done, total, changed, unknown, createdAt }) => [
          ...[id, agent === null ? '' : `${agent.namespace}/${agent.name}`, state],
          ...[`${String(done)} of ${String(total)}`, String(changed), String(unknown), createdAt],
        ],
        none: 'No backtests. Begin one with: operandi backtest FILE',
      });
    });
}

function showCommand(): Command {
  return connected(new Command('show'))
    .description('Show a backtest with the jobs that would end otherwise.')
    .argument('<id>', 'id of the backtest')
    .option('--show <count>', 'of how many jobs to tell', '10')
    .action(async (id: string, options: Connection & { readonly show: string }) => {
      await using client = connect(options);
      const backtests = openBacktests(client);
      const backtest = await backtests.get(id);
      if (backtest === null) throw doesNotExist('backtest', id);
      const results = await backtests
        .results(id, { verdicts: ['CHANGED', 'UNKNOWN'] })
        .toArray(Number(options.show));
      if (options.json) printJson({ ...backtest, jobs: results });
      else {
        const { backtestReport } = await import('../backtest/report.ts');
        console.log(backtestReport(backtest, results));
      }
    });
}

function cancelCommand(): Command {
  return connected(new Command('cancel'))
    .description('End a backtest; what was found until then stays.')
    .argument('<id>', 'id of the backtest')
    .action(async (id: string, options: Connection) => {
      await using client = connect(options);
      const backtest = await openBacktests(client).cancel(id);
      if (options.json) printJson(backtest);
      else console.log(`${id} ended after ${String(backtest.done)} jobs`);
    });
}
