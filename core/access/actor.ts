import type { Grant } from './grant.ts';
import { permissions } from './permissions.ts';

export const actorKinds = [
  'user',
  'api_key',
  'access_token',
  'inbound_webhook',
  'connect_link',
  'decision_link',
  'worker',
  'system',
] as const;

export type ActorKind = (typeof actorKinds)[number];

/** What an access token is for, and who answers for what is done with it. */
export interface TokenScope {
  readonly maker: { readonly kind: 'user' | 'api_key'; readonly id: string };
  /** All that it reaches belongs to this agent. */
  readonly agentId: string;
  /** The one job that it reads; undefined for those of the agent. */
  readonly jobId?: string | undefined;
  /** It reads those jobs alone that were submitted with it. */
  readonly isOwn: boolean;
  readonly readsApprovals: boolean;
}

/** Who acts, in which tenant, and what they may do. */
export interface Actor extends Grant {
  readonly kind: ActorKind;
  /** Id of the member, API key, access token, inbound webhook or link; name of the worker or part of the platform. */
  readonly id: string;
  readonly tenantId: string;
  /** Display name at this time; the audit log keeps it. */
  readonly name: string;
  /** Ids of the tenant's groups that their identity provider says they are in, besides those they were added to. */
  readonly groups?: readonly string[] | undefined;
  /** Of an access token alone. */
  readonly token?: TokenScope | undefined;
}

/** Who answers for what the actor starts, as jobs keep it; for what a token starts its maker does. */
export function principalOf({ token, ...actor }: Pick<Actor, 'kind' | 'id' | 'token'>): string {
  const { kind, id } = token?.maker ?? actor;
  return `${kind}:${id}`;
}

/** A worker of the platform, acting for a job of the tenant. */
export function workerActor(tenantId: string, workerId: string): Actor {
  return {
    kind: 'worker',
    id: workerId,
    tenantId,
    name: 'worker',
    permissions: ['INTEGRATIONS_INVOKE'],
  };
}

/** Whoever runs the platform, at its command line. */
export function operatorActor(tenantId: string): Actor {
  return { kind: 'system', id: 'operator', tenantId, name: 'operator', permissions };
}

/** The platform itself, e.g. at first start. */
export function systemActor(tenantId: string): Actor {
  return { kind: 'system', id: 'operandi', tenantId, name: 'operandi', permissions };
}
