import { readFile } from 'node:fs/promises';
import { Command } from 'commander';
import { counted } from '../counted.ts';
import { printJson, printsJson } from '../json-output.ts';
import { findingLine } from '../finding-line.ts';
import type { Finding } from '../../engine/dsl/finding.ts';
import { operatorsRules, ruleVariables } from '../operators-rules.ts';

interface Options {
  readonly json?: true;
}

/** `operandi validate FILES`: what the linter says, one finding a line. */
export function validateCommand(): Command {
  return printsJson(new Command('validate'), 'print the findings as JSON')
    .argument('<places...>', 'YAML or JSON documents, or folders with some; - reads standard input')
    .addHelpText('after', `\nJudged as a platform does with the same ${ruleVariables.join(', ')}.`)
    .action(async (places: string[], { json }: Options) => {
      const { loadDefinition } = await import('../../engine/load-definition.ts');
      const rules = await operatorsRules();
      const files = await definitionsIn(places);
      const findings: Placed[] = [];
      for (const file of files) {
        const text = await readFile(file === '-' ? '/dev/stdin' : file);
        for (const finding of loadDefinition(text, rules).findings)
          findings.push({ ...finding, file });
      }
      const isValid = findings.every(({ severity }) => severity !== 'error');
      process.exitCode = isValid ? 0 : 1;
      if (json) printJson({ isValid, findings });
      else
        console.log(
          [
            ...findings.map((finding) => findingLine(finding.file, finding)),
            summary(findings, files.length),
          ].join('\n'),
        );
    });
}

interface Placed extends Finding {
  readonly file: string;
}

/** Each file as it is, of each folder the definitions below it. */
async function definitionsIn(places: readonly string[]): Promise<readonly string[]> {
  const { isFolder } = await import('../project/files-below.ts');
  const { findDefinitions } = await import('../project/find-definitions.ts');
  const found = await Promise.all(
    places.map(async (place) =>
      (await isFolder(place)) ? await findDefinitions([place]) : [place],
    ),
  );
  const files = [...new Set(found.flat())];
  if (files.length === 0) throw new Error(`there is no definition in ${places.join(', ')}`);
  return files;
}

function summary(findings: readonly Finding[], fileCount: number): string {
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  if (findings.length > 0)
    return `${counted(errors, 'error')}, ${counted(findings.length - errors, 'warning')}`;
  return fileCount === 1
    ? 'The definition is valid.'
    : `The ${String(fileCount)} definitions are valid.`;
}
