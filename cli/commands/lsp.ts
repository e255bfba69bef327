import process from 'node:process';
import { Command, Option } from 'commander';
import { operatorsRules, ruleVariables } from '../operators-rules.ts';

/** `operandi lsp`: a language server for definitions, on standard input and output. */
export function lspCommand(): Command {
  return new Command('lsp')
    .addOption(new Option('--stdio', 'as editors ask for; there is no other way').hideHelp())
    .addHelpText(
      'after',
      `
An editor starts this for YAML and JSON files; docs/guide/07-editors.md has the settings of some. A text that is no definition is
left alone. Names of integrations and their operations come from the platform of OPERANDI_URL and OPERANDI_API_KEY, or of
operandi login; without one there are none. Judged as a platform does with the same ${ruleVariables.join(', ')}.`,
    )
    .action(async () => {
      const { serveLanguage } = await import('../lsp/serve.ts');
      serveLanguage({ input: process.stdin, output: process.stdout }, await operatorsRules());
    });
}
