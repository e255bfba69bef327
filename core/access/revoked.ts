import type { Services } from '../context.ts';
import type { Actor } from './actor.ts';

/** The doorbell on which a tenant's ended or changed credentials are told, by id of key or member. */
export function revokedChannel(tenantId: string): string {
  return `access.revoked:${tenantId}`;
}

/** Tells every process to forget what it knows of a credential; who misses it learns within seconds. */
export function ringRevoked(
  { doorbell, actor }: Pick<Services, 'doorbell'> & { readonly actor: Actor },
  id: string,
): void {
  doorbell.ring(revokedChannel(actor.tenantId), id);
}
