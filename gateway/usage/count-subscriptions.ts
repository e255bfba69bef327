import type { Admit } from '../admit/admission.ts';
import type { CountUse } from './open-usage.ts';

/** A subscription is counted once, when it begins: its events are made for all who ask the same. */
export function countSubscriptions(admit: Admit, countUse: CountUse | undefined): Admit {
  if (countUse === undefined) return admit;
  return async (params, caller) => {
    const admitted = await admit(params, caller);
    const { kind, usage } = admitted.prepared;
    if (kind === 'subscription' && usage !== undefined)
      countUse(caller.headers, usage(), { seconds: undefined, hasErrors: false });
    return admitted;
  };
}
