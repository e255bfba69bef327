/** An expression that is no cron expression, or one that nobody can have meant. */
export class CronError extends Error {
  override readonly name = 'CronError';
}

/** The values of one field. */
export interface FieldKind {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  /** Names of the values, from `min`. */
  readonly words?: readonly string[];
}

/** The values that a field names, ascending. */
export function fieldOf(text: string, kind: FieldKind): readonly number[] {
  const values = new Set(text.split(',').flatMap((part) => partOf(part, kind)));
  return [...values].toSorted((left, right) => left - right);
}

/** True for a field that says nothing. */
export function isAny(text: string): boolean {
  return text === '*' || text === '?';
}

/** `*`, `5`, `1-5`, each with or without a step. */
function partOf(part: string, kind: FieldKind): readonly number[] {
  const [range = '', step, ...more] = part.split('/');
  if (more.length > 0) throw unreadable(part, kind);
  const { from, to } = rangeOf(range, kind, step !== undefined);
  const width = step === undefined ? 1 : stepOf(step, part, { kind, from, to });
  const count = Math.floor((to - from) / width) + 1;
  return Array.from({ length: count }, (_, index) => from + index * width);
}

interface Range {
  readonly from: number;
  readonly to: number;
}

function rangeOf(text: string, kind: FieldKind, hasStep: boolean): Range {
  if (text === '*') return { from: kind.min, to: kind.max };
  const [first = '', last, ...more] = text.split('-');
  if (more.length > 0) throw unreadable(text, kind);
  const from = valueOf(first, kind);
  if (last === undefined) return { from, to: hasStep ? kind.max : from };
  const to = valueOf(last, kind);
  if (to < from)
    throw new CronError(`the ${kind.name} ${JSON.stringify(text)} ends before it begins`);
  return { from, to };
}

function stepOf(
  text: string,
  part: string,
  { kind, from, to }: Range & { readonly kind: FieldKind },
) {
  const step = /^\d+$/.test(text) ? Number(text) : 0;
  if (step === 0) throw unreadable(part, kind);
  if (step > to - from)
    throw new CronError(`the step of the ${kind.name} ${JSON.stringify(part)} is beyond its range`);
  return step;
}

/** One value, as a number or by its name. */
export function valueOf(text: string, kind: FieldKind): number {
  const { name, min, max, words = [] } = kind;
  const word = words.indexOf(text.toLowerCase());
  const value = word < 0 ? numberOf(text, kind) : min + word;
  if (value >= min && value <= max) return value;
  throw new CronError(`the ${name} ${text} is not within ${String(min)}-${String(max)}`);
}

function numberOf(text: string, kind: FieldKind): number {
  if (/^\d+$/.test(text)) return Number(text);
  throw unreadable(text, kind);
}

function unreadable(text: string, { name }: FieldKind): CronError {
  const what = `the ${name} ${JSON.stringify(text)}`;
  if (/^h(?:\(|\/|$)/i.test(text))
    return new CronError(`${what} is of Jenkins and means no time here`);
  if (/^\d*w$/i.test(text)) return new CronError(`${what}, the nearest weekday, is not supported`);
  return new CronError(`${what} cannot be read`);
}
