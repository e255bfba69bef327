/** Directives of a `Cache-Control` field: names in lower case, of one that comes twice the value that allows less. */
export type Directives = ReadonlyMap<string, string | true>;

const one =
  /(?<name>[\w!#$%&'*+.^`|~-]+)\s*(?:=\s*(?:"(?<quoted>(?:[^"\\]|\\.)*)"|(?<plain>[^\s",]*)))?/gu;

export function directivesIn(field: string | undefined): Directives {
  const found = new Map<string, string | true>();
  for (const { groups = {} } of (field ?? '').matchAll(one)) {
    const name = (groups['name'] ?? '').toLowerCase();
    const value = groups['quoted'] ?? groups['plain'] ?? true;
    const before = found.get(name);
    found.set(name, before === undefined ? value : lesser(before, value));
  }
  return found;
}

/** Seconds that a directive names; undefined where it is absent, 0 where it names none. */
export function secondsOf(directives: Directives, name: string): number | undefined {
  const value = directives.get(name);
  if (value === undefined) return undefined;
  return value !== true && /^\d{1,12}$/u.test(value) ? Number(value) : 0;
}

/** As a field again. */
export function fieldOf(directives: Directives): string {
  return Array.from(directives, ([name, value]) =>
    value === true ? name : `${name}="${value.replaceAll(/["\\,]/gu, ' ')}"`,
  ).join(', ');
}

/** RFC 9111, section 4.2.1: whoever contradicts itself gets the shorter life. */
function lesser(left: string | true, right: string | true): string | true {
  if (left === true || right === true) return left === right ? left : '0';
  return Number(left) <= Number(right) ? left : right;
}
