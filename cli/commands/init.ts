import { basename, resolve } from 'node:path';
import { Command } from 'commander';
import { commandName } from '../command-name.ts';

/** `operandi init [FOLDER]`: a procedure, its scenarios, an input and a page that says what to type. */
export function initCommand(): Command {
  return new Command('init')
    .argument('[folder]', 'where; it is made if it is not there', '.')
    .option('--name <name>', 'what the agent is called; else like the folder')
    .addHelpText('after', '\nNothing that is there is overwritten.')
    .action(async (folder: string, { name }: { readonly name?: string }) => {
      const { agentNameOf, projectFiles, writeProject } = await import('../project/new-project.ts');
      const agent = agentNameOf(name ?? basename(resolve(folder)));
      const files = projectFiles(agent);
      await writeProject(folder, files);
      const lines = Object.keys(files).map((file) => `  ${file}`);
      const enter = folder === '.' ? [] : [`  cd ${shellWord(folder)}`];
      const next = [...enter, `  ${commandName()} test`, `  ${commandName()} dev`];
      console.log([`Made ${agent}:`, ...lines, '', 'Next:', ...next].join('\n'));
    });
}

/** A word as it is typed into a shell. */
function shellWord(word: string): string {
  return /^[\w./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
