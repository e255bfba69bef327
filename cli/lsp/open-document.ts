import { LineCounter, isMap, isScalar, isSeq, parseDocument } from 'yaml';
import type { Document, Node, Pair, Range } from 'yaml';

type Path = readonly (string | number)[];

/** Where something stands in a text, by offsets. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A task as an outline shows it. */
export interface OutlinedTask {
  readonly name: string;
  /** The word that makes it what it is: `call`, `set`, … */
  readonly kind: string;
  readonly span: Span;
  readonly nameSpan: Span;
  readonly tasks: readonly OutlinedTask[];
}

const kinds = new Set([
  'call',
  'set',
  'do',
  'for',
  'fork',
  'emit',
  'listen',
  'raise',
  'run',
  'switch',
  'try',
  'wait',
]);

/** A definition's text, read as far as it can be. */
export function readText(text: string) {
  const document = parseDocument(text, { logLevel: 'silent', lineCounter: new LineCounter() });
  return {
    value: valueOf(document),
    /** Where the key at the end of a path stands; undefined when it is not there. */
    keySpan(path: Path): Span | undefined {
      const parent = document.getIn(path.slice(0, -1), true);
      if (!isMap(parent)) return undefined;
      const pair = parent.items.find(
        ({ key }) => isScalar(key) && String(key.value) === path.at(-1),
      );
      return pair === undefined ? undefined : spanOf(pair.key as Node);
    },
    tasks: tasksIn(document.get('do', true), text),
  };
}

/** False for a text that is plainly something else. */
export function isDefinition(text: string): boolean {
  return (
    /^[\t {"']{0,20}document["']?[\t ]{0,20}:/mu.test(text) && /\bdsl["']?[\t ]{0,20}:/u.test(text)
  );
}

function valueOf(document: Document): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch {
    // An alias of nothing, or one of too many.
    return undefined;
  }
}

function tasksIn(list: unknown, text: string): readonly OutlinedTask[] {
  if (!isSeq(list)) return [];
  return list.items.flatMap((item) =>
    isMap(item) ? item.items.flatMap((pair) => taskOf(pair, text)) : [],
  );
}

function taskOf({ key, value }: Pair, text: string): readonly OutlinedTask[] {
  if (!isScalar(key) || !isMap(value)) return [];
  const words = value.items.flatMap((pair) => (isScalar(pair.key) ? [String(pair.key.value)] : []));
  const nameSpan = spanOf(key);
  const whole = spanOf(value);
  const end = nameSpan.start + text.slice(nameSpan.start, whole.end).trimEnd().length;
  return [
    {
      name: String(key.value),
      // `for` and `try` have a `do` as well, which comes later.
      kind: words.find((word) => kinds.has(word)) ?? '',
      span: { start: nameSpan.start, end: Math.max(end, nameSpan.end) },
      nameSpan,
      tasks: listsOf(value).flatMap((list) => tasksIn(list, text)),
    },
  ];
}

/** The task lists that a task has. */
function listsOf(task: Node): readonly unknown[] {
  if (!isMap(task)) return [];
  const at = (...path: readonly string[]): unknown => task.getIn(path, true);
  return [at('do'), at('try'), at('catch', 'do'), at('foreach', 'do'), at('fork', 'branches')];
}

function spanOf(node: Node): Span {
  const [start, end]: Range = node.range ?? [0, 0, 0];
  return { start, end };
}
