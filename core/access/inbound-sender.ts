import { isId } from '../../kernel/ids.ts';
import type { Actor } from './actor.ts';

/** Below which senders post, at the gateway. */
export const inboundPrefix = '/inbound/';

/** Where senders post to for an inbound webhook. */
export function inboundPath(tenantId: string, webhookId: string): string {
  return `${inboundPrefix}${tenantId}/${webhookId}`;
}

/** Who posts to a path; undefined for a path that no inbound webhook can have. */
export function senderAt(path: string): Actor | undefined {
  const [tenantId = '', id = '', ...more] = path.slice(inboundPrefix.length).split('/');
  return more.length === 0 && isId(tenantId) && isId(id) ? senderActor(tenantId, id) : undefined;
}

/** May do nothing: the signature alone, which the verb looks at, proves anything. */
function senderActor(tenantId: string, webhookId: string): Actor {
  return {
    kind: 'inbound_webhook',
    id: webhookId,
    tenantId,
    name: 'inbound webhook',
    permissions: [],
  };
}
