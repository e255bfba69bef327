/** JSON with the keys of all objects in one order: equal for equal values. */
export function canonicalText(value: unknown): string {
  return JSON.stringify(value, (_, item: unknown) =>
    isPlainObject(item)
      ? Object.fromEntries(
          Object.entries(item).toSorted(([left], [right]) => (left < right ? -1 : 1)),
        )
      : item,
  );
}

function isPlainObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
