import pg from 'pg';
import type { DatabaseHosts } from '../database-url.ts';
import { isPassingFault } from './faults.ts';
import type { ScopedClient } from './scoped-client.ts';

/** Which of several hosts connections go to now. */
export interface Hosts {
  readonly count: number;
  readonly current: string;
  /** Goes on to the next one, unless somebody has already. */
  leave(url: string): void;
}

/** Begins with the first. */
export function openHosts(urls: DatabaseHosts['urls']): Hosts {
  let place = 0;
  const at = (index: number): string => urls[index % urls.length] ?? urls[0];
  return {
    count: urls.length,
    get current() {
      return at(place);
    },
    leave(url) {
      if (url === at(place)) place = (place + 1) % urls.length;
    },
  };
}

const notWritable = `
  select pg_is_in_recovery() or current_setting('default_transaction_read_only')::bool as "isReadOnly"`;

/** Fails, as a server does that is not there yet, on a connection to one that takes no writes. */
async function requireWritable(client: pg.ClientBase): Promise<void> {
  const { rows } = await client.query<{ readonly isReadOnly: boolean }>(notWritable);
  if (rows[0]?.isReadOnly !== true) return;
  const fault = new Error('the database takes no writes: it is a replica, or read-only');
  throw Object.assign(fault, { code: '57P03' });
}

type Connected = (error: Error | undefined, client?: pg.PoolClient, release?: () => void) => void;

/** A pool whose connections go to the one of several hosts that takes writes: each is tried once for whoever asks. */
export class HostsPool extends pg.Pool {
  readonly #hosts: Hosts;

  constructor(config: pg.PoolConfig & { readonly Client: typeof ScopedClient }, hosts: Hosts) {
    const { onConnect } = config;
    super({
      ...config,
      Client: clientOf(hosts, config.Client),
      // The pool waits for the promise; its types do not say so.
      onConnect: (client: pg.ClientBase): unknown =>
        settle(client, hosts).then(() => onConnect?.(client)),
    });
    this.#hosts = hosts;
  }

  // Both forms of the driver's own, whose types cannot be overridden one by one.
  override connect(...asked: unknown[]): never {
    const found = this.#connectSomewhere();
    const [tell] = asked as [Connected | undefined];
    if (tell === undefined) return found as never;
    found.then(
      (client) => {
        tell(undefined, client, client.release.bind(client));
      },
      (error: unknown) => {
        tell(error as Error, undefined, () => undefined);
      },
    );
    return undefined as never;
  }

  async #connectSomewhere(): Promise<pg.PoolClient> {
    for (let tries = 1; ; tries += 1) {
      const tried = this.#hosts.current;
      try {
        return await super.connect();
      } catch (error) {
        const hasMoved = this.#hosts.current !== tried;
        if (!hasMoved || tries >= this.#hosts.count || !isPassingFault(error)) throw error;
      }
    }
  }
}

const placeOf = new WeakMap<object, string>();

async function settle(client: pg.ClientBase, hosts: Hosts): Promise<void> {
  try {
    await requireWritable(client);
  } catch (error) {
    hosts.leave(placeOf.get(client) ?? '');
    throw error;
  }
}

/** Connections that go where the hosts point when they are made, and tell when nobody is there. */
function clientOf(hosts: Hosts, Client: typeof ScopedClient): typeof ScopedClient {
  return class extends Client {
    constructor(config: pg.ClientConfig) {
      const url = hosts.current;
      super({ ...config, connectionString: url });
      placeOf.set(this, url);
    }

    // As the pool calls it.
    override connect(...asked: unknown[]): never {
      const [tell] = asked as [(error: Error | undefined) => void];
      super.connect((error: Error | undefined) => {
        if (error) hosts.leave(placeOf.get(this) ?? '');
        tell(error);
      });
      return undefined as never;
    }
  };
}
