import { formatVerifierKey } from '../../sdk/src/verify/index.ts';
import { permit } from '../access/permit.ts';
import type { VerbContext } from '../context.ts';
import { read } from '../read.ts';
import { originOf, signersOf } from './signers.ts';

/** A public key that signs, or has signed, the tenant's checkpoints. */
export interface AuditKey {
  /** As signed notes write it: name, id and key. */
  readonly verifierKey: string;
  /** False for one that was rotated out: it still proves what it signed. */
  readonly isCurrent: boolean;
}

/** The keys of the tenant's log, those in use first. */
export async function listAuditKeys(context: VerbContext): Promise<readonly AuditKey[]> {
  await permit(context, 'AUDIT_READ');
  return verifierKeysOf(context);
}

/** The same for those who have been let in. */
export async function verifierKeysOf(
  context: Pick<VerbContext, 'actor' | 'database' | 'keyring'>,
): Promise<readonly AuditKey[]> {
  const rows = await read(
    context,
    (tx) => tx.$queryRaw<{ key: string }[]>`
      select encode(public_key, 'hex') as key from audit.signing_key order by first_used_at desc`,
  );
  const current = signersOf(context.keyring).map(({ publicKey }) => publicKey.toString('hex'));
  const origin = originOf(context.actor.tenantId);
  return [...new Set([...current, ...rows.map(({ key }) => key)])].map((key) => ({
    verifierKey: formatVerifierKey(origin, Buffer.from(key, 'hex')),
    isCurrent: current.includes(key),
  }));
}
