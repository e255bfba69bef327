import { ExactNumber } from '../../kernel/exact-number.ts';

/** Where the placeholders of a tag take their values from. */
export interface TagSource {
  readonly args?: Readonly<Record<string, unknown>>;
  readonly key?: Readonly<Record<string, unknown>>;
}

const placeholder = /\{\$(args|key)((?:\.[A-Za-z_]\w*)+)\}/g;

/** Fills `user-{$key.id}`; undefined where a value is missing or is none that can be written in a name. */
export function expandTag(format: string, source: TagSource): string | undefined {
  const missing: string[] = [];
  const tag = format.replace(placeholder, (whole: string, from: 'args' | 'key', path: string) => {
    let value: unknown = source[from];
    for (const name of path.slice(1).split('.')) value = memberOf(value, name);
    const text = textOf(value);
    if (text === undefined) missing.push(whole);
    return text ?? '';
  });
  return missing.length === 0 ? tag : undefined;
}

function memberOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  return Reflect.get(value, name);
}

function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  const isPlain = typeof value === 'number' || typeof value === 'boolean';
  return isPlain || value instanceof ExactNumber ? String(value) : undefined;
}
