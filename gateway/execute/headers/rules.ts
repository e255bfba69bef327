/** A rule about one header between client and subgraph; names are compared in lower case. */
export type HeaderRule =
  | {
      readonly propagate: string;
      readonly rename?: string | undefined;
      readonly default?: string | undefined;
    }
  | { readonly propagateMatching: string }
  | { readonly insert: string; readonly value: string }
  | { readonly remove: string };

/** Rules for all subgraphs, then those of one. */
export interface HeaderRules {
  readonly all?: readonly HeaderRule[] | undefined;
  readonly subgraphs?: Readonly<Record<string, readonly HeaderRule[]>> | undefined;
}

export type Headers = Readonly<Record<string, string>>;

/** Headers that describe one connection or one body and must never be passed on. */
const hopByHop = new Set([
  'connection',
  'content-length',
  'content-encoding',
  'content-type',
  'accept',
  'accept-encoding',
  'expect',
  'host',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** Headers by which the platform vouches for a caller: never taken from outside. */
const isReserved = (name: string): boolean => name.startsWith('x-operandi-');

/** True for a header that a rule may write. */
export function isWritable(name: string): boolean {
  const lower = name.toLowerCase();
  return !hopByHop.has(lower) && !isReserved(lower);
}

/** Compiles the rules for one subgraph; the result picks from the other side's headers. */
export function compileHeaderRules(
  rules: HeaderRules | undefined,
  service: string,
): (received: Headers) => Record<string, string> {
  const own = [...(rules?.all ?? []), ...(rules?.subgraphs?.[service] ?? [])].map(compileRule);
  if (own.length === 0) return () => ({});
  return (received) => {
    const out: Record<string, string> = {};
    for (const apply of own) apply(received, out);
    return out;
  };
}

/** Headers of an answer that say the same to everybody who asked the same. */
const impersonal = [
  ...['age', 'cache-control', 'content-language', 'date', 'deprecation', 'etag', 'expires'],
  ...['last-modified', 'server-timing', 'sunset', 'vary'],
];

/** Whether rules for answers let anything through that may be meant for one visitor alone, like a cookie. */
export function passesPersonal({ all = [], subgraphs = {} }: HeaderRules): boolean {
  return [...all, ...Object.values(subgraphs).flat()].some(
    (rule) =>
      'propagateMatching' in rule ||
      ('propagate' in rule && !impersonal.includes(rule.propagate.toLowerCase())),
  );
}

type Apply = (received: Headers, out: Record<string, string>) => void;

function compileRule(rule: HeaderRule): Apply {
  if ('insert' in rule) {
    const name = rule.insert.toLowerCase();
    if (!isWritable(name)) return () => undefined;
    return (_, out) => void (out[name] = rule.value);
  }
  if ('remove' in rule) {
    const name = rule.remove.toLowerCase();
    // Reflect.deleteProperty, as the key is computed: the object has at most a few headers.
    return (_, out) => void Reflect.deleteProperty(out, name);
  }
  if ('propagateMatching' in rule) {
    const pattern = new RegExp(`^(?:${rule.propagateMatching})$`, 'i');
    return (received, out) => {
      for (const name in received) if (pattern.test(name)) pass(name, { received, out });
    };
  }
  const name = rule.propagate.toLowerCase();
  const target = rule.rename?.toLowerCase();
  return (received, out) => pass(name, { received, out, target, fallback: rule.default });
}

interface Passing {
  readonly received: Headers;
  readonly out: Record<string, string>;
  readonly target?: string | undefined;
  readonly fallback?: string | undefined;
}

function pass(name: string, { received, out, target = name, fallback }: Passing): void {
  const value = received[name] ?? fallback;
  if (value !== undefined && isWritable(name) && isWritable(target)) out[target] = value;
}
