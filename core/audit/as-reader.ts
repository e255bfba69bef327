import { permit } from '../access/permit.ts';
import type { VerbContext } from '../context.ts';
import { record } from './record.ts';

/** What requests have put on record, or are about to. Ids of requests would not do: who asks can choose them. */
const recorded = new WeakMap<VerbContext, Promise<void>>();

/**
 * Puts on record that the caller reads the log, once for each request, however many parts of it that asks for; only then
 * anything is read.
 */
export async function asReader<Result>(
  context: VerbContext,
  work: () => Promise<Result>,
): Promise<Result> {
  await permit(context, 'AUDIT_READ', 'audit.read');
  const written = recorded.get(context) ?? write(context);
  recorded.set(context, written);
  await written;
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
  const event = { action: 'audit.read', target: { kind: 'tenant', id: tenantId } } as const;
  // Noted, it would keep every search from a replica.
  await context.database.withTenant(tenantId, (tx) => record(tx, context, event), {
    isNoted: false,
  });
}
