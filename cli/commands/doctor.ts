import { styleText } from 'node:util';
import { Command } from 'commander';
import type { Diagnosis, Standing } from '../../core/doctor/diagnosis.ts';
import { readConfig } from '../../kernel/config/config.ts';
import { createLogger } from '../../kernel/logger.ts';
import { printJson, printsJson } from '../json-output.ts';

/** `operandi doctor`: what is wrong with where the platform runs, and what to do about it. */
export function doctorCommand(): Command {
  return printsJson(new Command('doctor'))
    .addHelpText(
      'after',
      `
Looks at what a process with the same environment would work with: the database of DATABASE_URL, its clock, rights and upkeep,
Redis, the master key if it is given, and whether jobs and seals of the audit log get done. It changes nothing.

Exit code 0: nothing is bad. 1: something is, and the line below it says what to do.`,
    )
    .action(async ({ json }: { readonly json?: true }) => {
      const config = readConfig(process.env, {}, 'doctor');
      const { databaseUrl } = config;
      const log = createLogger({ level: 'silent', name: 'doctor' });
      const diagnoses =
        databaseUrl === undefined
          ? await examineEmbedded(config.dataDir)
          : await (
              await import('../../core/doctor/examine.ts')
            ).examine({ ...config, databaseUrl }, log);
      if (json) printJson(diagnoses);
      else console.log([...diagnoses.flatMap(linesOf), '', summary(diagnoses)].join('\n'));
      if (diagnoses.some(({ standing }) => standing === 'bad')) process.exitCode = 1;
    });
}

/** The embedded database belongs to the process that has it open: only what is around it can be looked at. */
async function examineEmbedded(dataDir: string): Promise<readonly Diagnosis[]> {
  const { diagnose, good } = await import('../../core/doctor/diagnosis.ts');
  const { diskCheck, runtimeCheck } = await import('../../core/doctor/surrounding-checks.ts');
  const embedded = {
    name: 'database',
    look: () =>
      Promise.resolve(
        good(`the embedded one in ${dataDir}; set DATABASE_URL to have a server looked at`),
      ),
  };
  return await diagnose([runtimeCheck, embedded, diskCheck(dataDir)]);
}

const marks = {
  good: ['green', '✓'],
  doubtful: ['yellow', '!'],
  bad: ['red', '✗'],
  unknown: ['yellow', '?'],
} as const satisfies Record<Standing, readonly [Parameters<typeof styleText>[0], string]>;

function linesOf({ check, standing, found, remedy }: Diagnosis): string[] {
  const [style, mark] = marks[standing];
  const line = `${styleText(style, mark, { stream: process.stdout })} ${check}: ${found}`;
  return remedy === undefined ? [line] : [line, `    ${remedy}`];
}

function summary(diagnoses: readonly Diagnosis[]): string {
  const count = (standing: Standing): number =>
    diagnoses.filter((each) => each.standing === standing).length;
  return `${String(count('good'))} good, ${String(count('doubtful'))} doubtful, ${String(count('bad'))} bad, ${String(count('unknown'))} could not be looked at`;
}
