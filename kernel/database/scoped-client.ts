import { AsyncLocalStorage } from 'node:async_hooks';
import pg from 'pg';

import { AppError } from '../errors.ts';

/** What a transaction is told with its first words. */
export interface OpeningScope {
  readonly role: string;
  /** Empty for none: policies of the app role then show no row at all. */
  readonly tenantId: string;
  /** What of the tenant is seen, as `access.reach()` reads it; empty for all. */
  readonly reach: string;
  readonly isReadOnly: boolean;
  readonly timeoutMs: number;
}

interface Opening {
  readonly scope: OpeningScope;
  isSaid: boolean;
  /** What is begun from then on is not this transaction. */
  isOver: boolean;
}

const openings = new AsyncLocalStorage<Opening>();

/**
 * Runs what begins a transaction, so that role and tenant go to the database with its BEGIN and cost no round trip of
 * their own; what it is given to call first throws if they did not.
 */
export function opening<T>(
  scope: OpeningScope,
  run: (requireEntered: () => void) => Promise<T>,
): Promise<T> {
  const opened: Opening = { scope, isSaid: false, isOver: false };
  return openings.run(opened, () =>
    run(() => {
      opened.isOver = true;
      if (!opened.isSaid) throw new AppError('INTERNAL', 'a transaction began without its role');
    }),
  );
}

/** A connection on which a transaction that is opened for somebody begins as theirs. */
export class ScopedClient extends pg.Client {
  #last: Promise<unknown> = Promise.resolve();

  constructor(config?: pg.ClientConfig) {
    super(config);
    // Between the pool that lends it and whoever takes it nobody listens, and an error that nobody hears ends the process.
    // What is asked next fails by it.
    this.on('error', () => undefined);
  }

  // The driver's own has nine forms, which this hands through as they are.
  override query(...asked: unknown[]): never {
    const opened = openings.getStore();
    if (opened === undefined || opened.isOver || !isBegin(asked[0])) return this.#send(asked);
    opened.isSaid = true;
    return this.#send([beginAs(opened.scope)]);
  }

  /** Prisma asks for the parts of one answer at once; the driver no longer wants to be asked before it has answered. */
  #send(asked: readonly unknown[]): never {
    const send = super.query.bind(this) as (...args: unknown[]) => never;
    if (!isAwaited(asked)) return send(...asked);
    const answer = this.#last.then(() => send(...asked));
    this.#last = answer.catch(() => undefined);
    return answer as never;
  }
}

/** True for the forms that answer by a promise. */
function isAwaited(asked: readonly unknown[]): boolean {
  const [first] = asked;
  if (typeof first === 'object' && first !== null && ('submit' in first || 'callback' in first))
    return false;
  return !asked.some((each) => typeof each === 'function');
}

/**
 * Behind a pooler that gives each transaction another session: a statement prepared by name would stay with the session it
 * was prepared in, so that none has a name.
 */
export class PooledClient extends ScopedClient {
  override query(...asked: unknown[]): never {
    const [first, ...others] = asked;
    return super.query(isNamed(first) ? { ...first, name: undefined } : first, ...others);
  }
}

function isNamed(asked: unknown): asked is { readonly name: string } {
  return (
    typeof asked === 'object' &&
    asked !== null &&
    'name' in asked &&
    typeof asked.name === 'string' &&
    !('submit' in asked)
  );
}

function isBegin(asked: unknown): boolean {
  return typeof asked === 'object' && asked !== null && 'text' in asked && asked.text === 'BEGIN';
}

/**
 * Local to the transaction, so that nothing of it is left to the next user of the connection. The zone is said again for
 * poolers that give each transaction another session: Prisma leaves offsets out of what it writes and reads.
 */
function beginAs({ role, tenantId, reach, isReadOnly, timeoutMs }: OpeningScope): string {
  return [
    `begin ${isReadOnly ? 'read only' : 'read write'}`,
    `set local role ${pg.escapeIdentifier(role)}`,
    `set local app.tenant_id = ${pg.escapeLiteral(tenantId)}`,
    `set local app.reach = ${pg.escapeLiteral(reach)}`,
    `set local statement_timeout = ${String(timeoutMs)}`,
    `set local timezone = 'UTC'`,
    `set local datestyle = 'ISO, MDY'`,
  ].join('; ');
}
