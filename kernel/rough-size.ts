/** About how many bytes a JSON value takes as text; it stops counting past `limit`, so that counting is cheap. */
export function roughSize(value: unknown, limit: number): number {
  const open = [value];
  let size = 0;
  while (open.length > 0 && size <= limit) {
    const next = open.pop();
    size += ownSize(next);
    if (typeof next === 'object' && next !== null) {
      for (const [key, member] of Object.entries(next)) {
        size += key.length + 3;
        open.push(member);
      }
    }
  }
  return size;
}

function ownSize(value: unknown): number {
  return typeof value === 'string' ? value.length + 2 : 4;
}
