import { readFile } from 'node:fs/promises';
import { Command } from 'commander';
import type { Finding } from '../../engine/dsl/finding.ts';

interface Options {
  readonly json?: true;
}

/** `operandi validate FILE`: what the linter says, one finding a line. */
export function validateCommand(): Command {
  return new Command('validate')
    .argument('<file>', 'YAML or JSON document; - reads standard input')
    .option('--json', 'print the findings as JSON')
    .action(async (file: string, { json }: Options) => {
      const { loadDefinition } = await import('../../engine/load-definition.ts');
      const text = await readFile(file === '-' ? '/dev/stdin' : file, 'utf8');
      const { findings } = loadDefinition(text);
      const isValid = findings.every(({ severity }) => severity !== 'error');
      process.exitCode = isValid ? 0 : 1;
      if (json) console.log(JSON.stringify({ isValid, findings }, undefined, 2));
      else
        console.log(
          [...findings.map((finding) => line(file, finding)), summary(findings)].join('\n'),
        );
    });
}

function line(file: string, finding: Finding): string {
  const { line: row, column, severity, id, message, hint } = finding;
  return `${file}:${row}:${column} ${severity} ${id}: ${message}\n    ${hint}`;
}

function summary(findings: readonly Finding[]): string {
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  if (findings.length === 0) return 'The definition is valid.';
  return `${errors} errors, ${findings.length - errors} warnings`;
}
