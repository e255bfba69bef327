import process from 'node:process';

/** A text to be repeated, with what stands before it. */
export interface Pump {
  readonly prefix: string;
  readonly pump: string;
}

const generic = ['a', '1', ' ', '"', '.', '-', '\n', '\0'];
const short = 4_000;
const long = 16_000;
/** Nothing ends with it, so what has matched so far has to be given up. */
const suffix = '\u0001';

/**
 * What may make a pattern search long: its own letters and words, a member of each of its classes, and what everybody
 * types, alone and in pairs, behind each of them.
 */
export function hostileTexts({ source }: RegExp): readonly Pump[] {
  const { letters: own, words } = partsOf(source);
  const letters = [...new Set([...own, ...generic])];
  const pairs = letters.flatMap((first) => letters.map((second) => first + second));
  const longer = words.flatMap((word) => letters.map((letter) => word + letter));
  return [
    ...[...letters, ...pairs, ...words, ...longer].map((pump) => ({ prefix: '', pump })),
    ...[...letters, ...words].flatMap((prefix) =>
      [...letters, ...words].map((pump) => ({ prefix, pump })),
    ),
  ];
}

/**
 * True if a text of four times the length costs the pattern far more than four times the work. What a machine does
 * beside can only make that seem so for a while: it has to be so each time.
 */
export function isCostly(pattern: RegExp, { prefix, pump }: Pump): boolean {
  const text = (length: number): string =>
    prefix + pump.repeat(Math.ceil(length / pump.length)) + suffix;
  const few = text(short);
  // A square takes most of a millisecond here, a line a fortieth of one.
  if (timeOf(pattern, few, 1) < 0.3) return false;
  const many = text(long);
  const grows = (): boolean => {
    const time = timeOf(pattern, many, 3);
    return time >= 5 && time > 8 * timeOf(pattern, few, 3);
  };
  return Array.from({ length: rounds }).every(grows);
}

const rounds = 4;

/** The shortest of some tries in milliseconds of this thread's own work. */
function timeOf(pattern: RegExp, text: string, tries: number): number {
  // A lexer's pattern looks at one place; all others are tried at every place, as `replace` and `split` do.
  const flags = pattern.sticky ? pattern.flags : `${pattern.flags.replace('g', '')}g`;
  const searching = new RegExp(pattern.source, flags);
  let best = Infinity;
  for (let made = 0; made < tries; made += 1) {
    const before = process.threadCpuUsage();
    text.replace(searching, '');
    const { user, system } = process.threadCpuUsage(before);
    best = Math.min(best, (user + system) / 1_000);
  }
  return best;
}

const classMembers: Readonly<Record<string, string>> = {
  w: 'a',
  W: ' ',
  d: '1',
  D: 'a',
  s: ' ',
  S: 'a',
  n: '\n',
  r: '\r',
  t: '\t',
};

/** The letters a pattern has, and the runs of them outside of classes. */
function partsOf(source: string): { readonly letters: string[]; readonly words: string[] } {
  const plain = source.replaceAll(/\[(?:[^\]\\]|\\.)*\]/gsu, meta);
  const words = lettered(plain)
    .split(meta)
    .filter((word) => word.length > 1);
  const members = source.replaceAll(/\\(\w)/gu, (_, name: string) => classMembers[name] ?? name);
  const letters = Array.from(lettered(members)).filter((letter) => letter !== meta);
  return { letters: unique(letters).slice(0, 24), words: unique(words).slice(0, 12) };
}

/** Stands for whatever of a pattern is no letter. */
const meta = '\u0002';

function lettered(source: string): string {
  return source.replaceAll(/\\(\w)|(?<!\\)[$()*+.?[\]^{|}]/gu, meta).replaceAll(/\\(.)/gsu, '$1');
}

function unique(items: readonly string[]): string[] {
  return [...new Set(items)];
}
