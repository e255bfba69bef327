import './buffer.ts';

import type { ProofQuery, TrailRowFragment } from '../_generated/documents.ts';
import { commit, entryOf, leafOf, parts } from '../../../sdk/src/verify/leaf.ts';
import { canonicalJson, type Json } from '../../../sdk/src/verify/canonical.ts';
import { checkInclusion } from '../../../sdk/src/verify/merkle.ts';
import { isSignedBy, parseCheckpoint, parseVerifierKey } from '../../../sdk/src/verify/note.ts';

type Proof = NonNullable<ProofQuery['inclusionProof']>;

export interface Verified {
  readonly seq: string;
  /** How many events the signed tree has. */
  readonly size: number;
  readonly signedBy: string;
}

/** Throws unless what is shown is what was committed to, and a checkpoint that one of the keys has signed covers it. */
export function verifyProof(
  shown: TrailRowFragment,
  proof: Proof,
  verifierKeys: readonly string[],
): Verified {
  const committed = proof.parts as Readonly<Record<string, Json>>;
  agree(shown, committed);
  const commitments = parts.map((part, at) =>
    commit(bytesOf(proof.salts[at] ?? ''), committed[part] ?? null),
  );
  const leaf = leafOf(commitments);
  if (entryOf(commitments).toString('hex') !== proof.entry)
    throw new Error('the event is not what was committed to');
  const checkpoint = parseCheckpoint(proof.checkpoint.note);
  const keys = verifierKeys.map((key) => parseVerifierKey(key));
  if (!isSignedBy(checkpoint, keys)) throw new Error('no known key has signed the checkpoint');
  const index = Number(proof.seq) - 1;
  const { size, root } = checkpoint;
  checkInclusion({ leaf, index, size, path: proof.path.map(bytesOf), root });
  return { seq: proof.seq, size, signedBy: checkpoint.signatures[0]?.name ?? '' };
}

/** The row on the page and the event under the proof have to be the same, or the proof is of another. */
function agree(
  shown: TrailRowFragment,
  { event, name, data }: Readonly<Record<string, Json>>,
): void {
  const { id, action, actor, target, at } = shown;
  const said = event as { readonly [key: string]: Json };
  const seen = {
    ...{ id, action, target: { ...target }, at: Date.parse(at) },
    ...{ actor: { id: actor.id, kind: actor.kind }, name: actor.name, data: shown.data as Json },
  };
  const sealed = {
    ...{
      id: said['id'],
      action: said['action'],
      target: said['target'],
      at: instantOf(said['at']),
    },
    ...{ actor: said['actor'], name, data },
  };
  if (canonicalJson(seen) !== canonicalJson(sealed as Json))
    throw new Error('the proof is of another event than the one shown');
}

function instantOf(text: Json | undefined): number {
  return typeof text === 'string' ? Date.parse(text) : NaN;
}

function bytesOf(hex: string): Buffer<ArrayBuffer> {
  return Buffer.from(hex, 'hex');
}
