import { AppError, NotFoundError } from '../../kernel/errors.ts';
import type { VerbContext } from '../context.ts';
import { read } from '../read.ts';
import { fits } from './conditions.ts';
import type { Labels } from './labels.ts';
import { recordDenial } from './permit.ts';
import type { Permission } from './permissions.ts';
import { reachOf } from './reach.ts';

/** A thing with labels, or a job, which has those of its agent. */
export interface Labelled {
  readonly kind: 'Agent' | 'Job' | 'integration';
  readonly id: string;
}

type Needs = Pick<VerbContext, 'actor' | 'requestId' | 'database'>;

/**
 * Throws where the actor has the permission for other labels only: NOT_FOUND if they do not see the thing at all, else
 * FORBIDDEN. Costs nothing where their permissions have no conditions.
 */
export async function permitFor(
  context: Needs,
  thing: Labelled,
  { permission, action }: { readonly permission: Permission; readonly action?: string },
): Promise<void> {
  if (context.actor.conditions === undefined) return;
  if (!(await isSeen(context, thing))) throw new NotFoundError(thing.kind, thing.id);
  if (await isSeen(context, thing, permission)) return;
  if (action !== undefined) await recordDenial(context, action, [permission]);
  throw new AppError('FORBIDDEN', `this needs the permission ${permission} for its labels`);
}

/** Throws FORBIDDEN where a thing with these labels would be one that the actor has one of the permissions not for. */
export async function permitLabels(
  context: Needs,
  labels: Labels,
  { needed, action }: { readonly needed: readonly Permission[]; readonly action: string },
): Promise<void> {
  const { conditions } = context.actor;
  const missing = needed.filter((one) => !fits(labels, conditions?.[one]));
  if (missing.length === 0) return;
  await recordDenial(context, action, missing);
  throw new AppError(
    'FORBIDDEN',
    `this needs the permission ${missing.join(', ')} for the labels that it gets`,
  );
}

function isSeen(context: Needs, { kind, id }: Labelled, also?: Permission): Promise<boolean> {
  const { actor } = context;
  const where = { tenantId: actor.tenantId, id };
  const reach = reachOf(actor, also);
  return read(
    context,
    async (tx) => {
      const find = {
        Agent: () => tx.agent.count({ where }),
        Job: () => tx.job.count({ where }),
        integration: () => tx.integration.count({ where: { ...where, deletedAt: null } }),
      };
      return (await find[kind]()) > 0;
    },
    reach === undefined ? {} : { reach },
  );
}
