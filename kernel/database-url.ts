/** `postgres://user:password@host:port,host:port/database?options`, in parts. */
const form = /^(postgres(?:ql)?:\/\/(?:[^@/?#]*@)?)([^@/?#]*)([/?#].*)?$/s;
/** Whom connections go to: the platform writes, so all of these say the same of several hosts. */
const writable: ReadonlySet<string | null> = new Set([null, 'read-write', 'primary']);
/** What the driver knows; anything else it would take for a wish to be believed. */
const sslModes = ['disable', 'prefer', 'require', 'verify-ca', 'verify-full', 'no-verify'];
const attribute = 'target_session_attrs';
/** As Prisma names it, true of a pooler that gives each transaction another session. */
const pooled = 'pgbouncer';

/** Where a database is. */
export interface DatabaseHosts {
  /** A URL for each host, in order. */
  readonly urls: readonly [string, ...string[]];
  /** True where one of them may take no writes: then it is not the one. */
  readonly isChecked: boolean;
  /** True behind a pooler in transaction mode: what is said of a session may be said to somebody else's. */
  readonly isPooled: boolean;
}

/** A URL of PostgreSQL, which may name several hosts as libpq does; undefined for what is none. */
export function readDatabaseUrl(text: string): DatabaseHosts | undefined {
  const [, head = '', hosts = '', rest = ''] = form.exec(text) ?? [];
  const [first, ...others] = urlsOf(head, hosts, rest);
  if (first === undefined) return undefined;
  const options = new URL(first).searchParams;
  if (!areKnown(options)) return undefined;
  const wish = options.get(attribute);
  return {
    urls: [first, ...others],
    isChecked: others.length > 0 || wish !== null,
    isPooled: options.get(pooled) === 'true',
  };
}

function areKnown(options: URLSearchParams): boolean {
  return (
    writable.has(options.get(attribute)) &&
    ['true', 'false'].includes(options.get(pooled) ?? 'false') &&
    sslModes.includes(options.get('sslmode') ?? 'disable')
  );
}

/** A URL for each host; none when one of them is missing or makes no URL. */
function urlsOf(head: string, hosts: string, rest: string): readonly string[] {
  const names = hosts.split(',');
  if (head === '' || (names.length > 1 && names.includes(''))) return [];
  const urls = names.map((name) => `${head}${name}${rest}`);
  return urls.every((url) => URL.canParse(url)) ? urls : [];
}
