import { Command, Option } from 'commander';

import { JobResultDocument, type ResultFormat } from '../../sdk/src/index.ts';
import { connect, connected, type Connection } from '../connection.ts';
import { doesNotExist } from '../does-not-exist.ts';
import { printJson } from '../json-output.ts';
import { plainText } from '../plain-text.ts';

const formats = {
  json: 'JSON',
  text: 'TEXT',
  markdown: 'MARKDOWN',
  html: 'HTML',
  csv: 'CSV',
  xml: 'XML',
} as const satisfies Record<string, ResultFormat>;

interface ResultOptions extends Connection {
  readonly format?: keyof typeof formats;
  readonly locale?: string;
}

/** `operandi jobs result`: what came of a job, as its procedure writes it for people. */
export function resultCommand(): Command {
  return connected(new Command('result'))
    .description('Print the result of a job in a format that its procedure has a template for.')
    .argument('<id>', 'id of the job')
    .addOption(new Option('--format <format>', 'which one').choices(Object.keys(formats)))
    .option('--locale <locale>', 'language of it, e.g. de-CH')
    .action(async (id: string, options: ResultOptions) => {
      await using client = connect(options);
      const { format, locale } = options;
      const { job } = await client.request(JobResultDocument, {
        ...{ id, format: format === undefined ? null : formats[format], locale: locale ?? null },
      });
      if (job === null) throw doesNotExist('job', id);
      if (options.json) printJson(job.result);
      else if (job.result === null) throw new Error(`job ${id} has no result yet`);
      else process.stdout.write(plainText(`${job.result.content.trimEnd()}\n`));
    });
}
