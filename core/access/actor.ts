import { permissions } from './permissions.ts';
import type { Permission } from './permissions.ts';

export const actorKinds = ['user', 'api_key', 'worker', 'system'] as const;

export type ActorKind = (typeof actorKinds)[number];

/** Who acts, in which tenant, and what they may do. */
export interface Actor {
  readonly kind: ActorKind;
  /** Id of the member or API key; name of the worker or part of the platform. */
  readonly id: string;
  readonly tenantId: string;
  /** Display name at this time; the audit log keeps it. */
  readonly name: string;
  readonly permissions: readonly Permission[];
}

/** Who answers for what the actor starts, as jobs keep it. */
export function principalOf({ kind, id }: Pick<Actor, 'kind' | 'id'>): string {
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
