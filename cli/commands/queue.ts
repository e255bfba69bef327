import { Command } from 'commander';
import { QueueDocument, type QueueQuery } from '../../sdk/src/index.ts';
import { connect, connected, type Connection } from '../connection.ts';
import { wholeNumber } from '../job-options.ts';
import { printJson } from '../json-output.ts';
import { table } from '../output.ts';

/** `operandi queue`: how many jobs wait, how long, and for what. */
export function queueCommand(): Command {
  return connected(new Command('queue'))
    .description('Show how many jobs wait and run, by priority and agent.')
    .option('--agents <count>', 'how many agents', wholeNumber, 20)
    .action(async (options: Connection & { readonly agents: number }) => {
      await using client = connect(options);
      const { queue } = await client.request(QueueDocument, { agents: options.agents });
      if (options.json) printJson(queue);
      else print(queue);
    });
}

function print(queue: QueueQuery['queue']): void {
  const states = ['queued', 'limited', 'running', 'waiting', 'paused', 'dead'] as const;
  console.log(table([...states], [states.map((state) => String(queue[state]))]));
  console.log(
    `\nended in the last minute ${String(queue.finishedPerMinute)}; ready before they began ${seconds(queue.lagP50Seconds)} (half), ${seconds(queue.lagP95Seconds)} (95 in 100)\n`,
  );
  const rows = [...queue.priorities].reverse();
  console.log(
    table(
      ['priority', 'queued', 'oldest'],
      rows.map((row) => [row.priority, String(row.queued), seconds(row.oldestQueuedSeconds)]),
    ),
  );
  if (queue.agents.length === 0) return;
  console.log('');
  console.log(
    table(
      ['agent', 'queued', 'limited', 'running', 'waiting', 'paused', 'oldest'],
      queue.agents.map((row) => [
        `${row.agent.namespace}/${row.agent.name}`,
        ...[row.queued, row.limited, row.running, row.waiting, row.paused].map(String),
        seconds(row.oldestQueuedSeconds),
      ]),
    ),
  );
}

function seconds(value: number | null): string {
  return value === null ? '-' : `${value.toFixed(value < 10 ? 2 : 0)} s`;
}
