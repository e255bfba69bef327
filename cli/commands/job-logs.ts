import { Command } from 'commander';

import { untilSignal } from '../../kernel/shutdown.ts';
import { type Client, JobLogDocument } from '../../sdk/src/index.ts';
import { connect, connected, type Connection } from '../connection.ts';
import { doesNotExist } from '../does-not-exist.ts';
import { printJsonLine } from '../json-output.ts';
import { plainLine } from '../plain-text.ts';

interface Options extends Connection {
  readonly follow?: true;
  readonly task?: string;
}

/** What happened once, as a job tells it. */
interface Told {
  readonly cursor: string;
  readonly at: string;
  readonly type: string;
  readonly task: string | null;
  readonly data: unknown;
}

/** Longer data are cut in a line for people; `--json` has all of it. */
const shownLength = 300;

/** `operandi jobs logs`: what a job did, a line each, with what is known of it. */
export function logsCommand(): Command {
  return connected(new Command('logs'))
    .description('Print what a job did until now, a line each, with its data.')
    .argument('<id>', 'id of the job')
    .option('--follow', 'go on until the job ends')
    .option('--task <text>', 'only of tasks whose path has this in it')
    .action(async (id: string, options: Options) => {
      await using client = connect(options);
      for await (const told of eventsOf(client, id, options)) {
        if (options.task !== undefined && !(told.task ?? '').includes(options.task)) continue;
        if (options.json) printJsonLine(told);
        else console.log(lineOf(told));
      }
    });
}

async function* eventsOf(client: Client, id: string, { follow }: Options): AsyncGenerator<Told> {
  let after: string | undefined;
  const signal = follow === true ? untilSignal() : undefined;
  for await (const told of client.paginate(JobLogDocument, { id }, { signal })) {
    after = told.cursor;
    yield told;
  }
  // Each job has begun with an event.
  if (after === undefined) throw doesNotExist('job', id);
  if (signal !== undefined) yield* client.watch(id, { after, signal });
}

function lineOf({ at, type, task, data }: Told): string {
  const what = type.replace(/^(?:io\.serverlessworkflow|dev\.operandi)\./, '').replace(/\.v1$/, '');
  const text = JSON.stringify(data ?? {});
  const shown = text === '{}' ? '' : text;
  const cut = shown.length > shownLength ? `${shown.slice(0, shownLength)}…` : shown;
  return [at, what.padEnd(20), plainLine(task ?? ''), plainLine(cut)].join('  ').trimEnd();
}
