/** About how many bytes a JSON value takes as text; it stops counting past `limit`, so that counting is cheap. */
export function roughSize(value: unknown, limit: number): number {
  const open = [value];
  let size = 0;
  while (open.length > 0 && size <= limit) {
    const next = open.pop();
    size += ownSize(next);
    if (isList(next)) {
      size += 2 * next.length;
      for (const member of next) open.push(member);
    } else if (isRecord(next)) {
      for (const key of Object.keys(next)) {
        size += key.length + 3;
        open.push(next[key]);
      }
    }
  }
  return size;
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function ownSize(value: unknown): number {
  return typeof value === 'string' ? value.length + 2 : 4;
}
