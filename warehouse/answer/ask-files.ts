import { join } from 'node:path';

import { intervals, measures, type Measure } from '../../core/analytics/measures.ts';
import {
  dimensionOf,
  parseQuestion,
  type Answer,
  type ParsedQuestion,
} from '../../core/analytics/question.ts';
import { AppError } from '../../kernel/errors.ts';
import { dayFolder, tenantFolder, type DataFile } from '../files/layout.ts';
import { daySums, nameOf } from '../files/sums.ts';
import { daysOf, filesOfDay, namesIn, readState } from '../files/tenant-files.ts';
import type { Answers } from './answers.ts';

/** How often files may go while a question is about to read them. */
const attempts = 3;

/** Answers a question of a tenant from that tenant's files: no others are looked for, nor could be read. */
export async function askFiles(
  { answers, root }: { readonly answers: Answers; readonly root: string },
  tenantId: string,
  asked: unknown,
): Promise<Answer> {
  const question = parseQuestion(asked);
  const { unit } = measures[question.measure];
  const folder = tenantFolder(root, tenantId);
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const { files, copiedUpTo } = await findFiles(folder, question);
    if (files.rows.length + files.sums.length === 0)
      return { unit, series: [], isCut: false, copiedUpTo };
    const found = await answers.ask({ tenantId, folder, files, question });
    if (found !== undefined) return { unit, series: found.series, isCut: found.isCut, copiedUpTo };
  }
  throw new AppError('WAREHOUSE_UNAVAILABLE', 'the files changed all the time; ask again');
}

/** The files that can have rows of the span, or sums of whole days of it. */
async function findFiles(folder: string, question: ParsedQuestion) {
  const state = await readState(folder);
  const rows: string[] = [];
  const sums: string[] = [];
  if (state === undefined) return { files: { rows, sums }, copiedUpTo: null };
  const { measure, from, to } = question;
  const { table } = measures[measure];
  const [first, last] = [dayAt(from), dayAt(to - 1)];
  const isSummed = canBeSummed(question);
  for (const day of await daysOf(folder, table)) {
    if (day < first || day > last) continue;
    const ofDay = await filesOfDay(dayFolder(folder, table, day), state.portion);
    const isWanted = isSummed && isWhole(day, question);
    const summed = isWanted ? await sumsOf(daySums(folder, table, day), ofDay) : undefined;
    if (summed === undefined) rows.push(...ofDay.map(({ path }) => path));
    else sums.push(summed);
  }
  return { files: { rows, sums }, copiedUpTo: state.copiedUpTo };
}

/** The sums of a day whose rows are all in one file, where they were made. */
async function sumsOf(
  place: string,
  [only, ...others]: readonly DataFile[],
): Promise<string | undefined> {
  if (only === undefined || others.length > 0) return undefined;
  const name = nameOf(only);
  return (await namesIn(place)).includes(name) ? join(place, name) : undefined;
}

/**
 * Sums are by day and by one group. Counts of days can be added up, percentiles cannot; and what two groups choose is told by
 * the rows.
 */
function canBeSummed(question: ParsedQuestion): boolean {
  const { every, measure } = question;
  const { value }: Measure = measures[measure];
  const isLonger = every !== 'MINUTE' && every !== 'HOUR' && value === undefined;
  if (every !== 'DAY' && !isLonger) return false;
  const dimension = dimensionOf(question);
  // A filter of several values puts their rows together.
  const isOneCell = value === undefined || question.groupBy != null || dimension === undefined;
  return dimension !== null && isOneCell;
}

function isWhole(day: string, { from, to }: ParsedQuestion): boolean {
  const begin = Date.parse(`${day}T00:00:00Z`);
  return from <= begin && begin + intervals.DAY <= to;
}

function dayAt(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}
