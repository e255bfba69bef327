import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { dirname, relative } from 'node:path';

import { Command } from 'commander';
import { JobRecordingDocument } from '../../sdk/src/index.ts';
import { connect, connected, type Connection } from '../connection.ts';
import { doesNotExist } from '../does-not-exist.ts';
import { printJson } from '../json-output.ts';

interface Options {
  readonly out?: string;
  readonly definition?: string;
}

/** `operandi jobs record ID`: a job as a scenario, to be played by `operandi test`. */
export function recordCommand(): Command {
  return connected(new Command('record'))
    .description('Write a job down as a scenario: its input, what the outside answered, its end.')
    .argument('<id>', 'the job')
    .option('--out <file>', 'write it there, e.g. sop.scenario.yaml, instead of the screen')
    .option(
      '--definition <file>',
      'the definition that operandi test plays it by; else that beside it',
    )
    .addHelpText(
      'after',
      '\nIt shows what calls carried, and is in the audit log. Secrets stand in it as their names.',
    )
    .action(async (id: string, options: Connection & Options) => {
      await using client = connect(options);
      const { job } = await client.request(JobRecordingDocument, { id });
      if (job === null) throw doesNotExist('job', id);
      if (options.json) printJson(job.recording);
      else await write(job.recording, options);
    });
}

async function write(recording: unknown, { out, definition }: Options): Promise<void> {
  const { stringify } = await import('yaml');
  const named = definition === undefined ? {} : { definition: placeFrom(out, definition) };
  const text = stringify({ ...named, scenarios: [recording] }, { aliasDuplicateObjects: false });
  if (out === undefined) {
    process.stdout.write(text);
    return;
  }
  await writeFile(out, text, { flag: 'wx' });
  console.log(await toldOf(out, definition));
}

/** From where the scenario stands, as its field has it. */
function placeFrom(out: string | undefined, definition: string): string {
  return relative(out === undefined ? '.' : dirname(out), definition).replaceAll('\\', '/');
}

/** What was written, and what it takes to play it. */
async function toldOf(out: string, named: string | undefined): Promise<string> {
  const { besideOf } = await import('../scenarios/play-file.ts');
  const definition = named ?? besideOf(out);
  const plays = `${out} is written; operandi test ${out} plays it by ${definition}`;
  if (existsSync(definition)) return plays;
  return `${plays}, which is not there yet: write it with operandi agents show AGENT --definition > ${definition}, or name yours in the field definition`;
}
