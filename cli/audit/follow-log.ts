import { AuditConsistencyDocument, AuditHeadDocument, type Client } from '../../sdk/src/index.ts';
import { parseCheckpoint, type Witness, type WitnessStore } from '../../sdk/src/verify/index.ts';

/** What came of a look at a log. */
export type Look =
  | { readonly state: 'empty' }
  | { readonly state: 'cosigned'; readonly origin: string; readonly size: number }
  /** The log contradicts what was cosigned before, or is signed by no known key. */
  | { readonly state: 'refused'; readonly note: string; readonly reason: string };

interface Following {
  readonly client: Pick<Client, 'request'>;
  readonly witness: Witness;
  readonly store: Pick<WitnessStore, 'read'>;
}

/** Takes the newest checkpoint of a tenant's log to the witness, with the proof that it goes on from the last one. */
export async function followLog({ client, witness, store }: Following): Promise<Look> {
  const { auditCheckpoint } = await client.request(AuditHeadDocument, {});
  if (auditCheckpoint === null) return { state: 'empty' };
  const { note } = auditCheckpoint;
  const { origin, size } = parseCheckpoint(note);
  const kept = await store.read(origin);
  const old = kept === undefined ? 0 : parseCheckpoint(kept).size;
  if (size < old)
    return { state: 'refused', note, reason: `the log had ${old} events, now ${size}` };
  const path = old === 0 || old === size ? [] : await proofOf(client, old, size);
  if (path === undefined)
    return {
      state: 'refused',
      note,
      reason: `the log does not prove that it goes on from ${old}, which it may have forgotten by its retention`,
    };
  const proof = path.map((hash) => `${Buffer.from(hash, 'hex').toString('base64')}\n`).join('');
  const { status, body } = await witness.addCheckpoint(`old ${old}\n${proof}\n${note}`);
  return status === 200
    ? { state: 'cosigned', origin, size }
    : { state: 'refused', note, reason: body.trim() };
}

/** Undefined where the log says that it has no such checkpoint: it had one. */
async function proofOf(
  client: Pick<Client, 'request'>,
  from: number,
  to: number,
): Promise<readonly string[] | undefined> {
  try {
    const variables = { from: String(from), to: String(to) };
    const { consistencyProof } = await client.request(AuditConsistencyDocument, variables);
    return consistencyProof.path;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'NOT_FOUND') return undefined;
    throw error;
  }
}
