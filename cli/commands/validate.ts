import { readFile } from 'node:fs/promises';
import { Command } from 'commander';
import { printJson, printsJson } from '../json-output.ts';
import { findingLine } from '../finding-line.ts';
import type { Finding } from '../../engine/dsl/finding.ts';
import { operatorsRules, ruleVariables } from '../operators-rules.ts';

interface Options {
  readonly json?: true;
}

/** `operandi validate FILE`: what the linter says, one finding a line. */
export function validateCommand(): Command {
  return printsJson(new Command('validate'), 'print the findings as JSON')
    .argument('<file>', 'YAML or JSON document; - reads standard input')
    .addHelpText('after', `\nJudged as a platform does with the same ${ruleVariables.join(', ')}.`)
    .action(async (file: string, { json }: Options) => {
      const { loadDefinition } = await import('../../engine/load-definition.ts');
      const text = await readFile(file === '-' ? '/dev/stdin' : file);
      const { findings } = loadDefinition(text, await operatorsRules());
      const isValid = findings.every(({ severity }) => severity !== 'error');
      process.exitCode = isValid ? 0 : 1;
      if (json) printJson({ isValid, findings });
      else
        console.log(
          [...findings.map((finding) => findingLine(file, finding)), summary(findings)].join('\n'),
        );
    });
}

function summary(findings: readonly Finding[]): string {
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  if (findings.length === 0) return 'The definition is valid.';
  return `${errors} errors, ${findings.length - errors} warnings`;
}
