import { z } from 'zod';

import { permit } from '../access/permit.ts';
import type { VerbContext } from '../context.ts';
import { read } from '../read.ts';
import { chainHash, genesisHash, storedEvent } from './chain.ts';
import { eventColumns } from './event-columns.ts';

const batchSize = 1_000;

const bytes = z.instanceof(Uint8Array<ArrayBuffer>);
const seal = z.object({ seq: z.bigint(), previousHash: bytes, hash: bytes });

type Seal = z.infer<typeof seal>;

export interface ChainReport {
  readonly isIntact: boolean;
  /** How many seals fit. */
  readonly checked: number;
  /** The first number that does not. */
  readonly firstBadSeq: bigint | null;
}

/** Recomputes the tenant's chain from its first event and stops where it does not fit. */
export async function verifyChain(context: VerbContext): Promise<ChainReport> {
  await permit(context, 'AUDIT_READ');
  let last: Pick<Seal, 'seq' | 'hash'> = { seq: 0n, hash: genesisHash };
  for (;;) {
    const rows = await sealsAfter(context, last.seq);
    for (const row of rows) {
      if (!fits(row, last)) {
        return { isIntact: false, checked: Number(last.seq), firstBadSeq: last.seq + 1n };
      }
      last = seal.parse(row);
    }
    if (rows.length < batchSize) {
      return { isIntact: true, checked: Number(last.seq), firstBadSeq: null };
    }
  }
}

/** True when the seal is the next number, follows the hash before and matches its event. */
function fits(row: unknown, last: Pick<Seal, 'seq' | 'hash'>): boolean {
  const { seq, previousHash, hash } = seal.parse(row);
  // Fails for an event that is no longer there: all its columns are null.
  const event = storedEvent.safeParse(row);
  return (
    event.success &&
    seq === last.seq + 1n &&
    isSame(previousHash, last.hash) &&
    isSame(hash, chainHash(last.hash, event.data, seq))
  );
}

function isSame(one: Uint8Array, other: Uint8Array): boolean {
  return Buffer.compare(one, other) === 0;
}

function sealsAfter(context: VerbContext, seq: bigint): Promise<readonly unknown[]> {
  return read(
    context,
    (tx) => tx.$queryRaw<unknown[]>`
      select s.seq, s.previous_hash as "previousHash", s.hash, ${eventColumns}
      from audit.seal s
      left join audit.event e on e.tenant_id = s.tenant_id and e.id = s.event_id
      where s.tenant_id = ${context.actor.tenantId}::uuid and s.seq > ${seq}
      order by s.seq
      limit ${batchSize}`,
  );
}
