import type { InclusionProof } from '../../core/audit/proofs.ts';
import { checkInclusion, parseCheckpoint } from '../../sdk/src/verify/index.ts';

/** Throws unless the event of a proof is in the tree of its checkpoint, as a stranger would find who has the proof alone. */
export function requireIncluded(proof: InclusionProof | null): InclusionProof {
  if (proof === null) throw new Error('the event has no proof');
  const { size, root } = parseCheckpoint(proof.checkpoint.note);
  if (size !== Number(proof.checkpoint.size)) throw new Error('the note is of another size');
  checkInclusion({
    leaf: Buffer.from(proof.leaf, 'hex'),
    index: Number(proof.seq) - 1,
    size,
    path: proof.path.map((hash) => Buffer.from(hash, 'hex')),
    root,
  });
  return proof;
}
