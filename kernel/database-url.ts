/** `postgres://user:password@host:port,host:port/database?options`, in parts. */
const form = /^(postgres(?:ql)?:\/\/(?:[^@/?#]*@)?)([^@/?#]*)([/?#].*)?$/s;
/** Whom connections go to: the platform writes, so all of these say the same of several hosts. */
const writable: ReadonlySet<string | null> = new Set([null, 'read-write', 'primary']);
const attribute = 'target_session_attrs';

/** Where a database is. */
export interface DatabaseHosts {
  /** A URL for each host, in order. */
  readonly urls: readonly [string, ...string[]];
  /** True where one of them may take no writes: then it is not the one. */
  readonly isChecked: boolean;
}

/** A URL of PostgreSQL, which may name several hosts as libpq does; undefined for what is none. */
export function readDatabaseUrl(text: string): DatabaseHosts | undefined {
  const [, head = '', hosts = '', rest = ''] = form.exec(text) ?? [];
  const [first, ...others] = hosts.split(',').map((host) => urlOf(head, host, rest));
  if (head === '' || first === undefined) return undefined;
  const urls = [first, ...others];
  const wish = URL.canParse(first) ? new URL(first).searchParams.get(attribute) : 'none';
  if (!urls.every((url) => URL.canParse(url)) || !writable.has(wish)) return undefined;
  if (others.length > 0 && hosts.split(',').includes('')) return undefined;
  return { urls: [first, ...others], isChecked: others.length > 0 || wish !== null };
}

function urlOf(head: string, host: string, rest: string): string {
  return `${head}${host}${rest}`;
}
