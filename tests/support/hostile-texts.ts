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

/** How many times longer the pattern takes for a text of four times the length; 0 where it takes no time to speak of. */
export function growth(pattern: RegExp, { prefix, pump }: Pump): number {
  const text = (length: number): string =>
    prefix + pump.repeat(Math.ceil(length / pump.length)) + suffix;
  // A square takes some ten milliseconds here, a line a tenth of one: no load of a machine makes one look like the other.
  if (timeOf(pattern, text(long), 1) < 5) return 0;
  // A machine that is busy with something else for a moment is not so three times.
  return Math.min(
    ...[3, 6, 12].map(
      (tries) => timeOf(pattern, text(long), tries) / timeOf(pattern, text(short), tries),
    ),
  );
}

/** The shortest of some tries, milliseconds; what the machine does beside only makes a try longer. */
function timeOf(pattern: RegExp, text: string, tries: number): number {
  // A lexer's pattern looks at one place; all others are tried at every place, as `replace` and `split` do.
  const flags = pattern.sticky ? pattern.flags : `${pattern.flags.replace('g', '')}g`;
  const searching = new RegExp(pattern.source, flags);
  let best = Infinity;
  for (let made = 0; made < tries; made += 1) {
    const started = performance.now();
    text.replace(searching, '');
    best = Math.min(best, performance.now() - started);
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
