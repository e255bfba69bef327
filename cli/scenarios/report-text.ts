import { durationText } from '../../engine/scenarios/durations.ts';
import { findingLine } from '../finding-line.ts';
import { paint } from '../paint.ts';
import type { FileResult, ScenarioResult } from './play-file.ts';

/** What a person reads: each scenario in a line, and below it what was otherwise than expected. */
export function textReport(
  results: readonly FileResult[],
  shows: { readonly coverage: boolean },
): string {
  return [...results.map((result) => fileText(result, shows.coverage)), summary(results)].join(
    '\n\n',
  );
}

function fileText(result: FileResult, isCovered: boolean): string {
  const lines = [
    paint('bold', result.file),
    ...result.findings.map((finding) => `  ${findingLine(finding.file, finding)}`),
    ...result.scenarios.flatMap((each) => scenarioLines(result.file, each)),
  ];
  return [...lines, ...(isCovered ? coverageLines(result) : [])].join('\n');
}

function scenarioLines(file: string, { name, misses, played, tookMs }: ScenarioResult): string[] {
  const mark = misses.length === 0 ? paint('green', '✓') : paint('red', '✗');
  const told = `${String(played.tasks.length)} tasks, ${durationText(played.elapsedMs)} played in ${tookMs.toFixed(0)} ms`;
  return [
    `  ${mark} ${name} ${paint('dim', `(${told})`)}`,
    ...misses.map(({ about, message, line }) => {
      const what = about === '' ? message : `${about}: ${message}`;
      return `      ${what} ${paint('dim', `${file}:${String(line)}`)}`;
    }),
  ];
}

function coverageLines({ definition, coverage }: FileResult): string[] {
  if (coverage === undefined) return [];
  const { tasks, ranTasks, cases, takenCases, never } = coverage;
  return [
    `  coverage of ${definition}: ${String(ranTasks)} of ${String(tasks)} tasks, ${String(takenCases)} of ${String(cases)} cases`,
    ...never.map((part) => `      never ${part}`),
  ];
}

function summary(results: readonly FileResult[]): string {
  const scenarios = results.flatMap((result) => result.scenarios);
  const failed = scenarios.filter(({ misses }) => misses.length > 0).length;
  const unreadable = results.filter(({ findings }) => findings.length > 0).length;
  const parts = [
    counted(scenarios.length, 'scenario'),
    `${String(scenarios.length - failed)} passed`,
    ...(failed > 0 ? [paint('red', `${String(failed)} failed`)] : []),
    ...(unreadable > 0 ? [paint('red', `${counted(unreadable, 'file')} could not be played`)] : []),
  ];
  return parts.join(', ');
}

function counted(count: number, what: string): string {
  return `${String(count)} ${what}${count === 1 ? '' : 's'}`;
}
