import { LRUCache } from 'lru-cache';

import type { Database } from '../../kernel/database/database.ts';
import { permit } from '../access/permit.ts';
import type { VerbContext } from '../context.ts';
import { record } from './record.ts';

type Reads = LRUCache<string, Promise<void>>;

/** What requests of a process have put on record, or are about to; one per database. */
const recorded = new WeakMap<Database['pool'], Reads>();
const maxRecorded = 10_000;

/**
 * Puts on record that the caller reads the log, once for each request, however many parts of it that asks for; only then
 * anything is read.
 */
export async function asReader<Result>(
  context: VerbContext,
  work: () => Promise<Result>,
): Promise<Result> {
  await permit(context, 'AUDIT_READ', 'audit.read');
  const { actor, database, requestId } = context;
  const known: Reads = recorded.get(database.pool) ?? new LRUCache({ max: maxRecorded });
  recorded.set(database.pool, known);
  const key = JSON.stringify([actor.tenantId, actor.kind, actor.id, requestId]);
  const written = known.get(key) ?? write(context);
  known.set(key, written);
  try {
    await written;
  } catch (error) {
    known.delete(key);
    throw error;
  }
  return await work();
}

/** The same for a stream. */
export async function* asTailReader<Item>(
  context: VerbContext,
  items: AsyncIterable<Item>,
): AsyncGenerator<Item, void, undefined> {
  await asReader(context, () => Promise.resolve());
  yield* items;
}

async function write(context: VerbContext): Promise<void> {
  const { tenantId } = context.actor;
  await context.database.withTenant(tenantId, (tx) =>
    record(tx, context, { action: 'audit.read', target: { kind: 'tenant', id: tenantId } }),
  );
}
