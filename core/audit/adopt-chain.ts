import { z } from 'zod';

import type { Transaction } from '../../kernel/database/database.ts';
import { systemActor } from '../access/actor.ts';
import { chainHash, genesisHash } from './chained.ts';
import { eventColumns } from './event-columns.ts';
import { growTrees } from './grow-trees.ts';
import { auditRow, recordAll } from './record.ts';
import type { Signer } from './signers.ts';
import { storedEvent } from './stored-event.ts';

const bytes = z.instanceof(Uint8Array<ArrayBuffer>);
const placedEvent = storedEvent.extend({ tx: z.string(), position: z.string() });
const link = z.object({
  chainTenantId: z.string(),
  seq: z.bigint(),
  previousHash: bytes,
  hash: bytes,
});

type Link = z.infer<typeof link> & { readonly event: z.infer<typeof placedEvent> | undefined };

interface Adoption {
  readonly epoch: number;
  readonly signers: readonly Signer[];
  readonly limit: number;
}

/**
 * Makes links of the chain that earlier versions kept leaves under the same numbers, one tenant at a time. A link that
 * does not fit is told of in the log itself and so stays provable; an event that is no longer there cannot be a leaf.
 */
export async function adoptChain(
  tx: Transaction,
  { limit, ...round }: Adoption,
): Promise<{ readonly count: number; readonly tenantIds: readonly string[] }> {
  const links = await nextLinks(tx, limit);
  const [first] = links;
  const last = links.at(-1);
  if (first === undefined || last === undefined) return { count: 0, tenantIds: [] };
  const events = links.flatMap(({ event }) => (event === undefined ? [] : [event]));
  if (events.length > 0) await growTrees(tx, events, round);
  const tenantId = first.chainTenantId;
  await tx.$executeRaw`
    delete from audit.chain where tenant_id = ${tenantId}::uuid and seq <= ${last.seq}`;
  const bad = links.find((each, at) => !fits(each, links[at - 1]));
  const notes = [
    ...(bad === undefined ? [] : [{ action: 'audit.chain-broken', seq: String(bad.seq) }]),
    ...(links.length === limit
      ? []
      : [
          {
            action: 'audit.chain-adopted',
            seq: String(last.seq),
            hash: Buffer.from(last.hash).toString('hex'),
          },
        ]),
  ];
  const author = { actor: systemActor(tenantId) };
  await recordAll(
    tx,
    notes.map(({ action, ...data }) =>
      auditRow(author, { action, target: { kind: 'tenant', id: tenantId }, data }),
    ),
  );
  return { count: links.length, tenantIds: [tenantId] };
}

async function nextLinks(tx: Transaction, limit: number): Promise<readonly Link[]> {
  const rows = await tx.$queryRaw<unknown[]>`
    select c.tenant_id::text as "chainTenantId", c.seq, c.previous_hash as "previousHash", c.hash,
      ${eventColumns}, e.tx::text as tx, e.position::text as position
    from audit.chain c
    left join audit.event e on e.tenant_id = c.tenant_id and e.id = c.event_id
    where c.tenant_id = (select tenant_id from audit.chain order by tenant_id limit 1)
    order by c.seq
    limit ${limit}`;
  return rows.map((row) => ({ ...link.parse(row), event: placedEvent.safeParse(row).data }));
}

/** True when the link follows the one before, where that is known, and matches its event. */
function fits({ seq, previousHash, hash, event }: Link, before: Link | undefined): boolean {
  const previous = before?.hash ?? (seq === 1n ? genesisHash : previousHash);
  const number = before === undefined ? seq : before.seq + 1n;
  return (
    event !== undefined &&
    seq === number &&
    Buffer.compare(previousHash, previous) === 0 &&
    Buffer.compare(hash, chainHash(previous, event, seq)) === 0
  );
}
