import type { NumbersQuery } from '../../_generated/documents.ts';
import type { Lines } from '../../ui/line-chart.tsx';
import type { Board } from './boards.ts';

type Answer = NumbersQuery['analytics'];

/** Lines of an answer, each with a point wherever one of them has any; counts are 0 where nothing ended. */
export function linesOf({ series }: Answer, { groupBy, values }: Board, none: string): Lines {
  const times = [
    ...new Set(series.flatMap(({ points }) => points.map(({ at }) => Date.parse(at)))),
  ].toSorted((a, b) => a - b);
  const lines = series.flatMap(({ key, points }) => {
    const byTime = new Map(points.map((point) => [Date.parse(point.at), point]));
    return values.map((value) => ({
      label: groupBy === undefined ? value : key === null || key === '' ? none : key,
      values: times.map((time) => byTime.get(time)?.[value] ?? (value === 'count' ? 0 : null)),
    }));
  });
  return { times: times.map((time) => time / 1_000), lines };
}

/** The lines as CSV (RFC 4180). A text that a sheet would take for a formula begins with an apostrophe. */
export function csvOf({ times, lines }: Lines): string {
  const rows = times.map((time, place) => [
    new Date(time * 1_000).toISOString(),
    ...lines.map(({ values }) => String(values[place] ?? '')),
  ]);
  return [['from', ...lines.map(({ label }) => label)], ...rows]
    .map((cells) => `${cells.map(cell).join(',')}\r\n`)
    .join('');
}

function cell(text: string): string {
  const harmless = /^[=+\-@\t\r]/u.test(text) && !/^-?\d/u.test(text) ? `'${text}` : text;
  return /[",\r\n]/u.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
