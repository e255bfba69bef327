import { z } from 'zod';

import { AppError } from '../../kernel/errors.ts';
import { groups, intervals, measureNames, measures, type Group, type Measure } from './measures.ts';

/** Longest span, milliseconds: three years and a day. */
const maxSpanMs = 1_097 * 86_400_000;
/** Points of one series. */
const maxPoints = 1_500;
/** Series of one answer. */
export const maxSeries = 50;
/** Points of one answer. */
export const maxCells = 10_000;
const maxNames = 100;

const names = z.array(z.string().min(1).max(500)).max(maxNames).readonly().nullish();

const filterShape = z.strictObject({
  agents: names,
  states: names,
  tasks: names,
  integrations: names,
});

const instant = z.iso.datetime({ offset: true }).transform((text) => new Date(text).getTime());

/** What is asked of the warehouse. Which tenant is not among it: that is known by who asks. */
const questionShape = z.strictObject({
  measure: z.enum(measureNames),
  groupBy: z.enum(groups).nullish(),
  every: z.enum(Object.keys(intervals) as [keyof typeof intervals]).nullish(),
  from: instant,
  to: instant,
  filter: filterShape.nullish(),
});

/** As callers write it: times are ISO 8601. */
export type Question = z.input<typeof questionShape>;

/** As it is answered: times are milliseconds since 1970. */
export type ParsedQuestion = z.output<typeof questionShape>;

/** One interval of one series. */
export interface Point {
  /** Begin of the interval, ISO 8601; that of the span where there are no intervals. */
  readonly at: string;
  /** Rows. */
  readonly count: number;
  /** Of the values, in the unit of the measure; null where rows are only counted or none has a value. */
  readonly sum: number | null;
  readonly p50: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
}

export interface Series {
  /** What all its rows have in common, empty where they have none; null without a group. */
  readonly key: string | null;
  /** In the order of time, without those that have no rows. */
  readonly points: readonly Point[];
}

export interface Answer {
  readonly unit: Measure['unit'];
  /** Largest first. */
  readonly series: readonly Series[];
  /** True when there were more series than are told. */
  readonly isCut: boolean;
  /** Up to when the tenant was copied, ISO 8601; null before the first copy. */
  readonly copiedUpTo: string | null;
}

/** Reads a question; refuses what is none or could not be answered within the bounds, by the path of the argument. */
export function parseQuestion(args: unknown): ParsedQuestion {
  const parsed = questionShape.safeParse(args);
  if (parsed.success) {
    checkBounds(parsed.data);
    checkColumns(parsed.data);
    return parsed.data;
  }
  const [issue] = parsed.error.issues;
  const path = issue?.path.join('.') ?? '';
  throw new AppError('BAD_USER_INPUT', issue?.message ?? 'this is no question', { path });
}

function checkBounds({ every, from, to }: ParsedQuestion): void {
  if (to <= from) throw new AppError('BAD_USER_INPUT', 'to must come after from', { path: 'to' });
  if (to - from > maxSpanMs)
    throw limit('from', `the span is longer than ${String(maxSpanMs / 86_400_000)} days`);
  const points = every == null ? 1 : Math.ceil((to - from) / intervals[every]) + 1;
  if (points > maxPoints)
    throw limit('every', `a series would have more than ${String(maxPoints)} points`);
}

function checkColumns(question: ParsedQuestion): void {
  const { measure, groupBy } = question;
  const measured: Measure = measures[measure];
  if (groupBy != null && measured.groups[groupBy] === undefined)
    throw new AppError(
      'BAD_USER_INPUT',
      `${measure} is told apart by ${Object.keys(measured.groups).join(', ')}, not by ${groupBy}`,
      { path: 'groupBy' },
    );
  for (const [name, column] of filterColumns(question))
    if (!columnsOf(measured).has(column))
      throw new AppError('BAD_USER_INPUT', `${measure} knows nothing of ${name}`, {
        path: `filter.${name}`,
      });
}

function limit(path: string, what: string): AppError {
  return new AppError('LIMIT_EXCEEDED', `${what}; ask for a shorter span or longer intervals`, {
    path,
  });
}

const columnOfFilter = {
  agents: 'agent',
  states: 'state',
  tasks: 'task',
  integrations: 'integration',
} as const;

/** The filters that are given, each with the column it looks at and the texts that it lets through. */
export function filterColumns({
  filter,
}: Pick<ParsedQuestion, 'filter'>): readonly (readonly [
  name: keyof typeof columnOfFilter,
  column: string,
  wanted: readonly string[],
])[] {
  return (Object.keys(columnOfFilter) as (keyof typeof columnOfFilter)[]).flatMap((name) => {
    const wanted = filter?.[name];
    return wanted == null ? [] : [[name, columnOfFilter[name], wanted] as const];
  });
}

/**
 * The one group by which rows are told apart or chosen; undefined where it is none, null where there are several, so that
 * sums by one group do not tell it.
 */
export function dimensionOf(question: ParsedQuestion): Group | undefined | null {
  const { groups: known }: Measure = measures[question.measure];
  const columns = new Set(filterColumns(question).map(([, column]) => column));
  const { groupBy } = question;
  const grouped = groupBy == null ? undefined : known[groupBy];
  if (grouped !== undefined) columns.add(grouped);
  if (columns.size > 1) return null;
  const [column] = columns;
  return groups.find((group) => column !== undefined && known[group] === column);
}

function columnsOf({ groups: known }: Measure): ReadonlySet<string> {
  return new Set(Object.values(known));
}
