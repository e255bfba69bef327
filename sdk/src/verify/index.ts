export { canonicalJson, type Json } from './canonical.ts';
export { checkTree, type TreeCheck, type TreeSource } from './check-tree.ts';
export { cosign, cosignatureType, cosignedAt, rawPublicKey, type Cosigner } from './cosign.ts';
export {
  commit,
  entryOf,
  leafOf,
  leafOfExported,
  parts,
  saltBytes,
  type ExportedEvent,
  type Part,
} from './leaf.ts';
export {
  append,
  checkConsistency,
  checkInclusion,
  consistencyRanges,
  digest,
  emptyFrontier,
  hashLeaf,
  hashNode,
  inclusionRanges,
  rootOf,
  subtreesOf,
  type Digest,
  type Frontier,
  type Range,
} from './merkle.ts';
export {
  checkpointText,
  formatVerifierKey,
  isSignedBy,
  keyId,
  parseCheckpoint,
  parseVerifierKey,
  signatureLine,
  type Checkpoint,
  type VerifierKey,
} from './note.ts';
export type { Fault, Problem } from './problem.ts';
export { readEvents } from './read-export.ts';
export { verifyExport, type ExportReport, type VerifyOptions } from './verify-export.ts';
export {
  createWitness,
  type Witness,
  type WitnessAnswer,
  type WitnessOptions,
  type WitnessStore,
} from './witness.ts';
