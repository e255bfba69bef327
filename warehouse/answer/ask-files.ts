import { measures } from '../../core/analytics/measures.ts';
import { parseQuestion, type Answer, type ParsedQuestion } from '../../core/analytics/question.ts';
import { AppError } from '../../kernel/errors.ts';
import { dayFolder, tenantFolder } from '../files/layout.ts';
import { daysOf, filesOfDay, readState } from '../files/tenant-files.ts';
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
    if (files.length === 0) return { unit, series: [], isCut: false, copiedUpTo };
    const found = await answers.ask({ tenantId, folder, files, question });
    if (found !== undefined) return { unit, series: found.series, isCut: found.isCut, copiedUpTo };
  }
  throw new AppError('WAREHOUSE_UNAVAILABLE', 'the files changed all the time; ask again');
}

/** The files that can have rows of the span. */
async function findFiles(folder: string, { measure, from, to }: ParsedQuestion) {
  const state = await readState(folder);
  if (state === undefined) return { files: [], copiedUpTo: null };
  const { table } = measures[measure];
  const [first, last] = [dayAt(from), dayAt(to - 1)];
  const files: string[] = [];
  for (const day of await daysOf(folder, table)) {
    if (day < first || day > last) continue;
    const ofDay = await filesOfDay(dayFolder(folder, table, day), state.portion);
    files.push(...ofDay.map(({ path }) => path));
  }
  return { files, copiedUpTo: state.copiedUpTo };
}

function dayAt(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}
