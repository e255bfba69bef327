import { writeFile } from 'node:fs/promises';
import { Command } from 'commander';
import { JobRecordingDocument } from '../../sdk/src/index.ts';
import { connect, connected, type Connection } from '../connection.ts';
import { doesNotExist } from '../does-not-exist.ts';
import { printJson } from '../json-output.ts';

/** `operandi jobs record ID`: a job as a scenario, to be played by `operandi test`. */
export function recordCommand(): Command {
  return connected(new Command('record'))
    .description('Write a job down as a scenario: its input, what the outside answered, its end.')
    .argument('<id>', 'the job')
    .option('--out <file>', 'write it there, e.g. sop.scenario.yaml, instead of the screen')
    .addHelpText(
      'after',
      '\nIt shows what calls carried, and is in the audit log. Secrets stand in it as their names.',
    )
    .action(async (id: string, options: Connection & { readonly out?: string }) => {
      await using client = connect(options);
      const { job } = await client.request(JobRecordingDocument, { id });
      if (job === null) throw doesNotExist('job', id);
      if (options.json) printJson(job.recording);
      else await write(job.recording, options.out);
    });
}

async function write(recording: unknown, file: string | undefined): Promise<void> {
  const { stringify } = await import('yaml');
  const text = stringify({ scenarios: [recording] }, { aliasDuplicateObjects: false });
  if (file === undefined) process.stdout.write(text);
  else await writeFile(file, text, { flag: 'wx' });
}
