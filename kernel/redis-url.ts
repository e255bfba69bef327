import type { RedisOptions } from 'ioredis';

/** `redis+sentinel://user:password@host:port,host:port/name?options`, in parts. */
const form = /^redis(s?)\+sentinel:\/\/(?:([^@/?#]*)@)?([^@/?#]+)\/([^/?#]+)(?:\?([^#]*))?$/;
const sentinelPort = 26_379;
/** Who asks the sentinels, as options of the URL. */
const sentinelLogin: ReadonlySet<string> = new Set(['sentinelUsername', 'sentinelPassword']);

/** `redis+cluster://user:password@host:port,host:port`, in parts. */
const clusterForm = /^redis(s?)\+cluster:\/\/(?:([^@/?#]*)@)?([^@/?#]+)\/?$/;
const serverPort = 6_379;

/** Settings of a connection; how answers are mapped stays as it is. */
export type RedisSettings = Omit<RedisOptions, 'replyMapping'>;

/** Where a Redis server is: at a URL, where sentinels say that the master of a name is now, or which nodes of a cluster know all others. */
export type RedisTarget =
  | { readonly url: string }
  | { readonly options: RedisSettings }
  | { readonly nodes: readonly RedisAddress[]; readonly settings: RedisSettings };

interface RedisAddress {
  readonly host: string;
  readonly port: number;
}

/** A URL of Redis, or of sentinels that know where it is; undefined for what is neither. */
export function readRedisUrl(text: string): RedisTarget | undefined {
  const parts = isDecodable(text) ? form.exec(text) : null;
  if (parts === null) return isPlain(text) ? { url: text } : clusterOf(text);
  const [, secure, login = '', hosts = '', name = '', rest] = parts;
  const sentinels = addressesOf(hosts, sentinelPort);
  const choices = choicesOf(new URLSearchParams(rest));
  if (sentinels === undefined || choices === undefined) return undefined;
  const master = { sentinels, name: decodeURIComponent(name), role: 'master' } as const;
  const tls = secure === 's' ? { tls: {}, enableTLSForSentinelMode: true, sentinelTLS: {} } : {};
  return { options: { ...master, ...loginOf(login), ...choices, ...tls } };
}

function clusterOf(text: string): RedisTarget | undefined {
  const parts = isDecodable(text) ? clusterForm.exec(text) : null;
  const [, secure, login = '', hosts = ''] = parts ?? [];
  const nodes = addressesOf(hosts, serverPort);
  if (parts === null || nodes === undefined) return undefined;
  return { nodes, settings: { ...loginOf(login), ...(secure === 's' && { tls: {} }) } };
}

function isDecodable(text: string): boolean {
  try {
    return decodeURIComponent(text) !== '';
  } catch {
    return false;
  }
}

function isPlain(text: string): boolean {
  return URL.canParse(text) && ['redis:', 'rediss:'].includes(new URL(text).protocol);
}

function addressesOf(hosts: string, port: number): RedisAddress[] | undefined {
  const addresses = hosts.split(',').map((text) => addressOf(text, port));
  const found = addresses.filter((address) => address !== undefined);
  return found.length === addresses.length ? found : undefined;
}

function addressOf(text: string, standard: number): RedisAddress | undefined {
  const url = `redis://${text}`;
  if (text === '' || !URL.canParse(url)) return undefined;
  const { hostname, port } = new URL(url);
  return { host: hostname.replace(/^\[(.*)\]$/, '$1'), port: Number(port || standard) };
}

function loginOf(login: string): Pick<RedisSettings, 'username' | 'password'> {
  const [username = '', ...password] = login.split(':').map(decodeURIComponent);
  return {
    ...(username !== '' && { username }),
    ...(password.length > 0 && { password: password.join(':') }),
  };
}

/** Undefined where there is an unknown one. */
function choicesOf(options: URLSearchParams) {
  const { db = '0', ...logins } = Object.fromEntries(options);
  const isKnown = Object.keys(logins).every((key) => sentinelLogin.has(key));
  return isKnown && /^\d{1,5}$/.test(db) ? { db: Number(db), ...logins } : undefined;
}
