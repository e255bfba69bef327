import { useState } from 'react';

import {
  ProofDocument,
  ProofKeysDocument,
  type TrailRowFragment,
} from '../_generated/documents.ts';
import { useSession } from '../app/session.ts';
import { messageOf } from '../ui/failure.tsx';
import type { Verified } from './verify-proof.ts';

export type Verdict =
  | { readonly is: 'asking' }
  | { readonly is: 'good'; readonly of: Verified }
  | { readonly is: 'unsealed' }
  | { readonly is: 'bad'; readonly why: string };

/** Checks proofs of rows in this browser, one after the other; what checks is loaded when somebody asks. */
export function useVerify() {
  const { client } = useSession();
  const [verdicts, setVerdicts] = useState<ReadonlyMap<string, Verdict>>(new Map());
  const tell = (id: string, verdict: Verdict): void =>
    setVerdicts((known) => new Map(known).set(id, verdict));

  async function verdictOf(row: TrailRowFragment, keys: readonly string[]): Promise<Verdict> {
    try {
      const [{ verifyProof }, { inclusionProof }] = await Promise.all([
        import('./verify-proof.ts'),
        client.request(ProofDocument, { id: row.id }),
      ]);
      if (inclusionProof === null) return { is: 'unsealed' };
      return { is: 'good', of: verifyProof(row, inclusionProof, keys) };
    } catch (error) {
      return { is: 'bad', why: messageOf(error) };
    }
  }

  async function verify(rows: readonly TrailRowFragment[]): Promise<void> {
    for (const { id } of rows) tell(id, { is: 'asking' });
    try {
      const { auditKeys } = await client.request(ProofKeysDocument, {});
      const keys = auditKeys.map(({ verifierKey }) => verifierKey);
      for (const row of rows) tell(row.id, await verdictOf(row, keys));
    } catch (error) {
      for (const { id } of rows) tell(id, { is: 'bad', why: messageOf(error) });
    }
  }
  return { verdicts, verify };
}
