import { InvalidArgumentError } from 'commander';
import { didYouMean } from '../kernel/nearest.ts';

/** Reads `key=value`; the value may hold further signs of equality. */
export function labelOf(text: string): { readonly key: string; readonly value: string } {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('A label is key=value.');
  return { key: text.slice(0, at), value: text.slice(at + 1) };
}

/** Lets an option be given several times. */
export function gather<Value>(
  read: (text: string) => Value,
): (text: string, before: readonly Value[]) => readonly Value[] {
  return (text, before) => [...before, read(text)];
}

/** A count or number of the command line. */
export function wholeNumber(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('It is a whole number from 1.');
  return Number(text);
}

/** The word if it is one of those that there are; else an error that names the option and what was probably meant. */
export function oneOf<Word extends string>(
  option: string,
  word: string,
  words: readonly Word[],
): Word {
  const found = words.find((known) => known === word);
  if (found !== undefined) return found;
  const hint = didYouMean(word, words);
  throw new Error(
    [
      `${option}: there is no ${word.slice(0, 40)};`,
      ...(hint ? [hint] : []),
      `There are ${words.join(', ')}.`,
    ].join(' '),
  );
}

const msOf = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const span = /^(\d{1,6})([smhd])$/;

/** A time as people write it: a date, a moment, or how long ago, e.g. 90m; null for none. */
export function momentOf(
  option: string,
  text: string | undefined,
  now = Date.now(),
): string | null {
  if (text === undefined) return null;
  const [, count, unit] = span.exec(text) ?? [];
  if (count !== undefined && isUnit(unit))
    return new Date(now - Number(count) * msOf[unit]).toISOString();
  const moment = /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(moment))
    throw new Error(
      `${option}: ${JSON.stringify(text.slice(0, 40))} is no time. Write 2026-11-29, 2026-11-29T08:00Z, or how long ago: 90m, 24h, 7d.`,
    );
  return new Date(moment).toISOString();
}

function isUnit(unit: string | undefined): unit is keyof typeof msOf {
  return unit !== undefined && unit in msOf;
}
