import type { CallRequest, EffectContext, OutsideWait } from '../engine/host.ts';
import type { Vault } from '../engine/secrets/vault.ts';
import type { JsonValue } from '../kernel/json.ts';
import type { CallSite, PerformCall } from './outside.ts';

interface Performing {
  readonly perform: PerformCall;
  readonly vault: Vault;
  readonly site: CallSite;
  readonly beforeEffect: () => Promise<void>;
}

/** Performs calls of one run, which knows neither what they carry nor what of it comes back. */
export function performWithSecrets({ perform, vault, site, beforeEffect }: Performing) {
  const { conceal = (text: string) => text } = site;
  const known: CallSite = { ...site, conceal: (text) => conceal(vault.hideText(text)) };
  return async (request: CallRequest, effect: EffectContext): Promise<JsonValue> => {
    const revealed = vault.reveal(request);
    await beforeEffect();
    try {
      return vault.conceal(request, await perform(revealed, effect, known));
    } catch (error) {
      throw vault.hideError(error);
    }
  };
}

/** What the definition puts into a wait is kept: none of it may be a secret. */
export function withoutSecrets(wait: OutsideWait, vault: Pick<Vault, 'hide'>): OutsideWait {
  switch (wait.kind) {
    case 'cancel':
      return wait;
    case 'event':
      return { ...wait, hints: wait.hints.map((hint) => vault.hide(hint)) };
    case 'child':
      return { ...wait, input: vault.hide(wait.input) };
    case 'approval': {
      const { title, description, approvers, role, data } = wait;
      return {
        ...wait,
        title: vault.hide(title),
        ...(description === undefined ? {} : { description: vault.hide(description) }),
        ...(approvers === undefined
          ? {}
          : { approvers: approvers.map((each) => vault.hide(each)) }),
        ...(role === undefined ? {} : { role: vault.hide(role) }),
        ...(data === undefined ? {} : { data: vault.hide(data) }),
      };
    }
  }
}
